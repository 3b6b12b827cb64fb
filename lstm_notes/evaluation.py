"""Is the forecast worth anything? Errors in the series' own unit, whether a difference is more than the luck of the
days, and how sure a forecast is.

The forecasts to beat are in `rivals`. Taught in notebook 06_testing.
"""

import functools
import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from . import _checks
from .rivals import baselines  # noqa: F401 - notebook 06 takes it from here

# ---------------------------------------------------------------------------------------------------------------
# Errors.


def mae(forecast, y):
    """Mean absolute error, a float in the unit of `y`; both of one shape.

    >>> mae(np.array([[10.0], [14.0]]), np.array([[12.0], [14.0]]))
    1.0
    """
    forecast, y = _pair("forecast", forecast, y)
    return float(np.mean(np.abs(forecast - y)))


def rmse(forecast, y):
    """Root mean squared error, a float in the unit of `y`: a miss of 4 counts as much as sixteen of 1.

    It is smallest for a forecast of the mean, as `mae` is for one of the median (Gneiting 2011, JASA 106).

    >>> rmse(np.array([[10.0], [11.0]]), np.array([[17.0], [12.0]]))
    5.0
    """
    forecast, y = _pair("forecast", forecast, y)
    return float(np.sqrt(np.mean((forecast - y) ** 2)))


def _pair(name, forecast, y):
    forecast, y = _checks.numbers(name, forecast), _checks.numbers("y", y)
    _checks.shape(name, forecast, y.shape, ("the shape of y",))
    if not y.size:
        raise ValueError("y has no values; at least one is needed")
    return forecast, y


def mase(forecast, y, training):
    """Mean absolute scaled error: `mae` over the training days' mean step from one day to the next (Hyndman and
    Koehler 2006, International Journal of Forecasting 22). Below 1 does not yet mean better than persistence on the
    test days: their steps may be smaller.

    >>> mase(np.array([[1.0]]), np.array([[3.0]]), training=np.array([0.0, 4.0, 0.0]))
    0.5
    """
    training = _checks.numbers("training", training)
    if len(training) < 2 or not np.abs(np.diff(training, axis=0)).mean() > 0:
        raise ValueError("training has no steps to scale by; at least two different values are needed")
    return mae(forecast, y) / float(np.abs(np.diff(training, axis=0)).mean())


class Copying(NamedTuple):
    """How a forecast for the next day correlates with the day `before` and with the `same` day; prints its verdict."""

    before: float
    same: float

    @property
    def verdict(self):
        """In words, which of the two days the forecast is closer to."""
        day = (
            "the day before than to the day itself"
            if self.before > self.same
            else "the day itself than to the day before"
        )
        return f"closer to {day}"

    def __str__(self):
        return f"with the day before {self.before:.2f}, with the day itself {self.same:.2f}: {self.verdict}"


def lag_correlation(forecast, y, X):
    """Correlation of the forecasts for the next day with the day before and with the day itself: `before, same`.

    A forecast that only copies yesterday correlates better with yesterday. `forecast`, `y` (windows, horizon) and `X`
    (windows, look_back, 1), of which the first day ahead is used. ValueError where a forecast or a day never changes.

    >>> from lstm_notes import persistence
    >>> X, y = np.array([[[1.0]], [[2.0]], [[0.0]]]), np.array([[2.0], [0.0], [5.0]])
    >>> print(lag_correlation(persistence(X), y, X))
    with the day before 1.00, with the day itself -0.99: closer to the day before than to the day itself
    """
    forecast, y = _checks.numbers("forecast", forecast), _checks.numbers("y", y)
    X = _checks.axes("X", _checks.numbers("X", X), "windows", "look_back", "features")
    _checks.shape("forecast", forecast, y.shape, ("the shape of y",))
    days = {"forecast": forecast[:, 0], "X": X[:, -1, 0], "y": y[:, 0]}
    for name, values in days.items():
        if not np.ptp(values) > 0:
            raise ValueError(f"{name} is the same number in every window; a correlation needs values that vary")
    first, last, same = days.values()
    return Copying(*(float(np.corrcoef(first, other)[0, 1]) for other in (last, same)))


