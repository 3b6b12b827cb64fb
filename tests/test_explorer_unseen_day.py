"""UnseenDayExplorer: its numbers are the forecaster's and the baselines', its picture holds at both ends."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from lstm_notes import (
    Adam,
    LinearAutoregression,
    NumpyForecaster,
    Scaler,
    mae,
    persistence,
    seasonal_naive,
    split_by_time,
)
from lstm_notes.explorers.unseen_day import UnseenDayExplorer, _floor, _spread
from lstm_notes.pictures.svg import format_number

rng = np.random.default_rng(0)
SERIES = 12 + 8 * np.sin(np.arange(160) / 9) + rng.normal(size=160)
DATES = np.datetime64("2015-01-01") + np.arange(160)
SPLIT = split_by_time(SERIES, look_back=6, validation=30, test=40)
MODEL = NumpyForecaster(units=5, scaler=Scaler().fit(SERIES[:90]))
MODEL.fit(*SPLIT.train, epochs=30, optimizer=Adam(0.02), progress=False)
BASELINES = {
    "seasonal naive": seasonal_naive(SERIES, SPLIT.test.first, 56),
    "persistence": persistence(SPLIT.test.X),
    "linear AR": LinearAutoregression().fit(*SPLIT.train).predict(SPLIT.test.X),
}


def unseen(**state):
    return UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=BASELINES, **state)


def parts(explorer):
    """Every named part of the drawing."""
    found = ElementTree.fromstring(explorer.drawing().svg).iter()
    return {part.get("data-part"): part for part in found if part.get("data-part")}


@pytest.mark.parametrize("day", [0, 17, 39])
def test_forecasts_errors_and_truth_are_those_of_the_day(day):
    explorer, truth = unseen(day=day), SPLIT.test.y[day, 0]
    wanted = {"LSTM": MODEL.predict(SPLIT.test.X)} | BASELINES
    assert explorer.methods == ["LSTM", "persistence", "linear AR", "seasonal naive"]
    assert explorer.date == str(DATES[SPLIT.test.first[day]])
    assert abs(explorer.truth - truth) < 1e-5
    for name, forecast in wanted.items():
        assert abs(explorer.forecasts[name] - forecast[day, 0]) < 1e-5
        assert abs(explorer.errors[name] - (forecast[day, 0] - truth)) < 1e-5
        assert explorer.mae[name] == mae(forecast, SPLIT.test.y)


def test_the_days_nearest_to_the_truth_are_counted():
    errors = np.array([(MODEL.predict(SPLIT.test.X) - SPLIT.test.y)[:, 0]] + [
        (BASELINES[name] - SPLIT.test.y)[:, 0] for name in ("persistence", "linear AR", "seasonal naive")
    ])  # fmt: skip
    best = np.abs(errors).argmin(axis=0)
    assert list(unseen().nearest.values()) == [int((best == k).sum()) for k in range(4)]
    known, size = unseen().known, np.abs(errors)
    assert known["The LSTM's worst day"] == size[0].argmax() and known["Its best day"] == size[0].argmin()
    assert known["The day persistence wins by most"] == (size[0] - size[1]).argmax()


@pytest.mark.parametrize("day", [0, 23, 39])
def test_the_picture_shows_the_numbers_of_the_day(day):
    explorer = unseen(day=day)
    shown, digits = parts(explorer), explorer._digits
    assert shown["title"].text == f"test day {day}: {DATES[120 + day]}"
    assert (shown["from"].text, shown["target"].text) == (str(DATES[114 + day]), str(DATES[120 + day]))
    assert shown["label-truth"].text == f"measured {format_number(SPLIT.test.y[day, 0], digits)}"
    for row, (name, error) in enumerate(explorer.errors.items()):
        assert shown[f"label-{name}"].text == f"{name} {format_number(explorer.forecasts[name], digits)}"
        assert shown[f"forecast-{row}"].text == format_number(explorer.forecasts[name], digits)
        assert shown[f"error-{row}"].text.lstrip("+") == format_number(error, digits)
        hidden = shown[f"nearest-{row}"].get("style") is not None
        assert hidden == (abs(error) > min(map(abs, explorer.errors.values())))


def test_the_states_in_the_picture_are_the_models():
    explorer, trace = unseen(day=8), MODEL.states(SPLIT.test.X)
    sent = np.frombuffer(explorer.states, "int8").reshape(40, 2, 5, 6)
    np.testing.assert_allclose(sent[8, 1] / 127, trace.h[8].T, atol=0.5 / 127 + 1e-6)
    np.testing.assert_allclose(
        sent[8, 0] / 127 * explorer._memory, trace.c[8].T, atol=0.5 / 127 * explorer._memory + 1e-6
    )
    left, top, _, height, _, _, low, high = map(float, parts(explorer)["states-h"].get("data-scale").split())
    drawn = parts(explorer)["h-3"].get("d").replace("M", "").split("L")
    ys = [float(point.split()[1]) for point in drawn]
    np.testing.assert_allclose(ys, top + height * (high - trace.h[8, :, 3]) / (high - low), atol=0.1)


def test_the_still_says_what_it_shows():
    explorer = unseen(day=11)
    said, digits = explorer.drawing().description, explorer._digits
    assert f"Measured was {format_number(explorer.truth, digits)} °C" in said and f"{DATES[131]}, day 11 of 40" in said
    for name, value in explorer.forecasts.items():
        assert f"{name} {format_number(value, digits)} °C, error " in said
        assert (
            f"MAE over all 40 days {format_number(explorer.mae[name])}, nearest on {explorer.nearest[name]} days"
            in said
        )


def test_the_task_can_be_done_and_not_by_every_day():
    explorer = unseen()
    assert explorer.rival == "persistence"
    gains = []
    for day in range(40):
        explorer.day = day
        gains.append(abs(explorer.errors["persistence"]) - abs(explorer.errors["LSTM"]))
    assert 1 <= sum(gain > explorer.threshold for gain in gains) < 20
    assert (_floor(3.09), _floor(0.0), _floor(2.0)) == (3.0, 0.0, 1.0) and abs(_floor(0.0456) - 0.04) < 1e-12


def test_labels_keep_apart_in_their_order():
    assert _spread([100.0, 101.0, 50.0], 19, 0, 200) == [100.0, 119.0, 50.0]
    crowded = _spread([198.0] * 5, 19, 0, 200)
    assert np.diff(crowded).min() >= 19 and max(crowded) <= 200
    assert min(_spread([-40.0, -50.0], 19, 0, 200)) >= 0


@pytest.mark.parametrize("size", [0.0, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("look_back, test, units", [(1, 2, 1), (6, 40, 40), (1, 1, 1)])
def test_every_size_and_every_scale_has_a_picture(size, look_back, test, units):
    split = split_by_time(size * SERIES, look_back=look_back, validation=5, test=test)
    model = NumpyForecaster(units=units, scaler=Scaler().fit(size * SERIES) if size else None).build()
    for baselines in (None, {"linear AR": LinearAutoregression().fit(*split.train).predict(split.test.X)}):
        explorer = UnseenDayExplorer(model, split, range(160), unit="", baselines=baselines)
        for explorer.day in (0, test - 1):
            svg = explorer.drawing().svg
            assert "nan" not in svg and "inf" not in svg and len(explorer.drawing().png) > 1000


def test_a_horizon_shows_its_first_day_and_a_feature_is_chosen_by_the_target():
    both = np.stack([SERIES, 2 * SERIES + 1], axis=1)
    split = split_by_time(both, look_back=4, horizon=3, validation=20, test=20)
    model = NumpyForecaster(units=2).build(features=2, horizon=3, per_feature=True)
    explorer = UnseenDayExplorer(model, split, DATES, baselines={"persistence": persistence(split.test.X, 3)}, day=5)
    assert abs(explorer.truth - SERIES[split.test.first[5]]) < 1e-5
    assert abs(explorer.forecasts["persistence"] - SERIES[split.test.first[5] - 1]) < 1e-5


@pytest.mark.parametrize(
    "arguments, error, said",
    [
        ({"model": "LSTM"}, TypeError, "model is 'LSTM'; a fitted NumpyForecaster"),
        ({"model": NumpyForecaster(2)}, RuntimeError, "has no weights yet"),
        ({"split": SPLIT.test}, TypeError, "split is test .*a Split"),
        ({"dates": DATES[:100]}, ValueError, "dates has 100 entries; the series' 160 are needed"),
        ({"baselines": {"yesterday": SPLIT.test.y}}, ValueError, "baselines has 'yesterday'; some of persistence"),
        ({"baselines": {"persistence": SPLIT.test.y[:3]}}, ValueError, r"persistence has shape \(3, 1\)"),
        ({"baselines": {"persistence": SPLIT.test.y * np.nan}}, ValueError, "persistence has 40 values that are NaN"),
        ({"seed": 0.5}, TypeError, "seed is 0.5; a whole number"),
        ({"day": 40}, traitlets.TraitError, "day is 40; 0 to 39 is needed"),
        ({"day": -1}, traitlets.TraitError, "day"),
        ({"window": 3}, TypeError, "UnseenDayExplorer has no window"),
    ],
)
def test_what_it_cannot_show_is_refused_by_name(arguments, error, said):
    with pytest.raises(error, match=said):
        UnseenDayExplorer(**{"model": MODEL, "split": SPLIT, "dates": DATES} | arguments)
