"""A column that is known ahead, and windows of a series with gaps: what goes in is what was known, and no more."""

import numpy as np
import pytest

from lstm_notes import mae
from lstm_notes.studies.own_series import forecasts_ahead, forecasts_with_gaps, with_gaps


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


def test_what_cannot_be():
    with pytest.raises(ValueError, match="way is 'backward'; one of filled forward, and its age"):
        forecasts_with_gaps(np.arange(90.0), "backward", 0, days=20)
    with pytest.raises(ValueError, match="table has shape"):
        forecasts_ahead(np.arange(90.0), 5, 1, days=20)
    with pytest.raises(ValueError, match="series has shape"):
        with_gaps(np.zeros((90, 2)), 0)
