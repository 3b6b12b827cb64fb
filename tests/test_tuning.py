"""Notebook 10: folds that see no later day, a fair survey, and how much of what a search finds is luck."""

import re

import numpy as np
import pytest

from lstm_notes import Climatology, mae
from lstm_notes.pictures import tuning as pictures
from lstm_notes.studies import tuning, weather_columns
from lstm_notes.studies.selection import PARTS, interval, searches, split_intervals, variance_split
from lstm_notes.studies.tuning import EDGES, SPACES, drawn_settings, fitted, folds

TINY = {
    "LSTM": {"look_back": 4, "units": 2, "learning_rate": 0.01, "epochs": 1},
    "MLP": {"look_back": 4, "units": 2, "learning_rate": 0.01, "epochs": 2, "alpha": 1.0},
    "boosting": {"look_back": 4, "leaves": 3, "learning_rate": 0.1, "iterations": 3},
    "linear AR": {"look_back": 4, "alpha": 1.0},
}


def test_folds_are_half_years_and_see_nothing_later():
    dates = np.arange(np.datetime64("2012-01-01"), np.datetime64("2015-12-31"))
    starts = ["2013-01-01", "2013-07-01", "2014-01-01", "2014-07-01", "2015-01-01"]
    assert [str(dates[day]) for day in EDGES] == starts and len(tuning.FOLDS) == 4
    series = np.arange(1461.0)[:, None]
    for look_back in (1, 30, 365):
        judged = []
        for (days, X, y, X_fold, y_fold), start in zip(folds(series, look_back), EDGES):
            assert len(days) == start and y.max() == start - 1 and len(X) == len(y) == start - look_back
            assert (X[:, -1] + 1 == y).all() and (X_fold[:, -1] + 1 == y_fold).all() and X_fold.shape[1] == look_back
            judged += y_fold[:, 0].tolist()
        assert judged == [*range(EDGES[0], EDGES[-1])]  # each day once, and 2015 not at all


@pytest.mark.parametrize("look_back", [366, 1000])
def test_a_look_back_that_leaves_a_fold_without_a_window_is_refused(look_back):
    words = f"look_back is {look_back} and the fold from day 366 on has 366 days before it, so not one window"
    with pytest.raises(ValueError, match=words):
        folds(np.arange(1461.0)[:, None], look_back)


@pytest.mark.parametrize("method", SPACES)
@pytest.mark.parametrize("columns", tuning.COLUMNS)
def test_no_method_sees_a_day_of_its_fold(method, columns, monkeypatch):
    """Another 2014 changes nothing of what was forecast for 2013, nor do other days after the first of a fold."""
    if method != "LSTM":
        pytest.importorskip("sklearn", reason="scikit-learn is an extra, and has the rivals")
    setting = TINY[method] | {"columns": columns}
    first = [forecast for forecast, _ in tuning.forecast_folds(method, seed=1, **setting)]
    other = weather_columns("temp_max", columns).copy()
    other[EDGES[2] :, 0] += 7
    monkeypatch.setattr(tuning, "weather_columns", lambda *_: other)
    again = [forecast for forecast, _ in tuning.forecast_folds(method, seed=1, **setting)]
    for k in (0, 1):
        np.testing.assert_array_equal(first[k], again[k])
    np.testing.assert_array_equal(first[2][0], again[2][0])  # of 1 January 2014, whose window ends the day before
    assert not np.array_equal(first[2][1:], again[2][1:])


def test_settings_are_drawn_from_their_space_and_differ():
    for method, space in SPACES.items():
        drawn = drawn_settings(method, 64)
        assert len({str(setting) for setting in drawn}) == len(drawn) == tuning.SETTINGS
        assert {setting["columns"] for setting in drawn} == set(tuning.COLUMNS)
        for name, (low, high) in space.items():
            values = np.array([setting[name] for setting in drawn])
            assert low <= values.min() and values.max() <= high and np.issubdtype(values.dtype, type(low))
            middle = np.mean(values < np.sqrt(low * high))
            assert 0.3 < middle < 0.7  # even in the logarithm
    assert drawn_settings("MLP", 3) == drawn_settings("MLP", 5)[:3]


