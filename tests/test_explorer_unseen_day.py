"""UnseenDayExplorer: its numbers are the forecaster's and the baselines', its picture holds at both ends."""

import json
import re

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
from lstm_notes.explorers import UnseenDayExplorer
from lstm_notes.explorers._explorer import below
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
    assert known["The LSTM's worst day"] == size[0].argmax() and known["The LSTM's smallest error"] == size[0].argmin()
    assert known["Persistence wins by most"] == (size[0] - size[1]).argmax()


@pytest.mark.parametrize("day", [0, 23, 39])
def test_the_picture_shows_the_numbers_of_the_day(day):
    explorer = unseen(day=day)
    shown, digits = explorer.drawing().parts, explorer.about["digits"]
    words = {name: part["words"] for name, part in shown.items()}
    assert words["title"] == f"test day {day}: {DATES[120 + day]}"
    assert (words["from"], words["target"]) == (str(DATES[114 + day]), str(DATES[120 + day]))
    assert words["label-truth"] == f"measured {format_number(SPLIT.test.y[day, 0], digits)}"
    for row, (name, error) in enumerate(explorer.errors.items()):
        assert words[f"label-{name}"] == f"{name} {format_number(explorer.forecasts[name], digits)}"
        least = min(map(abs, explorer.errors.values()))
        mark = "✓ " if format_number(abs(error), digits) == format_number(least, digits) else ""
        assert words[f"error-{row}"].replace("≈ ", "") == mark + ("+" if error > 0 else "") + format_number(
            error, digits
        )
        assert words[f"mae-{row}"] == format_number(explorer.mae[name])
        assert words[f"nearest-{row}"] == f"{explorer.nearest[name]} days"


def test_days_on_which_several_are_equally_near_are_counted_and_said():
    """The counts then add up to more than there are days."""
    forecast = MODEL.predict(SPLIT.test.X)
    same = np.where(np.arange(40)[:, None] < 3, forecast, forecast + 9)
    for baselines, count in ((BASELINES, 0), ({"persistence": same, "seasonal naive": forecast + 20}, 3)):
        explorer = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=baselines)
        for narrow in (False, True):
            shown = explorer.drawing(narrow).parts
            assert sum(explorer.nearest.values()) == 40 + count and ("ties" in shown) == bool(count)
            assert shown["smaller-1"]["words"].endswith("; 3 equal" if count else " days")
    assert shown["ties"]["words"] == "On 3 days several are equally near, and each counts."


@pytest.mark.parametrize("narrow", [False, True])
def test_each_methods_name_is_explained(narrow):
    shown = unseen().drawing(narrow).parts
    words = [shown[f"means-{m}"]["words"] for m in range(4)]
    assert words == ["this network", "as today", "a weighted sum of the window", "as a season (a year) ago"]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_label_is_joined_to_its_dot(narrow):
    for day in range(0, 40, 3):
        shown = unseen(day=day).drawing(narrow).parts
        for name in unseen().methods:
            places, dot = line(shown[f"line-{name}"]), shown[f"dot-{name}"]
            label = shown[f"label-{name}"]
            assert places[:2] == pytest.approx([dot["cx"], dot["cy"]], abs=0.02)
            assert places[-1] == pytest.approx(label["y"] - 0.36 * (13 if narrow else 14), abs=0.02)
            assert places[-2] < label["x"]


def test_it_counts_on_how_many_days_the_lstm_is_closer_than_persistence():
    explorer = unseen()
    lstm, other = np.abs([MODEL.predict(SPLIT.test.X)[:, 0], BASELINES["persistence"][:, 0]] - SPLIT.test.y[:, 0])
    shown = explorer.drawing().parts
    assert shown["smaller-0"]["words"] == f"↑ LSTM's errors, °C: smaller on {(lstm < other).sum()} days"
    assert shown["smaller-1"]["words"] == f"↓ persistence's errors: smaller on {(other < lstm).sum()} days"
    alone = UnseenDayExplorer(MODEL, SPLIT, DATES, unit="").drawing().parts
    assert alone["smaller-0"]["words"] == "↑ LSTM's errors" and "smaller-1" not in alone


def up(parts, axes, values):
    """Where `values` are on axes, by their first and their last tick."""
    last = max(int(name.rsplit("-", 1)[1]) for name in parts if name.startswith(f"{axes}-ytick-"))
    low, high = (parts[f"{axes}-ytick-{tick}"] for tick in (0, last))
    values_there = [float(tick["words"].replace("−", "-")) for tick in (low, high)]
    places = [tick["y"] - 0.36 * 13 for tick in (low, high)]
    return np.interp(values, values_there, places)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("day", [0, 23, 39])
