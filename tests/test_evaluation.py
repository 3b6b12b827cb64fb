import numpy as np
import pytest

from lstm_notes import (
    compare,
    conformal_margin,
    coverage,
    diebold_mariano,
    error_table,
    evaluation,
    lag_correlation,
    load_weather,
    mae,
    make_windows,
    mase,
    moving_margin,
    persistence,
    pinball,
    random_walk,
    rmse,
    split_by_time,
    winkler,
)


def test_persistence_on_the_weather():
    """MAE for one day ahead is the mean step from day to day, straight from the series."""
    temperature = load_weather()["temp_max"]
    split = split_by_time(temperature, 30, validation=365, test=365)
    steps = np.abs(np.diff(temperature))[-365:].mean()
    assert mae(persistence(split.test.X), split.test.y) == pytest.approx(steps)
    assert mase(persistence(split.test.X), split.test.y, temperature[:731]) == pytest.approx(
        steps / np.abs(np.diff(temperature[:731])).mean()
    )


def test_copying_is_told_from_foresight():
    X, y = make_windows(random_walk(500, seed=0), 3)
    before, same = lag_correlation(persistence(X), y, X)
    assert before == pytest.approx(1) and same < before
    before, same = lag_correlation(y, y, X)
    assert same == pytest.approx(1) and before < same


def test_copying_has_a_verdict_in_words():
    X, y = make_windows(random_walk(500, seed=0), 3)
    assert lag_correlation(persistence(X), y, X).verdict == "closer to the day before than to the day itself"
    foresight = lag_correlation(y, y, X)
    assert foresight.verdict == "closer to the day itself than to the day before"
    assert str(foresight).startswith(f"with the day before {foresight.before:.2f}, with the day itself 1.00: ")


def test_intervals_hold_what_they_promise():
    """On exchangeable residuals the mean coverage lies within [c, c + 1 / (n + 1)] (Lei et al. 2018, theorem 2)."""
    rng = np.random.default_rng(0)
    for asked, n in ((0.9, 19), (0.5, 9), (0.8, 200)):
        residuals, new = rng.standard_cauchy((4000, n)), rng.standard_cauchy((4000, 50))
        margins = conformal_margin(residuals.T, asked)
        assert margins.shape == (4000,)
        held = coverage(np.zeros((50, 4000)), margins, new.T).mean()
        assert asked - 0.006 < held < asked + 1 / (n + 1) + 0.006


def test_the_margin_is_the_kth_smallest():
    residuals = np.stack([np.arange(-1.0, -20.0, -1.0), np.arange(1.0, 20.0) * 10], axis=1)
    np.testing.assert_array_equal(conformal_margin(residuals, 0.9), [18, 180])  # ⌈20 · 0.9⌉ = 18
    np.testing.assert_array_equal(conformal_margin(residuals[:9], 0.9), [9, 90])
    assert conformal_margin(np.arange(1.0, 100.0), 0.07) == 7  # 100 · 0.07 is a little more than 7 to a computer


def test_a_moving_margin_sees_the_days_before_it_alone():
    rng = np.random.default_rng(1)
    residuals = rng.standard_normal((60, 2))
    margins = moving_margin(residuals, days=20)
    assert margins.shape == (40, 2)
    np.testing.assert_array_equal(margins[7], conformal_margin(residuals[7:27]))
    residuals[27] = 100  # the day that margins[7] is for
    np.testing.assert_array_equal(moving_margin(residuals, days=20)[:8], margins[:8])


def test_coverage_counts_by_day_ahead():
    forecast, y = np.zeros((4, 2)), np.array([[1.0, -1.0], [2.0, -2.0], [3.0, 3.0], [-4.0, 4.0]])
    np.testing.assert_array_equal(coverage(forecast, np.array([2.0, 3.0]), y), [0.5, 0.75])


def test_the_table_says_it_all():
    columns = {"day 1": {"a": np.array([1.004, 2.0]), "long name": 4.0}, "day 7": {"a": 3.0, "long name": 5.0}}
    table = error_table(columns, about="seeds")
    assert table.splitlines() == [
        "           day 1        day 7",
        "a          1.00 – 2.00  3.00",
        "long name  4.00         5.00",
        "seeds",
    ]
    assert error_table({"day 1": {"a": 0.0264}}, digits=3).splitlines()[1] == "a  0.026"