def score(forecasts, y, error=mae):
    """The error of every method on the same days: a dict of method → array (seeds,).

    `forecasts` maps a method to its forecasts in the shape of `y`, or to a list of them, one for each seed; `error` is
    `mae` or another function of (forecast, y).

    >>> y = np.array([[1.0], [2.0]])
    >>> score({"zero": 0 * y, "LSTM": [y + 0.5, y - 0.25]}, y)
    {'zero': array([1.5]), 'LSTM': array([0.5 , 0.25])}
    """
    several = {method: each if isinstance(each, list) else [each] for method, each in forecasts.items()}
    return {method: np.array([error(forecast, y) for forecast in each]) for method, each in several.items()}


def error_table(columns, about="", *, digits=2):
    """A table as text: a row for each method, a column for each kind of error, `low – high` where it was several seeds.

    `columns` maps a column's name to a dict of method → number or array (seeds,), as `score` gives it. `about` names
    what they came from: look_back, units, epochs, learning rate, seeds; `digits` are those after the point.

    >>> print(error_table({"day 1, °C": {"persistence": 2.361, "LSTM": np.array([2.29, 2.244])}}))
                 day 1, °C
    persistence  2.36
    LSTM         2.24 – 2.29
    """
    rows = [["", *columns]]
    for method in next(iter(columns.values())):
        rows.append([method, *(_spread(errors[method], digits) for errors in columns.values())])
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join([*lines, *([about] if about else [])])


def _spread(value, digits):
    low, high = (f"{f(np.atleast_1d(value)):.{digits}f}" for f in (np.min, np.max))
    return low if np.size(value) == 1 else f"{low} – {high}"


# ---------------------------------------------------------------------------------------------------------------
# Better, or luck of the days? One error for each window and method, on the same days.

LOSSES = {"absolute": np.abs, "squared": np.square}
DRAWS = 2000
POWER = 0.8


class Comparison(NamedTuple):
    """What `compare` found; prints itself as one line.

    `ratio`, `low`, `high`: the forecast's mean error over the rival's, and its interval. `difference`: the forecast's
    mean error minus the rival's, in the unit of the series (for squared errors, its square). `detectable`: the share of
    the rival's error by which the forecast would have had to be better to be told apart four times out of five.
    `windows`, `seeds` (the forecast's, the rival's), `block`, `error`: from what.
    """

    ratio: float
    low: float
    high: float
    difference: float
    detectable: float
    windows: int
    seeds: tuple
    block: int
    error: str

    @property
    def verdict(self):
        """From the interval alone: "better", "worse" or "not told apart", which does not say that the two are equal."""
        return in_three_words(self.low, self.high)

    def __str__(self):
        # As many digits as it takes for the ends of the interval to lie on the side of 1 where they are.
        digits = next((d for d in (2, 3, 4) if self._sides(d) == self._sides(None)), 5)
        ratio, low, high = (f"{value:.{digits}f}" for value in (self.ratio, self.low, self.high))
        times = "squared error" if self.error == "squared" else "error"
        line = f"{self.verdict}: {ratio} [{low}, {high}] times the rival's {times}"
        if self.verdict != "not told apart":
            return line
        less = f"{self.detectable:.{0 if self.detectable >= 0.01 else 2}%} less"
        return f"{line}; {less} would have been told apart, four times out of five"

    def _sides(self, digits):
        low, high = (self.low, self.high) if digits is None else (round(self.low, digits), round(self.high, digits))
        return low > 1, high < 1