def test_dots_curves_and_bars_are_where_the_numbers_are(day, narrow):
    shown = (explorer := unseen(day=day)).drawing(narrow).parts
    frame, truth = shown["window"], up(shown, "window", explorer.truth)
    assert line(shown["measured"])[1::2] == pytest.approx([truth] * 2, abs=0.02)
    columns = []
    for name, value in explorer.forecasts.items():
        dot = shown[f"dot-{name}"]
        assert abs(dot["cy"] - up(shown, "window", value)) < 0.02
        assert line(shown[f"off-{name}"]) == pytest.approx([dot["cx"], truth, dot["cx"], dot["cy"]], abs=0.02)
        columns.append(dot["cx"])
    begin, end = line(shown["measured"])[::2]
    assert np.diff([begin, *columns, end]).min() > 4 and frame["x"] + frame["width"] < begin
    x, y = points(shown["window-curve"])
    np.testing.assert_allclose(y, up(shown, "window", SPLIT.test.X[day, :, 0]), atol=0.1)
    np.testing.assert_allclose(x, frame["x"] + frame["width"] * np.arange(6) / 5, atol=0.1)
    year, errors = shown["year"], shown["errors"]
    assert abs(shown["mark-dot"]["cx"] - (year["x"] + year["width"] * day / 39)) < 0.01
    assert abs(shown["mark-dot"]["cy"] - up(shown, "year", explorer.truth)) < 0.02
    for m, forecast in enumerate((MODEL.predict(SPLIT.test.X), BASELINES["persistence"])):
        bars = np.array(re.findall(r"M(\S+) (\S+?)V([\d.]+)", shown[f"errors-{m}"]["d"]), float)
        np.testing.assert_allclose(bars[:, 0], errors["x"] + errors["width"] * np.arange(40) / 39, atol=0.051)
        np.testing.assert_allclose(bars[:, 1], errors["y"] + errors["height"] / 2, atol=0.051)
        sizes = np.abs(forecast - SPLIT.test.y)[:, 0]
        most = float(shown["errors-ytick-1"]["words"])
        assert most >= sizes.max()
        lengths = sizes / most * errors["height"] / 2
        np.testing.assert_allclose(bars[:, 2] - bars[:, 1], lengths if m else -lengths, atol=0.11)
        own, mark = shown[f"own-{m}"], line(shown["mark-down" if m else "mark-up"])  # the day's bar, in full sight
        assert own["width"] > float(shown[f"errors-{m}"]["stroke-width"])
        assert own["x"] + own["width"] / 2 == pytest.approx(mark[0], abs=0.02)
        ends = [own["y"], own["y"] + own["height"]]
        assert ends == pytest.approx(sorted([bars[day, 1], bars[day, 2]]), abs=0.06)
        assert mark[1::2] == pytest.approx(
            [ends[1], errors["y"] + errors["height"]] if m else [errors["y"], ends[0]], abs=0.02
        )
    sizes = np.abs([(each - SPLIT.test.y)[:, 0] for each in (MODEL.predict(SPLIT.test.X), *BASELINES.values())])
    zero = line(shown["zero"])[0]
    for row, error in enumerate(explorer.errors.values()):  # to the right where the forecast is too high
        bar = shown[f"bar-{row}"]
        assert abs(bar["width"] - (42 if narrow else 86) * abs(error) / sizes.max()) < 0.02
        assert abs((bar["x"] if error > 0 else bar["x"] + bar["width"]) - zero) < 0.02


def test_no_axis_jumps_from_day_to_day():
    explorer, ticks = unseen(), set()
    for explorer.day in range(40):
        parts = explorer.drawing().parts
        ticks.add(json.dumps({name: part for name, part in parts.items() if "-ytick-" in name}))
    assert len(ticks) == 1


def test_the_states_in_the_picture_are_the_models():
    explorer, trace = unseen(day=8), MODEL.states(SPLIT.test.X)
    assert explorer.about["memory"] == np.abs(trace.c).max()
    for shown in (explorer.drawing().parts, explorer.drawing(narrow=True).parts):
        for name, states, size in (("C", trace.c, explorer.about["memory"]), ("h", trace.h, 1)):
            frame = shown[f"states-{name}"]
            low, high = (float(shown[f"states-{name}-ytick-{k}"]["words"].replace("−", "-")) for k in (0, 2))
            assert low == -high and size / 3 < high <= size
            for unit in range(5):
                _, y = points(shown[f"{name}-{unit}"])
                wanted = frame["y"] + frame["height"] * (0.5 - states[8, :, unit] / size / 2)
                step = frame["height"] / 2 * 0.5 / 127  # sent as a byte
                np.testing.assert_allclose(y, wanted, atol=0.051 + step)  # and written to a tenth


