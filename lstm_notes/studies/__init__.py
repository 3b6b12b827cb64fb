"""Experiments: tasks whose answer is known, and ways to set an experiment up right or wrong.

from lstm_notes.studies import marked_values, protocol_errors
"""

from .protocol import CHOICES, PROTOCOL, drawn_windows, protocol_errors
from .tasks import marked_values

__all__ = ["CHOICES", "PROTOCOL", "drawn_windows", "marked_values", "protocol_errors"]