def compare(forecast, rival, y, *, error="absolute", block=None, coverage=0.95, seed=0):
    """Is a forecast better than a rival's, or had it luck with its days? The ratio of their errors, with an interval.

    Parameters
    ----------
    forecast, rival : arrays in the shape of `y`, or lists of such, one for each seed
    y : array (windows, …), of windows that follow one another in time
    error : "absolute" or "squared"
    block : windows that are drawn together; None: 2 · windows^(1/3), 14 for a year of days, and at least twice the days
        ahead of `y`. Where y holds one far day alone, give twice how far it is.
    coverage : the share of test stretches whose interval is to hold the true ratio
    seed : of the draws

    Returns a Comparison.

    Errors are averaged over seeds and days ahead, so that each window has one number of either method. A bad day is
    often bad for both, so whole windows are drawn again, both methods' together; and a bad day comes seldom alone, so
    they are drawn in blocks of neighbours, 2,000 times (moving-block bootstrap: Künsch 1989, Annals of Statistics 17).
    The cube root is how the best block for a standard error grows with the series (Hall, Horowitz and Jing 1995,
    Biometrika 82); its factor was chosen by simulation: forecasts that are equally good are then told apart in 4 to 8
    of 100 series, of 25 to 1,000 windows, if the autocorrelation of their errors is 0 to 0.6. With block 1 they are in
    14 to 20 at 0.6: differences that are none. At 0.9 the default is too short, too: 9 to 21 of 100.

    Of k blocks the draws' own quantiles are a little too close together, most of all for small k: they are taken
    further out, as far as Student's t lies beyond the normal (Hesterberg 2015, The American Statistician 69). With r
    that reach in standard errors (about 2.1 for a year), a forecast would be told apart four times out of five if its
    true error were smaller than the rival's by the share 1 - exp(-(r + 0.84) · se), se the standard error of the
    ratio's logarithm: that is `detectable`.

    The interval speaks of other days, for these trained networks: other seeds are not in it.

    Raises ValueError for shapes that differ, NaN, fewer than 3 blocks, or a method without any error.

    >>> rng = np.random.default_rng(0)
    >>> y = rng.standard_normal((365, 1))
    >>> found = compare(y + rng.normal(0, 0.9, y.shape), y + rng.normal(0, 1, y.shape), y)
    >>> print(found)  # doctest: +NORMALIZE_WHITESPACE
    not told apart: 0.94 [0.85, 1.08] times the rival's error; 16% less would have been told apart,
    four times out of five
    """
    losses = _losses(forecast, rival, y, error)
    windows, ahead = len(y), np.shape(y)[1] if np.ndim(y) > 1 else 1
    block = block_length(windows, ahead) if block is None else _checks.whole("block", block)
    blocks = windows // block
    if blocks < 3:
        raise ValueError(f"y has {windows} windows, {blocks} blocks of {block}; an interval needs at least 3 blocks")
    reach = block_reach(blocks, coverage)
    mean, rival_mean = losses.mean(axis=1)

    sums = sliding_window_view(losses, block, axis=1).sum(axis=2)  # of every block, wherever it starts
    drawn = np.random.default_rng(seed).integers(sums.shape[1], size=(blocks, DRAWS))
    totals = sums[:, drawn].sum(axis=1)
    for name, total in zip(("forecast", "rival"), totals):
        if not total.min() > 0:
            raise ValueError(f"the error of {name} is 0 in all windows of a draw; errors above 0 are needed to compare")
    ratios = totals[0] / totals[1]
    low, high = np.quantile(ratios, [NormalDist().cdf(-reach), NormalDist().cdf(reach)])
    standard_error = ratios.std() / ratios.mean()  # which is, to first order, that of the logarithm
    return Comparison(
        ratio=float(mean / rival_mean),
        low=float(low),
        high=float(high),
        difference=float(mean - rival_mean),
        detectable=float(1 - np.exp(-(reach + NormalDist().inv_cdf(POWER)) * standard_error)),
        windows=windows,
        seeds=tuple(len(each) if isinstance(each, list) else 1 for each in (forecast, rival)),
        block=block,
        error=error,
    )


def in_three_words(low, high):
    """The verdict of an interval of a ratio of errors: "better", "worse" or "not told apart".

    >>> in_three_words(0.9, 0.98), in_three_words(0.9, 1.1)
    ('better', 'not told apart')
    """
    return "better" if high < 1 else "worse" if low > 1 else "not told apart"


def block_length(windows, ahead=1):
    """How many neighbours `compare` draws together, of so many windows that ask for so many days ahead.

    >>> block_length(365), block_length(365, ahead=30)
    (14, 60)
    """
    return max(round(2 * windows ** (1 / 3)), 2 * ahead)


def block_reach(blocks, coverage=0.95):
    """How far out the ends of `compare`'s interval are taken where so many blocks are drawn, in standard errors.

    >>> round(block_reach(26), 2), round(block_reach(3), 2)
    (2.1, 5.27)
    """
    return math.sqrt(blocks / (blocks - 1)) * _student_quantile(_share("coverage", coverage), blocks - 1)