@pytest.mark.parametrize("narrow", [False, True])
def test_a_day_of_the_window_is_at_hand_in_the_window_and_in_the_states(narrow):
    assert unseen().step == 6  # the last one
    explorer = unseen(day=8, step=4)
    shown, window = explorer.drawing(narrow).parts, SPLIT.test.X[8, :, 0]
    digits = explorer.about["digits"]
    value, average = (format_number(each, digits) for each in (window[3], window.mean()))
    assert shown["read"]["words"] == f"{DATES[125]}, day 4: {value}; dashed: mean {average}"
    for name in ("window", "states-C", "states-h"):
        frame, mark = shown[name], line(shown[f"step-{name}"])
        assert mark[0] == mark[2] == pytest.approx(frame["x"] + frame["width"] * 3 / 5, abs=0.02)
        handle = shown[f"touch-step {name}"]
        assert [handle[side] for side in ("x", "y", "width")] == pytest.approx(
            [frame[side] for side in ("x", "y", "width")], abs=0.02
        )
    assert shown["step-dot"]["cy"] == pytest.approx(up(shown, "window", window[3]), abs=0.02)
    assert line(shown["mean"])[1::2] == pytest.approx([up(shown, "window", window.mean())] * 2, abs=0.02)


def test_a_pointer_is_told_what_is_where_it_is():
    explorer, trace = unseen(day=8), MODEL.states(SPLIT.test.X)
    digits, window = explorer.about["digits"], SPLIT.test.X[8, :, 0]

    def number(value):
        return format_number(value, digits)

    for at, k in ((2.4, 2), (-3, 0), (99, 39)):
        own, its = (
            np.abs(each[k, 0] - SPLIT.test.y[k, 0]) for each in (MODEL.predict(SPLIT.test.X), persistence(SPLIT.test.X))
        )
        said = (
            f"{DATES[120 + k]}: {number(SPLIT.test.y[k, 0])} °C\nLSTM {number(own)} off, persistence {number(its)} off"
        )
        assert explorer.ask("told", "year", at, 5.0) == said
    assert explorer.ask("told", "window", 2.6, 0.0) == f"{DATES[125]}, day 4: {number(window[3])} °C"
    for name, states in (("C", trace.c), ("h", trace.h)):
        for unit in range(5):
            value = states[8, 1, unit]
            said = explorer.ask("told", f"states-{name}", 1.0, value)
            words = re.fullmatch(rf"{DATES[123]}, day 2: unit {unit}, {name} ≈ (\S+)", said)
            assert abs(float(words[1].replace("−", "-")) - value) < 0.06


def test_of_many_units_a_pointer_is_told_the_right_one():
    model = NumpyForecaster(units=40, scaler=Scaler().fit(SERIES[:90])).build()
    explorer, trace = UnseenDayExplorer(model, SPLIT, DATES), model.states(SPLIT.test.X)
    drawn = explorer.about["drawn"]
    assert len(drawn) == 32 < 40 and drawn != list(range(32))
    for unit in drawn:
        said = explorer.ask("told", "states-h", 5.0, trace.h[0, 5, unit])
        told = int(re.search(r"unit (\d+)", said)[1])
        assert abs(trace.h[0, 5, told] - trace.h[0, 5, unit]) < 0.01 and told in drawn


def test_it_opens_with_a_day_that_does_not_solve_the_task():
    hopeless = {"persistence": SPLIT.test.y + np.where(np.arange(40) < 4, 50.0, 0.0)[:, None]}
    explorer = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=hopeless)
    solved = []
    for day in range(5):
        explorer_then = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=hopeless, day=day)
        solved.append(explorer_then.ask("answer")[0])
    assert solved[0] and not solved[explorer.day] and explorer.day == solved.index(False)


def line(arrow):
    """The two places that a line joins: x, y, x, y."""
    return [float(place) for place in re.findall(r"[\d.]+", arrow["d"])]


def points(curve):
    """The places of a curve: x and y."""
    return np.array(re.findall(r"[ML](\S+) (\S+?)(?=L|$)", curve["d"]), float).T


