"""Experiments: tasks whose answer is known, ways to set an experiment up right or wrong, and recorded studies.

from lstm_notes.studies import marked_values, protocol_errors, recorded
"""

from . import protocol
from .protocol import CHOICES, PROTOCOL, protocol_errors
from .record import Records, Study, StudyError
from .tasks import marked_values

# By name, what is recorded in files/studies.
STUDIES = {study.name: study for study in (protocol.STUDY,)}

__all__ = [
    "CHOICES",
    "PROTOCOL",
    "STUDIES",
    "Records",
    "Study",
    "StudyError",
    "marked_values",
    "protocol_errors",
    "recorded",
]


def recorded(name):
    """The Records of a study: what `make studies` has written down. StudyError where there is nothing to read.

    >>> recorded("protocol").where(series="random walk", wrong="nothing")["later"].shape
    (20,)
    """
    if name not in STUDIES:
        raise StudyError(f"there is no study {name!r}; there are {', '.join(STUDIES)}")
    return STUDIES[name].recorded()