def test_rmse_counts_large_misses_more():
    y, one, spread = np.zeros((4, 1)), np.array([[4.0], [0], [0], [0]]), np.ones((4, 1))
    assert mae(one, y) == mae(spread, y) == rmse(spread, y) == 1 and rmse(one, y) == 2


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_pinball_is_smallest_at_the_quantile(share):
    y = np.arange(101.0)
    losses = [pinball(np.full(101, forecast), y, share) for forecast in y]
    assert np.argmin(losses) == 100 * share
    assert pinball(y + 1, y, share) == pytest.approx(1 - share) and pinball(y - 1, y, share) == pytest.approx(share)


def test_the_interval_score_is_two_quantile_losses():
    """2 / (1 - coverage) times the pinball losses of its two ends (Gneiting and Raftery 2007, section 6.2)."""
    rng = np.random.default_rng(0)
    y, lower = rng.standard_normal((2, 50, 3))
    upper = lower + rng.random((50, 3))
    ends = pinball(lower, y, 0.1) + pinball(upper, y, 0.9)
    assert winkler(lower, upper, y, coverage=0.8) == pytest.approx(2 / 0.2 * ends)
    assert winkler(y - 1, y + 2, y) == pytest.approx(3)  # all inside: the width alone


def autoregressive(rho, n, series, rng):
    """Errors of mean 0 and variance 1, today's correlated with yesterday's by rho: (n, *series)."""
    shocks = rng.standard_normal((n, *series)) * np.sqrt(1 - rho**2)
    shocks[0] /= np.sqrt(1 - rho**2)
    for t in range(1, n):
        shocks[t] += rho * shocks[t - 1]
    return shocks


def told_apart(rho, block=None, series=200, n=365):
    """Of forecasts whose errors have one law, the share that `compare` tells apart."""
    shared, first, second = autoregressive(rho, n, (3, series), np.random.default_rng(1)).transpose(1, 2, 0)
    forecast, rival = 0.8 * shared + 0.6 * first, 0.8 * shared + 0.6 * second
    found = [compare(a, b, np.zeros(n), block=block).verdict for a, b in zip(forecast, rival)]
    return np.mean([verdict != "not told apart" for verdict in found])


def test_equally_good_forecasts_are_seldom_told_apart():
    """5 of 100 are meant to be, whether or not a bad day comes alone; that is what blocks are for."""
    assert told_apart(0.0) <= 0.1
    assert told_apart(0.6) <= 0.1
    assert told_apart(0.8, block=1) > 0.25 > 0.15 > told_apart(0.8, block=28)


def test_what_is_detectable_is_detected():
    """A forecast truly better by that share is found better in about 80 of 100 series, one better by half in fewer."""
    rng = np.random.default_rng(0)
    errors = rng.standard_normal((2, 100, 365))
    y = np.zeros(365)
    share = np.median([compare(*pair, y).detectable for pair in errors.transpose(1, 0, 2)])
    found = [
        np.mean([compare((1 - s) * a, b, y).verdict == "better" for a, b in errors.transpose(1, 0, 2)])
        for s in (share, share / 2)
    ]
    assert 0.7 < found[0] < 0.9 and found[1] < 0.5


def test_a_comparison_counts_what_it_should():
    """Seeds and days ahead are averaged within a window; the ratio and the difference are of the means."""
    rng = np.random.default_rng(0)
    y = rng.standard_normal((100, 2))
    forecast, rival = [y + rng.normal(0, 1, y.shape) for _ in range(3)], y + rng.normal(0, 2, y.shape)
    found = compare(forecast, rival, y)
    mean = np.mean([mae(each, y) for each in forecast])
    assert found.ratio == pytest.approx(mean / mae(rival, y))
    assert found.difference == pytest.approx(mean - mae(rival, y))
    assert (found.windows, found.seeds, found.block) == (100, (3, 1), 9)  # 2 · 100^(1/3)
    assert found.low < found.ratio < found.high < 1 and found.verdict == "better"
    squared = compare(forecast[0], rival, y, error="squared")
    assert squared.ratio == pytest.approx((rmse(forecast[0], y) / rmse(rival, y)) ** 2)
    assert compare(forecast, rival, y) == found != compare(forecast, rival, y, seed=1)
    assert compare(forecast, rival, y, coverage=0.5).high < found.high
    assert compare(1000 * rival, 1000 * forecast[0], 1000 * y).verdict == "worse"
    assert compare(y + 1.1, y + 1, y)[:3] == pytest.approx((1.1, 1.1, 1.1))  # paired: what is always so is no luck