def diebold_mariano(forecast, rival, y, *, error="absolute", horizon=None):
    """The statistic and p of the hypothesis that two forecasts are equally good; negative: the first has less error.

    Parameters
    ----------
    forecast, rival, y, error : as in `compare`
    horizon : days ahead; None: as many as `y` has. The targets of neighbouring windows overlap by horizon - 1 days, and
        so many lags of autocorrelation are allowed for.

    Returns (statistic, p), p two-sided.

    The mean difference of the errors over its standard error (Diebold and Mariano 1995, Journal of Business and
    Economic Statistics 13), made smaller because the windows are finite, and held against Student's t with windows - 1
    degrees of freedom (Harvey, Leybourne and Newbold 1997, International Journal of Forecasting 13). Beyond those lags
    nothing is allowed for: where one day's errors hang together by themselves, with an autocorrelation of 0.6, p is
    below 0.05 in 16 of 100 series of equally good forecasts. `compare` allows for it, and says how much better.

    Raises ValueError for shapes that differ, NaN, as many lags as windows, or a variance that is not above 0.

    >>> y = np.zeros(6)                  # squared errors differ by 0, -3, -5, 0, -9, -11
    >>> statistic, p = diebold_mariano(np.arange(6.0), np.array([0.0, 2, 3, 3, 5, 6]), y, error="squared")
    >>> round(statistic, 4), round(p, 4)
    (-2.4905, 0.0551)
    """
    first, second = _losses(forecast, rival, y, error)
    n = len(first)
    if horizon is None:
        horizon = np.shape(y)[1] if np.ndim(y) > 1 else 1
    lags = _checks.whole("horizon", horizon) - 1
    if n < 2 or lags >= n:
        raise ValueError(
            f"y has {n} windows and horizon is {horizon}; at least 2 windows, and as many as horizon, are needed"
        )
    mean = np.mean(first - second)
    d = first - second - mean
    variance = (d @ d + 2 * sum(d[k:] @ d[:-k] for k in range(1, lags + 1))) / n
    if not variance > 0:
        raise ValueError(
            f"the variance of the differences, with {lags} lags, is {variance:g}; one above 0 is needed: "
            "other forecasts, a smaller horizon, or `compare`"
        )
    shrink = math.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(shrink * mean / math.sqrt(variance / n))
    return statistic, _student_tails(abs(statistic), n - 1)


def _losses(forecast, rival, y, error):
    """The mean error of each window over seeds and days ahead: (2, windows), the forecast's and the rival's."""
    if error not in LOSSES:
        raise ValueError(f'error is {error!r}; "absolute" or "squared" is needed')
    y = _checks.finite("y", _checks.numbers("y", y))
    if y.ndim == 0:
        raise ValueError("y has shape (); (windows, …) is needed")
    means = []
    for name, several in (("forecast", forecast), ("rival", rival)):
        several = several if isinstance(several, list) else [several]
        if not several:
            raise ValueError(f"{name} is an empty list; the forecasts of at least one seed are needed")
        errors = [_checks.finite(name, _pair(name, each, y)[0]) - y for each in several]
        losses = LOSSES[error](np.array(errors)).reshape(len(errors), len(y), -1)
        means.append(losses.mean(axis=(0, 2)))
    return np.array(means)


@functools.cache
def _student(freedom):
    """Student's t from 0 on, and the probability of a number further from 0: two arrays.

    With t = √freedom · tan θ its density becomes cos^(freedom - 1) θ, which is summed from π/2 down.
    """
    angle = np.linspace(0, np.pi / 2, 10_001)
    density = np.cos(angle) ** (freedom - 1)
    beyond = np.append(np.cumsum((density[1:] + density[:-1])[::-1])[::-1], 0)
    return math.sqrt(freedom) * np.tan(angle), beyond / beyond[0]


def _student_tails(t, freedom):
    return float(np.interp(t, *_student(freedom)))


def _student_quantile(coverage, freedom):
    t, beyond = _student(freedom)
    return float(np.interp(1 - coverage, beyond[::-1], t[::-1]))


# ---------------------------------------------------------------------------------------------------------------
# How sure is a forecast? Intervals: forecast ± margin, and scores for quantiles and intervals of any origin.


def conformal_margin(residuals, coverage=0.9):
    """How far a forecast has to reach to both sides to hold `coverage` of the days: split conformal prediction.

    Parameters
    ----------
    residuals : array (windows, …), y - forecast on days that the model was not fitted on, in the unit of the series
    coverage : the share of new days that is to lie in forecast ± margin

    Returns the margin (…), one for each day ahead: of n absolute residuals the k-th smallest, k = ⌈(n + 1) · coverage⌉,
    which is their quantile made a little larger because n is finite (Vovk, Gammerman and Shafer 2005, Algorithmic
    Learning in a Random World; Lei et al. 2018, JASA 113, algorithm 2). It keeps its promise if the new days are
    exchangeable with those of the residuals; a season or a trend breaks that, so measure the `coverage`.

    Raises ValueError where n is too small for the coverage. Notebook 06c.

    >>> conformal_margin(np.array([[-3.0], [1.0], [2.0], [-4.0]]), coverage=0.6).tolist()
    [3.0]
    """
    residuals = _checks.finite("residuals", _checks.numbers("residuals", residuals))
    share = _share("coverage", coverage)
    if residuals.ndim == 0:
        raise ValueError("residuals has shape (); (windows, …) is needed")
    k = math.ceil((len(residuals) + 1) * share - 1e-9)  # 0.07 · 100 is a little more than 7
    if k > len(residuals):
        raise ValueError(
            f"residuals has {len(residuals)} windows; a coverage of {coverage} needs at least "
            f"{math.ceil(share / (1 - share) - 1e-9)}"
        )
    return np.sort(np.abs(residuals), axis=0)[k - 1]


