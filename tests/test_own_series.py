"""A column that is known ahead, and windows of a series with gaps: what goes in is what was known, and no more."""

import numpy as np
import pytest

from lstm_notes import LinearAutoregression, load_weather, mae, split_by_time
from lstm_notes.studies import recorded
from lstm_notes.studies.own_series import (
    GIVEN,
    forecasts_ahead,
    forecasts_with_gaps,
    onward,
    run_onward,
    shop,
    with_gaps,
)


def test_a_shifted_column_speaks_of_the_day_asked_for():
    """A series that *is* its plan can be forecast from the shifted plan alone, from the unshifted one not at all."""
    plan = np.random.default_rng(0).standard_normal(150)
    for horizon in (1, 3):
        shifted, plain = (
            forecasts_ahead(np.column_stack([plan, np.roll(plan, -by)]), 4, horizon, days=30, seeds=())
            for by in (horizon, 0)
        )
        (line, lstms, truth), (unshifted, _, same) = shifted, plain
        assert lstms == [] and np.array_equal(truth[:, 0], plan[-30 + horizon - 1 :][: len(truth)])
        assert np.array_equal(truth, same) and mae(line, truth) < 1e-9 < 0.5 < mae(unshifted, truth)


def test_the_rows_that_wrap_round_are_read_by_no_window():
    series = np.random.default_rng(1).standard_normal((120, 2))
    other = series.copy()
    other[-3:, 1] += 100.0
    one, two = (forecasts_ahead(table, 5, 3, days=20, seeds=[0]) for table in (series, other))
    assert np.array_equal(one[0], two[0]) and np.array_equal(one[1][0], two[1][0])
    assert np.abs(forecasts_ahead(other, 5, 2, days=20, seeds=())[0]).max() > 1  # two days ahead, one of them is


def test_windows_of_a_series_with_gaps_hold_what_was_known():
    series, look_back = np.random.default_rng(2).standard_normal(200), 4
    asked, inputs = with_gaps(series, seed=5, look_back=look_back)
    there = np.random.default_rng([5, 3]).random(200) > 1 / 3
    there[0] = True
    assert there[asked].all() and 0.25 < 1 - there.mean() < 0.42
    known = np.flatnonzero(there)
    for k, day in enumerate(asked):
        past = known[known < day]
        for row, then in enumerate(range(day - look_back, day)):
            measured = past[past <= then].max()
            assert inputs["filled forward"][k, row, 0] == series[measured]
            assert inputs["and its age"][k, row].tolist() == [series[measured], then - measured]
        assert inputs["known days in a row"][k, :, 0].tolist() == series[past[-look_back:]].tolist()


def test_days_after_the_one_asked_for_do_not_matter():
    series = np.random.default_rng(3).standard_normal(120)
    changed = series.copy()
    changed[90:] = 50.0
    (asked, before), (_, after) = with_gaps(series, 0), with_gaps(changed, 0)
    early = asked <= 90
    assert all(np.array_equal(before[way][early], after[way][early]) for way in before)


def test_parts_of_a_series_with_gaps():
    series = np.random.default_rng(4).standard_normal(150)
    asked, _ = with_gaps(series, 7)
    line, lstms, truth = forecasts_with_gaps(series, "and its age", 7, days=40, seeds=[0, 1])
    assert np.array_equal(truth[:, 0], series[asked[asked >= 110]])
    assert line.shape == truth.shape and [each.shape for each in lstms] == [truth.shape] * 2
    assert not np.array_equal(*lstms)


def test_a_shops_law():
    """Over ten shops: as much a weekday as was said, one sale in five visitors of the day before, noise of 4."""
    left, before = [], []
    for seed in range(10):
        day, visitors, sold = shop(seed)
        assert np.array_equal(np.diff(day), np.ones(546, int)) and day[0].astype(object).isoweekday() == 7
        rest = sold[1:] - 0.2 * visitors[:-1] - 10
        means = np.array([rest[np.arange(1, 547) % 7 == weekday].mean() for weekday in range(7)])
        left.append(rest - means[np.arange(1, 547) % 7])
        before.append(visitors[:-1])
        assert np.abs(means - [30, 0, 4, 6, 8, 14, 26]).max() < 2
    left, before = np.concatenate(left), np.concatenate(before)
    assert abs(left.std() - 4) < 0.1 and abs(np.corrcoef(left, before)[0, 1]) < 0.05


def test_onward_is_a_weighted_sum_of_weighted_sums():
    X, y = np.random.default_rng(5).standard_normal((60, 2, 1)), np.zeros((60, 1))
    y[:, 0] = 0.5 * X[:, 1, 0] - 0.25 * X[:, 0, 0]
    path = onward(LinearAutoregression().fit(X, y), X[:3], steps=3)
    one = 0.5 * X[:3, 1, 0] - 0.25 * X[:3, 0, 0]
    two = 0.5 * one - 0.25 * X[:3, 1, 0]
    assert np.allclose(path.T, [one, two, 0.5 * two - 0.25 * one], atol=1e-12)


def test_what_is_recorded_begins_without_it_alike():
    """The networks without the date are those without that day's lowest: one seed, one network."""
    given = recorded("given")
    alone = [given.where(given=name)["without"] for name in GIVEN]
    assert np.array_equal(alone[0], alone[1]) and np.array_equal(alone[0], alone[2]) and (alone[3] < alone[0]).all()


def test_a_years_end_is_between_its_lowest_and_highest():
    series, row = load_weather()["temp_max"], run_onward(8)  # one whose thirteen are still on their way
    starts = split_by_time(series, 14, validation=365, test=365).test.X[::30]
    assert len(starts) == 13 and 0.1 < row["off"] <= (row["highest"] - row["lowest"]) / 2


def test_what_cannot_be():
    with pytest.raises(ValueError, match="way is 'backward'; one of filled forward, and its age"):
        forecasts_with_gaps(np.arange(90.0), "backward", 0, days=20)
    with pytest.raises(ValueError, match="table has shape"):
        forecasts_ahead(np.arange(90.0), 5, 1, days=20)
    with pytest.raises(ValueError, match="series has shape"):
        with_gaps(np.zeros((90, 2)), 0)