def test_a_row_says_what_its_networks_forecast():
    setting = TINY["LSTM"] | {"columns": "one column"}
    row, pairs = tuning.run_survey(seed=1, **setting), list(tuning.forecast_folds("LSTM", seed=1, **setting))
    assert row["folds"] == [mae(*pair) for pair in pairs] and len(row["forecast"]) == 60
    np.testing.assert_allclose(row["forecast"], pairs[3][0][:60, 0], atol=0.05)
    days, X, y, X_fold, _ = folds(weather_columns("temp_max", "one column"), 4)[0]
    alone = fitted("LSTM", days, X, y, seed=1, **TINY["LSTM"]).predict(X_fold)
    np.testing.assert_array_equal(alone, pairs[0][0])


def test_what_is_judged_once_is_2015(monkeypatch):
    monkeypatch.setattr(tuning, "DEFAULT", TINY["LSTM"] | {"columns": "all columns"})
    series = weather_columns("temp_max", "one column")[:, 0]
    truth = series[1096:1461]
    found = {m: tuning.run_tuned("Seattle", m, 0) for m in ("persistence", "climatology", "LSTM, default")}
    assert found["persistence"]["errors"] == [mae(series[1095:1460], truth)]
    usual = Climatology(365.25).fit(series[:1096]).predict(np.arange(1096, 1461))[:, 0]
    assert found["climatology"]["errors"] == [mae(usual, truth)]
    for each in found.values():
        assert len(each["by day"]) == 365 and np.mean(each["by day"]) == pytest.approx(
            np.mean(each["errors"]), rel=0.01
        )
    assert len(set(found["LSTM, default"]["errors"])) == 20


# ---------------------------------------------------------------------------------------------------------------
# How much is luck.


def made(settings, of_setting, of_cell, of_seed, rest, seed=0, seeds=5, folds=4):
    """Errors whose variances are known."""
    rng = np.random.default_rng(seed)

    def drawn(*shape):
        return rng.normal(size=shape)

    return (
        np.arange(folds)
        + of_setting * drawn(settings, 1, 1)
        + of_cell * drawn(settings, 1, folds)
        + of_seed * drawn(settings, seeds, 1)
        + rest * drawn(settings, seeds, folds)
    )


def test_the_split_finds_variances_that_are_known():
    found = variance_split(made(5000, 3, 2, 1, 0.5))
    for name, variance in zip(PARTS, (9, 4, 1, 0.25)):
        assert found[name] == pytest.approx(variance, rel=0.06)


def test_the_split_by_hand():
    """Two settings, two seeds, two folds, and one part alone: its mean square, and what the solution makes of it."""
    for errors, needed in (
        ([[[1, 1], [1, 1]], [[3, 3], [3, 3]]], (2, 0, 0, 0)),  # mean square of the settings 8
        ([[[1, 0], [1, 0]], [[0, 1], [0, 1]]], (-0.5, 1, 0, 0)),  # of settings × folds 2
        ([[[0, 0], [2, 2]], [[0, 0], [2, 2]]], (-1, 0, 2, 0)),  # of the seeds 4
        ([[[0, 1], [1, 0]], [[0, 1], [1, 0]]], (0.25, -0.5, -0.5, 1)),  # of the rest 1
    ):
        assert variance_split(np.array(errors, float)) == pytest.approx(dict(zip(PARTS, needed)))


def test_the_split_of_many_at_once_and_of_shifted_folds_is_the_same():
    errors = made(16, 1, 1, 1, 1, seed=3)
    both = variance_split(np.stack([errors, 2 * errors + np.array([5, 0, -3, 1])]))
    for name, value in variance_split(errors).items():
        assert both[name] == pytest.approx([value, 4 * value])


def test_the_intervals_of_shares_hold_what_they_should():
    held = []
    for seed in range(60):
        for name, truth in zip(PARTS, (0.4, 0.3, 0.2, 0.1)):
            share, low, high = split_intervals(made(40, *np.sqrt([0.4, 0.3, 0.2, 0.1]), seed=seed))[name]
            assert low < share < high
            held.append(low <= truth <= high)
    assert 0.85 < np.mean(held) < 0.99


