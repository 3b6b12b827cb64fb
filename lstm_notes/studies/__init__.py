"""Experiments: tasks whose answer is known, ways to set an experiment up right or wrong, recorded studies and searches.

from lstm_notes.studies import marked_values, protocol_errors, recorded
"""

from . import (
    airline,
    architectures,
    attending,
    digits,
    directions,
    divergence,
    lengths,
    long_memory,
    many_series,
    myths,
    nonlinear,
    opened,
    own_series,
    protocol,
    reading,
    recall_lengths,
    sharing,
    stopping,
    testing,
    tuning,
    worth,
)
from .airline import passengers_forecast, passengers_rivals
from .digits import Twins, flip_bit, same_digits
from .divergence import divergence_run, head_curvature, training_days
from .long_memory import (
    batches_until,
    carrying_unit,
    explosion_run,
    fresh_batches,
    jacobians,
    least_squares,
    memory_run,
    start_network,
    with_ones,
)
from .many_series import free_errors, many_series_errors
from .protocol import CHOICES, PROTOCOL, drawn_windows, protocol_errors
from .record import Records, Study, StudyError
from .search import Range, Search, Tried, search_settings
from .tasks import adding, autoregression, marked_values, recall, temporal_order
from .worth import mackey_glass_contest, price_contest, weather_columns, weather_contest

RECORDED = (
    protocol.STUDY,
    protocol.LAB,
    sharing.STUDY,
    nonlinear.STUDY,
    myths.STUDY,
    divergence.STUDY,
    digits.STUDY,
    *long_memory.STUDIES,
    worth.WEATHER,
    opened.STUDY,
    worth.MACKEY_GLASS,
    worth.PRICES,
    worth.COVERAGE,
    worth.MOVING,
    airline.STUDY,
    many_series.STUDY,
    *stopping.STUDIES,
    *testing.STUDIES,
    *own_series.STUDIES,
    lengths.STUDY,
    *tuning.STUDIES,
    architectures.STUDY,
    *directions.STUDIES,
    attending.STUDY,
    recall_lengths.STUDY,
    reading.STUDY,
)
# By name, what is recorded in files/studies: tables of experiments, and searches.
STUDIES = {study.name: study for study in RECORDED}
SEARCHES = {search.name: search for search in tuning.SEARCHED.values()}

__all__ = [
    "CHOICES",
    "PROTOCOL",
    "SEARCHES",
    "STUDIES",
    "Range",
    "Records",
    "Search",
    "Study",
    "StudyError",
    "Tried",
    "Twins",
    "adding",
    "autoregression",
    "batches_until",
    "carrying_unit",
    "divergence_run",
    "drawn_windows",
    "explosion_run",
    "flip_bit",
    "free_errors",
    "fresh_batches",
    "head_curvature",
    "jacobians",
    "least_squares",
    "mackey_glass_contest",
    "many_series_errors",
    "marked_values",
    "memory_run",
    "passengers_forecast",
    "passengers_rivals",
    "price_contest",
    "protocol_errors",
    "recall",
    "recorded",
    "same_digits",
    "search_settings",
    "start_network",
    "temporal_order",
    "training_days",
    "with_ones",
    "weather_columns",
    "weather_contest",
]


def recorded(name):
    """The Records of a study, or what a search has Tried: what `make studies` has written down.

    StudyError where there is nothing to read.

    >>> recorded("protocol").where(series="autoregression", wrong="nothing")["later"].shape
    (20,)
    """
    known = STUDIES | SEARCHES
    if name not in known:
        raise StudyError(f"there is no study {name!r}; there are {', '.join(known)}")
    return known[name].recorded()