def test_a_block_is_longer_than_the_days_ahead():
    y = np.zeros((100, 7))
    ones = np.ones((100, 7))
    assert compare(ones, ones, y).block == 14 and compare(ones, ones, y, block=3).block == 3
    assert compare(ones[:, 0], ones[:, 0], y[:, 0]).block == 9


@pytest.mark.parametrize(
    "found, line",
    [
        ((0.9, 0.85, 0.96), "better: 0.90 [0.85, 0.96] times the rival's error"),
        ((1.2, 1.1, 1.3), "worse: 1.20 [1.10, 1.30] times the rival's error"),
        ((0.98, 0.95, 0.998), "better: 0.980 [0.950, 0.998] times the rival's error"),
        ((1.02, 1.00004, 1.05), "worse: 1.02000 [1.00004, 1.05000] times the rival's error"),
        (
            (0.96, 0.91, 1.02),
            "not told apart: 0.96 [0.91, 1.02] times the rival's error; "
            "7% less would have been told apart, four times out of five",
        ),
    ],
)
def test_a_comparison_is_one_line(found, line):
    rest = {"difference": 0.0, "detectable": 0.07, "windows": 365, "seeds": (1, 1), "block": 14}
    assert str(evaluation.Comparison(*found, **rest, error="absolute")) == line
    assert "times the rival's squared error" in str(evaluation.Comparison(*found, **rest, error="squared"))


# One-step errors of two models of the series WWWusage, an example of R's forecast::dm.test, as the tests of Julia's
# HypothesisTests quote them, with R's p.
ETS = """
0.002241270 -0.000661906 -1.200002613 -4.000218178 3.799373533 3.401005111 -1.199692125 -0.800490048 -1.200048999
3.399847229 7.000708948 2.200989241 -4.800165569 -1.201043375 3.400167556 3.000709085 0.400267950 -6.800169207
-2.401259050 1.200112198
"""
ARIMA = """
0.1209998 8.0622269 -0.9189429 -1.7952436 5.3431277 2.0459823 -0.6073261 0.5516816 -0.7633238 4.1229472 5.8785333
1.2828331 -3.4854233 1.1971370 3.1709314 2.3408457 0.4962286 -5.9841362 0.1537114 0.4207951
"""


@pytest.mark.parametrize(
    "error, horizon, p", [("squared", 1, 0.8871), ("squared", 10, 0.9362), ("absolute", 1, 0.7818)]
)
def test_diebold_mariano_as_in_r(error, horizon, p):
    ets, arima = (np.array(text.split(), "float64") for text in (ETS, ARIMA))
    statistic, found = diebold_mariano(ets, arima, np.zeros(20), error=error, horizon=horizon)
    assert found == pytest.approx(p, abs=6e-5)
    assert diebold_mariano(arima, ets, np.zeros(20), error=error, horizon=horizon) == pytest.approx((-statistic, found))


def test_diebold_mariano_by_hand():
    """Differences -1, 2, 3, 0: mean 1, autocovariances 10 / 4 and -2 / 4, so with horizon 2 a variance of
    (10 - 2 · 2) / 4 / 4 = 1.5 / 4, and a factor of √((4 + 1 - 4 + 2 / 4) / 4) = √(1.5 / 4)."""
    forecast, rival = np.array([0.0, 3, 4, 1]), np.ones(4)
    statistic, _ = diebold_mariano(forecast, rival, np.zeros(4), horizon=2)
    assert statistic == pytest.approx(1)
    days = [np.repeat(each[:, None], 2, axis=1) for each in (forecast, rival, np.zeros(4))]
    assert diebold_mariano(*days)[0] == pytest.approx(statistic)  # as many days ahead as y has
    assert diebold_mariano(*days, horizon=1)[0] == pytest.approx(np.sqrt(3 / 4) / np.sqrt(2.5 / 4))


@pytest.mark.parametrize(
    "freedom, t",  # tables of Student's t, two-sided 5%
    [(1, 12.7062), (2, 4.3027), (5, 2.5706), (25, 2.0595), (120, 1.9799)],
)
def test_student_has_the_tails_of_the_tables(freedom, t):
    assert evaluation._student_tails(t, freedom) == pytest.approx(0.05, abs=1e-5)
    assert evaluation._student_quantile(0.95, freedom) == pytest.approx(t, abs=1e-4)
    assert evaluation._student_tails(0.0, freedom) == 1
    stats = pytest.importorskip("scipy.stats", reason="SciPy comes with scikit-learn; with it, any t is compared")
    for any_t in (0.1, 1.0, 3.0, 9.0):
        assert evaluation._student_tails(any_t, freedom) == pytest.approx(2 * stats.t.sf(any_t, freedom), rel=1e-4)