def test_the_still_says_what_it_shows():
    explorer = unseen(day=11)
    said, digits = explorer.drawing().description, explorer.about["digits"]
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
    assert (below(3.09), below(0.0), below(2.0)) == (3.0, 0.0, 1.0) and abs(below(0.0456) - 0.04) < 1e-12


def test_errors_that_are_written_alike_are_a_tie():
    """Also where more digits would tell them apart; and both have the mark, in the table and in words."""
    forecast = MODEL.predict(SPLIT.test.X)
    near = {"persistence": SPLIT.test.y - 1.0001 * (forecast - SPLIT.test.y)}
    far = {"linear AR": forecast + 9}
    explorer = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=near | far)
    for explorer.day in range(3):
        drawing = explorer.drawing()
        own, its = (drawing.parts[f"error-{row}"]["words"].replace("≈ ", "") for row in (0, 1))
        assert own[:2] == its[:2] == "✓ " and own[3:] == its[3:] and "✓" not in drawing.parts["error-2"]["words"]
        assert "nearest on this day: LSTM and persistence." in drawing.description
        done, words = explorer.ask("answer")
        assert not done and words.endswith(f"LSTM {own[3:]} °C off, persistence {its[3:]} °C off: a tie.")


def test_no_button_leads_to_the_task():
    for baselines in (BASELINES, None, {"persistence": MODEL.predict(SPLIT.test.X)}):
        explorer = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=baselines)
        assert explorer.known and ("The LSTM's worst day" in explorer.known) == bool(explorer.rival)
        for day in explorer.known.values():
            explorer.day = day
            sizes = np.abs(list(explorer.errors.values()))
            assert (sizes[1] - sizes[0] if explorer.rival else sizes[0]) <= explorer.threshold


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("near", [-9.0, 0.0, 0.01, 9.0])
def test_labels_keep_apart_in_their_order(near, narrow):
    """Also where all of them would be at one place, or at an end of the axis."""
    crowded = {name: SPLIT.test.y + near * (1 + k / 1000) for k, name in enumerate(BASELINES)}
    explorer = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=crowded)
    for explorer.day in range(0, 40, 3):
        shown = explorer.drawing(narrow).parts
        names, frame = ["truth", *explorer.methods], shown["window"]
        values = [explorer.truth, *explorer.forecasts.values()]
        labels = np.array([shown[f"label-{name}"]["y"] for name in names]) - 0.36 * (13 if narrow else 14)
        order = np.lexsort((labels, up(shown, "window", values).round(2)))
        top, bottom = frame["y"] - 6, frame["y"] + frame["height"] + 10
        assert np.diff(labels[order]).min() >= 19 - 0.011
        assert labels.min() >= top - 0.011 and labels.max() <= bottom + 0.011


def test_a_label_stays_beside_its_dot_where_there_is_room():
    apart = {"persistence": SPLIT.test.y + 9.0}
    shown = UnseenDayExplorer(MODEL, SPLIT, DATES, baselines=apart).drawing().parts
    assert abs(shown["label-persistence"]["y"] - 0.36 * 14 - shown["dot-persistence"]["cy"]) < 0.011


def test_a_state_that_is_kept_draws_the_same():
    for narrow in (False, True):
        assert unseen(**unseen(day=17).state()).drawing(narrow).svg == unseen(day=17).drawing(narrow).svg


@pytest.mark.parametrize("size", [0.0, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("look_back, test, units", [(1, 2, 1), (6, 40, 40), (1, 1, 1)])
def test_every_size_and_every_scale_has_a_picture(size, look_back, test, units):
    split = split_by_time(size * SERIES, look_back=look_back, validation=5, test=test)
    model = NumpyForecaster(units=units, scaler=Scaler().fit(size * SERIES) if size else None).build()
    for baselines in (None, {"linear AR": LinearAutoregression().fit(*split.train).predict(split.test.X)}):
        explorer = UnseenDayExplorer(model, split, range(160), unit="", baselines=baselines)
        for explorer.day in (0, test - 1):
            drawing = explorer.drawing()
            assert not re.search("nan|infinity|undefined", drawing.svg, re.I) and len(drawing.png) > 1000


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
        ({"step": 7}, traitlets.TraitError, "step is 7; 1 to 6 is needed"),
        ({"step": 0}, traitlets.TraitError, "step"),
        ({"window": 3}, TypeError, "UnseenDayExplorer has no window"),
    ],
)
def test_what_it_cannot_show_is_refused_by_name(arguments, error, said):
    with pytest.raises(error, match=said):
        UnseenDayExplorer(**{"model": MODEL, "split": SPLIT, "dates": DATES} | arguments)