def moving_margin(residuals, days, coverage=0.9):
    """A margin for each day, made from the residuals of the `days` before it: `conformal_margin` that moves along.

    `residuals` (windows, …), in the order of time → margins (windows - days, …): the first is for the window after the
    first `days`. It follows a season, or a model that gets worse, some days late; few days make it jump. It promises
    nothing where the days of such a stretch are not alike.

    Raises ValueError where `days` are too few for the coverage, or as many as there are residuals. Notebook 06c.

    >>> moving_margin(np.array([[1.0], [-2.0], [1.0], [8.0], [1.0]]), days=3, coverage=0.75).tolist()
    [[2.0], [8.0]]
    """
    residuals, days = _checks.numbers("residuals", residuals), _checks.whole("days", days)
    if residuals.ndim == 0 or len(residuals) <= days:
        raise ValueError(
            f"residuals has shape {residuals.shape} and days is {days}; more residuals than days are needed"
        )
    return np.array([conformal_margin(residuals[day - days : day], coverage) for day in range(days, len(residuals))])


def coverage(forecast, margin, y):
    """The share of windows whose `y` lies in forecast ± margin: an array (…), one for each day ahead.

    `forecast` and `y` (windows, …), `margin` (…) as `conformal_margin` gives it.

    >>> coverage(np.array([[1.0], [2.0]]), margin=np.array([0.5]), y=np.array([[1.5], [3.0]])).tolist()
    [0.5]
    """
    forecast, y = _checks.numbers("forecast", forecast), _checks.numbers("y", y)
    _checks.shape("forecast", forecast, y.shape, ("the shape of y",))
    margin = _checks.shape("margin", _checks.numbers("margin", margin), y.shape[1:], ("one for each day ahead",))
    return np.mean(np.abs(y - forecast) <= margin, axis=0)


def pinball(forecast, y, share):
    """How good a forecast of a quantile is: the mean of share · (y - forecast) above it, (1 - share) · (forecast - y)
    below it, a float in the unit of `y`. It is smallest where that share of the days lies below the forecast (Koenker
    and Bassett 1978, Econometrica 46).

    >>> pinball(np.array([[10.0], [10.0]]), np.array([[14.0], [8.0]]), share=0.75)   # (.75 · 4 + .25 · 2) / 2
    1.75
    """
    forecast, y = _pair("forecast", forecast, y)
    share = _share("share", share)
    return float(np.mean(np.maximum(share * (y - forecast), (1 - share) * (forecast - y))))


def winkler(lower, upper, y, coverage=0.9):
    """How good an interval is: its mean width, and 2 / (1 - coverage) for each unit by which `y` lies outside (the
    interval score of Gneiting and Raftery 2007, JASA 102, equation 43). A float in the unit of `y`.

    Narrow is good, missing is bad: it is smallest for the two quantiles that leave out half of 1 - coverage each.

    >>> lower, upper = np.array([[0.0], [0.0]]), np.array([[4.0], [4.0]])
    >>> winkler(lower, upper, np.array([[1.0], [7.0]]), coverage=0.5)                 # (4 + 4 + 2 / .5 · 3) / 2
    10.0
    """
    lower, y = _pair("lower", lower, y)
    upper, y = _pair("upper", upper, y)
    outside = np.maximum(lower - y, 0) + np.maximum(y - upper, 0)
    if (lower > upper).any():
        raise ValueError(f"lower is above upper in {int((lower > upper).sum())} places; the smaller one is needed")
    return float(np.mean(upper - lower + 2 / (1 - _share("coverage", coverage)) * outside))


def _share(name, value):
    if _checks.positive(name, value) >= 1:
        raise ValueError(f"{name} is {value}; a share between 0 and 1 is needed")
    return float(value)