ONES = np.ones((365, 1))


@pytest.mark.parametrize(
    "call, error, words",
    [
        (
            lambda: conformal_margin(np.zeros((8, 1))),
            ValueError,
            "residuals has 8 windows; a coverage of 0.9 needs at least 9",
        ),
        (lambda: conformal_margin(np.zeros((9, 1)), 1.0), ValueError, "coverage is 1.0; a share between 0 and 1"),
        (lambda: conformal_margin(np.zeros((9, 1)), 0), ValueError, "coverage is 0"),
        (lambda: conformal_margin(np.full((9, 1), np.nan)), ValueError, "residuals has 9 values that are NaN"),
        (lambda: conformal_margin(np.float64(1)), ValueError, "residuals has shape ()"),
        (lambda: moving_margin(np.zeros((30, 1)), 30), ValueError, "residuals has shape (30, 1) and days is 30; more"),
        (lambda: moving_margin(np.zeros((30, 1)), 8), ValueError, "residuals has 8 windows; a coverage of 0.9 needs"),
        (lambda: coverage(np.zeros((3, 1)), np.zeros(1), np.zeros((3, 2))), ValueError, "forecast has shape (3, 1)"),
        (lambda: coverage(np.zeros((3, 2)), np.zeros(1), np.zeros((3, 2))), ValueError, "margin has shape (1,)"),
        (
            lambda: lag_correlation(np.ones((3, 1)), np.eye(3)[:, :1], np.zeros((3, 2, 1))),
            ValueError,
            "forecast is the same number in every window",
        ),
        (
            lambda: lag_correlation(np.ones((3, 1)), np.ones((3, 2)), np.zeros((3, 2, 1))),
            ValueError,
            "forecast has shape",
        ),
        (lambda: rmse(np.zeros((3, 1)), np.zeros(3)), ValueError, "forecast has shape (3, 1)"),
        (lambda: pinball(np.zeros(3), np.zeros(3), 1.0), ValueError, "share is 1.0"),
        (lambda: winkler(np.ones(3), np.zeros(3), np.zeros(3)), ValueError, "lower is above upper in 3 places"),
        (lambda: winkler(np.zeros(3), np.zeros(2), np.zeros(3)), ValueError, "upper has shape (2,)"),
        (lambda: compare(np.zeros((364, 1)), ONES, 0 * ONES), ValueError, "forecast has shape (364, 1)"),
        (lambda: compare(ONES, [ONES, ONES[:9]], 0 * ONES), ValueError, "rival has shape (9, 1)"),
        (lambda: compare(ONES[:5], ONES[:5], 0 * ONES[:5]), ValueError, "y has 5 windows, 1 blocks of 3"),
        (lambda: compare(ONES, ONES, 0 * ONES, block=150), ValueError, "365 windows, 2 blocks of 150"),
        (lambda: compare(ONES, np.nan * ONES, 0 * ONES), ValueError, "rival has 365 values that are NaN"),
        (lambda: compare(ONES, 0 * ONES, 0 * ONES), ValueError, "the error of rival is 0"),
        (lambda: compare(0 * ONES, ONES, 0 * ONES), ValueError, "the error of forecast is 0"),
        (lambda: compare([], ONES, 0 * ONES), ValueError, "forecast is an empty list"),
        (lambda: compare(1.0, 1.0, 0.0), ValueError, "y has shape ()"),
        (lambda: compare(ONES, ONES, 0 * ONES, error="mae"), ValueError, "error is 'mae'"),
        (lambda: compare(ONES, ONES, 0 * ONES, coverage=1), ValueError, "coverage is 1"),
        (lambda: diebold_mariano(ONES, ONES, 0 * ONES), ValueError, "with 0 lags, is 0"),
        (lambda: diebold_mariano(ONES[:3], ONES[:3], 0 * ONES[:3], horizon=4), ValueError, "y has 3 windows and"),
        (lambda: mae(np.zeros((3, 1)), np.zeros(3)), ValueError, "forecast has shape (3, 1)"),
        (lambda: mae(np.zeros((0, 1)), np.zeros((0, 1))), ValueError, "y has no values"),
        (lambda: mase(np.zeros((3, 1)), np.zeros((3, 1)), np.ones(9)), ValueError, "training has no steps"),
    ],
)
def test_bad_input(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)