def test_a_search_without_luck_keeps_what_it_saw():
    errors = made(30, 1, 0, 0, 0, seed=1)
    found = searches(errors, 8, [0, 1], [0, 1])
    for name in ("again", "later", "possible"):
        np.testing.assert_allclose(found[name], found["seen"])
    assert (found["typical"] > found["seen"]).all()


def test_luck_of_seeds_and_luck_of_days_are_told_apart():
    seeds = searches(made(4000, 0, 0, 1, 0, folds=2), 64, [0], [0])  # on the same days
    assert seeds["seen"][0] == pytest.approx(-2.4, abs=0.25) and abs(seeds["again"][0]) < 0.1
    days = searches(made(4000, 0, 1, 0, 0, folds=2) - np.arange(2), 64, [0], [1])
    assert days["again"][0] == pytest.approx(days["seen"][0]) and abs(days["later"][0]) < 0.1
    assert days["possible"][0] < -2  # known in hindsight, luck is skill


def test_a_search_by_hand():
    errors = np.zeros((3, 2, 2))
    errors[:, :, 0] = [[1.0, 6.0], [2.0, 3.0], [5.0, 4.0]]
    errors[:, :, 1] = [[7.0, 9.0], [8.0, 6.0], [1.0, 2.0]]
    found = {name: values[0] for name, values in searches(errors, 3, [0], [1]).items()}
    # Seed 0 chooses setting 0, which seed 1 judges; seed 1 chooses setting 1, which seed 0 judges.
    assert found["seen"] == (1 + 3) / 2 and found["again"] == (6 + 2) / 2 and found["later"] == (9 + 8) / 2
    assert found["typical"] == (4 + 2) / 2 and found["typical later"] == (6 + 7) / 2
    assert found["possible"] == (2 + 1) / 2


def test_more_settings_more_to_find_and_pairs_are_kept():
    errors = made(40, 1, 0.5, 0.5, 0.5, seed=2)
    few, many = (searches(errors, tried, [0, 1], [2, 3]) for tried in (4, 32))
    for name in ("seen", "again", "later", "possible"):
        assert few[name][0] > many[name][0]
    gain, low, high = interval(few["later"] - many["later"])
    assert low < gain < high and high - low < np.ptp(few["later"])


@pytest.mark.parametrize(
    "errors, arguments, words",
    [
        (np.zeros((3, 2)), {}, "errors has shape (3, 2); (settings, seeds, folds)"),
        (np.zeros((3, 1, 2)), {}, "two of each at least"),
        (np.full((3, 2, 2), np.nan), {}, "errors"),
        (np.zeros((3, 2, 2)), {"tried": 4}, "tried is 4 and errors has 3 settings"),
        (np.zeros((3, 2, 2)), {"seeds": 2}, "seeds is 2 of 2"),
        (np.zeros((3, 2, 2)), {"judge": [2]}, "lists of folds, 0 … 1"),
        (np.zeros((3, 2, 2)), {"choose": []}, "lists of folds, 0 … 1"),
    ],
)
def test_searches_that_cannot_be_are_refused(errors, arguments, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        searches(errors, **{"tried": 2, "choose": [0], "judge": [1]} | arguments)


# ---------------------------------------------------------------------------------------------------------------


def test_the_map_says_its_numbers(monkeypatch):
    shown = []
    monkeypatch.setattr(pictures, "show", lambda figure, words: shown.append((figure, words)))
    settings = drawn_settings("LSTM", 12)
    errors = 2 + np.random.default_rng(0).random((12, 5))
    errors[4] = 1.5
    pictures.settings_map(settings, errors)
    (figure, words), mean = shown[0], errors.mean(axis=1)
    assert words.startswith("12 settings as points over learning_rate and, in 2 panels, look_back and units")
    assert f"from 1.50 to {mean.max():.2f} °C" in words
    assert words.endswith(", ".join(f"{name} {value}" for name, value in settings[4].items()) + ".")
    panel = figure.axes[0]
    points = np.concatenate([part.get_offsets().data for part in panel.collections[:2]])
    assert {tuple(point) for point in points} == {(s["learning_rate"], s["look_back"]) for s in settings}
    assert panel.get_xscale() == panel.get_yscale() == "log"
