"""Experiments: tasks whose answer is known, and ways to set an experiment up right or wrong.

from lstm_notes.studies import marked_values, protocol_errors
"""

from .long_memory import carrying_unit, explosion_run, jacobians, memory_run
from .protocol import CHOICES, PROTOCOL, protocol_errors
from .tasks import adding, marked_values, recall, temporal_order

__all__ = [
    "CHOICES",
    "PROTOCOL",
    "adding",
    "carrying_unit",
    "explosion_run",
    "jacobians",
    "marked_values",
    "memory_run",
    "protocol_errors",
    "recall",
    "temporal_order",
]
