"""Experiments: tasks whose answer is known, ways to set an experiment up right or wrong, and recorded studies.

from lstm_notes.studies import marked_values, protocol_errors, recorded
"""

from . import myths, nonlinear, protocol, sharing
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
from .record import Records, Study, StudyError
from .tasks import adding, autoregression, marked_values, recall, temporal_order

# By name, what is recorded in files/studies.
STUDIES = {study.name: study for study in (protocol.STUDY, sharing.STUDY, nonlinear.STUDY, myths.STUDY)}

__all__ = [
    "CHOICES",
    "PROTOCOL",
    "STUDIES",
    "Records",
    "Study",
    "StudyError",
    "adding",
    "autoregression",
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
    "recorded",
    "start_network",
    "temporal_order",
]


def recorded(name):
    """The Records of a study: what `make studies` has written down. StudyError where there is nothing to read.

    >>> recorded("protocol").where(series="autoregression", wrong="nothing")["later"].shape
    (20,)
    """
    if name not in STUDIES:
        raise StudyError(f"there is no study {name!r}; there are {', '.join(STUDIES)}")
    return STUDIES[name].recorded()
