"""Experiments: tasks whose answer is known, and ways to set an experiment up right or wrong.

from lstm_notes.studies import marked_values, protocol_errors
"""

from .long_memory import (
    batches_until,
    carrying_unit,
    explosion_run,
    fresh_batches,
    jacobians,
    memory_run,
    start_network,
)
from .protocol import CHOICES, PROTOCOL, drawn_windows, protocol_errors
from .tasks import adding, marked_values, recall, temporal_order

__all__ = [
    "CHOICES",
    "PROTOCOL",
    "adding",
    "batches_until",
    "carrying_unit",
    "drawn_windows",
    "explosion_run",
    "fresh_batches",
    "jacobians",
    "marked_values",
    "memory_run",
    "protocol_errors",
    "recall",
    "start_network",
    "temporal_order",
]
