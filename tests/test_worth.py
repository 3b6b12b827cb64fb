"""The contests of notebook 06b: everybody gets the same windows and the same say, and nobody sees the test days."""

import numpy as np
import pytest

from lstm_notes import (
    Climatology,
    LinearAutoregression,
    conformal_margin,
    coverage,
    load_weather,
    mae,
    random_walk,
    split_by_time,
)
from lstm_notes.data import BRANCHES
from lstm_notes.pictures import ratios as pictures
from lstm_notes.studies import (
    free_errors,
    many_series_errors,
    passengers_forecast,
    passengers_rivals,
    recorded,
    weather_columns,
)
from lstm_notes.studies.airline import grown, growth
from lstm_notes.studies.contest import RIVALS, contest, of_one_day
from lstm_notes.studies.many_series import branches


def tiny(series):
    pytest.importorskip("sklearn", reason="scikit-learn is an extra, and has most of the rivals")
    split = split_by_time(series, look_back=4, validation=20, test=30)
    return split, contest(split, series[split.train.days], {"zero": np.zeros((30, 1))}, seeds=[0, 1])


def test_nobody_sees_the_test_days():
    """Other targets on the last day change no forecast, and no choice."""
    steps = np.diff(random_walk(121, seed=3))
    other = np.append(steps[:-1], 50.0)
    (_, one), (_, two) = tiny(steps), tiny(other)
    assert one.choices == two.choices and set(one.choices) == {"LSTM", *RIVALS}
    for method, forecasts in one.forecasts.items():
        np.testing.assert_array_equal(forecasts, two.forecasts[method])
    refitted = {"LSTM refitted", "linear AR refitted"}
    assert set(one.forecasts) == {"LSTM", *RIVALS, "LSTM and zero", "LSTM and linear AR", "zero", *refitted}


def test_a_row_is_what_the_forecasts_give():
    split, found = tiny(np.sin(np.arange(120.0)) + 0.1 * random_walk(120, seed=1))
    row = found.row()
    assert row["LSTM"] == [mae(each, split.test.y) for each in found.forecasts["LSTM"]] and len(row["LSTM"]) == 2
    assert row["linear AR"] == mae(found.forecasts["linear AR"], split.test.y)
    ratio, low, high, _ = row["LSTM against zero"]
    assert low < ratio < high and ratio == pytest.approx(np.mean(row["LSTM"]) / row["zero"])
    assert row["ensemble against zero"][0] == pytest.approx(row["ensemble"] / row["zero"])
    np.testing.assert_allclose(found.forecasts["LSTM and zero"], np.array(found.forecasts["LSTM"]) / 2)
    known = [np.concatenate(pair) for pair in zip(split.train, split.validation)]
    line = LinearAutoregression(found.choices["linear AR"])
    again = line.fit(*known).predict(split.test.X)
    np.testing.assert_array_equal(found.forecasts["linear AR refitted"], again)
    margin = conformal_margin(split.validation.y - line.fit(*split.train).predict(split.validation.X))
    assert row["linear AR held"] == coverage(found.forecasts["linear AR"], margin, split.test.y)
    days = found.by_day(["LSTM", "zero"])
    assert np.mean(days["LSTM by day"]) == pytest.approx(np.mean(row["LSTM"]), rel=0.01)
    assert days["zero by day"] == [float(f"{abs(value):.3g}") for value in split.test.y[:, 0]]


def test_one_day_of_several():
    series = np.arange(160.0).reshape(80, 2)
    split = of_one_day(split_by_time(series, look_back=5, horizon=7, validation=20, test=20), horizon=7)
    for part in (split.train, split.validation, split.test):
        assert part.y.shape == (len(part.X), 1)
        np.testing.assert_array_equal(part.y[:, 0], series[part.first + 6, 0])


def test_weather_columns():
    table = weather_columns("temp_min", "all columns")
    weather = load_weather()
    np.testing.assert_array_equal(table[:, :2], np.column_stack([weather["temp_min"], weather["temp_max"]]))
    assert np.abs(table[:, 4] ** 2 + table[:, 5] ** 2 - 1).max() < 1e-12
    usual = Climatology(365.25, harmonics=1).fit(weather["temp_min"]).predict(np.arange(1461))[:, 0]
    waves = np.column_stack([table[:, 4:], np.ones(1461)])
    assert np.abs(waves @ np.linalg.lstsq(waves, usual, rcond=None)[0] - usual).max() < 1e-9
    with pytest.raises(ValueError, match="target is 'rain'"):
        weather_columns("rain", "one column")


def test_passengers():
    """A forecast of the true growth is the truth; a setup that is none is refused."""
    truth = grown(growth()[-48:])
    rivals = passengers_rivals()
    assert truth[-1] == pytest.approx(432) and {each.shape for each in rivals.values()} == {(48,)}
    assert rivals["as a year ago"][-1] == 405 and rivals["as the month before"][-1] == 390
    assert rivals["as a year ago, grown as the month before"][-1] == pytest.approx(405 * 390 / 362)
    with pytest.raises(ValueError, match="setup is 'none'"):
        passengers_forecast("none", seed=0)


def test_branches_are_scaled_by_their_training_months():
    splits = branches()
    assert len(splits) == len(BRANCHES) == 15
    for split in splits:
        shown = np.concatenate([split.train.X[0, :, 0], split.train.y[:, 0]])
        assert np.abs(shown).mean() == pytest.approx(1) and len(split.test.y) == 36
    assert free_errors()["no growth"] == pytest.approx(np.mean([np.abs(s.test.y[:, 0]) for s in splits], axis=0))
    one, all_ = (many_series_errors("linear AR", share, 0).mean() for share in ("one for each", "one for all"))
    assert one != all_ and 0 < all_ < 2


@pytest.mark.parametrize(
    "name, rows",
    [
        ("weather_columns", 8),
        ("mackey_glass", 20),
        ("prices", 4),
        ("airline", 40),
        ("many_series", 60),
        ("coverage", 20),
    ],
)
def test_recorded(name, rows):
    assert len(recorded(name)) == rows


def test_a_picture_of_ratios_says_its_numbers(monkeypatch):
    said = []
    monkeypatch.setattr(pictures, "show", lambda figure, description, *rest: said.append((figure, description)))
    row = {"linear AR": [0.5, 0.4, 0.6, 0.1], "MLP": [1.25, 1.1, 1.4, 0.1], "boosting": [1.0, 0.9, 1.1, 0.1]}
    pictures.ratios({"first": row, "second": row}, xlabel="ratio")
    (figure, words) = said[0]
    assert "first: linear AR 0.50 [0.40, 0.60], MLP 1.25 [1.10, 1.40]" in words and "second: " in words
    points = [line.get_xdata().tolist() for line in figure.axes[0].lines if line.get_label() in row]
    assert points == [[0.5, 0.5], [1.25, 1.25], [1.0, 1.0]]
    colors = [line.get_color() for line in figure.axes[0].lines if line.get_label() in row]
    assert len(set(colors)) == 3
