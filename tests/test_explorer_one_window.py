"""The explorer of one window: its picture against the model's states and forecast, its state's limits, its words."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from lstm_notes import NumpyForecaster, Scaler, lstm_step, make_windows, toy_days
from lstm_notes.explorers import OneWindowExplorer
from lstm_notes.pictures.svg import format_number

MAPS = {"f": "fₜ", "i": "iₜ", "g": "C̃ₜ", "C": "Cₜ", "o": "oₜ", "h": "hₜ"}  # as in one_window.js
LEVELS = 10
RNG = np.random.default_rng(0)
X, Y = make_windows(toy_days(11), look_back=3, horizon=2)
TOY = NumpyForecaster(units=4, scaler=Scaler().fit(X), seed=1).build(1, 2)
NOISE = RNG.normal(size=(3, 30, 2))
CASES = {
    "toy": (TOY, X, Y),
    "no y": (TOY, X, None),
    "one step, one unit": (NumpyForecaster(units=1).build(), np.ones((1, 1, 1)), None),
    "wide": (NumpyForecaster(units=32, target=1).build(2, 3), NOISE, NOISE[:, :3, 1]),
    "each feature": (NumpyForecaster(units=2).build(2, 3, per_feature=True), NOISE, NOISE[:, :3]),
    "large": (NumpyForecaster(units=2, dtype="float64").build(), 1e4 * NOISE[:, :5, :1], None),
    "nothing": (NumpyForecaster(units=2).build(), np.zeros((2, 3, 1)), None),
}


def explorer(case="toy", **state):
    model, windows, y = CASES[case]
    return OneWindowExplorer(model, windows, y, **state)


def shown(explorer):
    """The texts of the picture's named parts."""
    return {name: part["words"] for name, part in explorer.drawing().parts.items() if part["tag"] == "text"}


def with_digits(words, values):
    """`values` with as many digits as the last number of `words` has: an equation has those with which it closes."""
    digits = len(re.search(r"\.(\d+)$", words)[1])
    return [format_number(value, digits) for value in values]


def cells(explorer, name):
    """What a map shows: (steps drawn, units) strengths with their signs, and how many cells it drew."""
    parts = explorer.drawing().parts
    left, top, width, height = (parts[f"map-{name}"][key] for key in ("x", "y", "width", "height"))
    _, steps, units = explorer.trace.c.shape
    values, drawn = np.full((explorer.step, units), np.nan), 0
    for part in parts:
        if not (found := re.fullmatch(rf"{name}-(plus|minus)-(\d+)", part)):
            continue
        assert parts[part]["stroke-opacity"] == int(found[2]) / LEVELS
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)", parts[part]["d"]):
            step = int((float(x) - left + 0.06) / width * steps)
            values[step, int((float(y) - top) / height * units)] = int(found[2]) * (1 if found[1] == "plus" else -1)
            drawn += 1
    return values, drawn


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("last", [False, True])
def test_the_numbers_are_those_of_the_models_own_states(case, last):
    model, windows, _ = CASES[case]
    ends = {"window": len(windows) - 1, "step": windows.shape[1], "hidden_unit": model.units - 1}
    made = explorer(case, **(ends if last else {"step": 1}))
    trace = model.states(windows)
    at = made.window, made.step - 1, made.hidden_unit
    texts = shown(made)
    for name, symbol in MAPS.items():
        assert texts[f"{name}-words"] == f"{symbol} = {format_number(getattr(trace, name.lower())[at])}"
    before = trace.c[at[0], at[1] - 1, at[2]] if at[1] else 0.0
    f, i, g, o, c, h = (getattr(trace, name)[at] for name in "figoch")
    before, f, i, g, c = with_digits(texts["C-formula"], (before, f, i, g, c))
    assert re.search(f"= {f} · {before} \\+ {i} · {g} [=≈] {c}, a change of ", texts["C-formula"])
    o, squashed, h = with_digits(texts["h-formula"], (o, np.tanh(trace.c[at]), h))
    assert re.fullmatch(f"hₜ = oₜ · tanh\\(Cₜ\\) = {o} · {squashed} [=≈] {h}", texts["h-formula"])
    svg = made.drawing().svg.replace('fill="none"', "")
    assert not re.search('nan|inf|undefined|"none"', svg, re.IGNORECASE)


@pytest.mark.parametrize("case", ["toy", "one step, one unit", "wide", "nothing"])
@pytest.mark.parametrize("name", MAPS)
def test_the_maps_show_every_unit_at_every_step_made(case, name):
    model, windows, _ = CASES[case]
    for step in {0, 1, windows.shape[1] // 2, windows.shape[1]}:
        made = explorer(case, step=step)
        trace = model.states(windows)
        values = getattr(trace, name.lower())[0, :step].astype("float64")
        strength = np.abs(values) / (np.abs(trace.c).max() or 1 if name == "C" else 1)
        levels, drawn = cells(made, name)
        assert drawn == levels.size and levels.shape == values.shape
        assert (np.abs(np.abs(levels) / LEVELS - strength) <= 1 / LEVELS + 1e-6).all()
        assert ((levels < 0) == (values < 0)).all()


def test_before_the_first_step_nothing_is_there():
    texts = shown(explorer())
    assert texts["C-words"] == "C₀ = 0" and texts["h-words"] == "h₀ = 0" and texts["f-words"] == "fₜ"
    assert "nothing read yet" in texts["headline"] and texts["LSTM-words"] == "the forecast comes after step 3"
    assert not {"LSTM-0", "truth-0", "truth-words", "column-C"} & set(explorer().drawing().parts)
    ending = (
        "filled up to step 0. Before the first step C₀ = 0, and h₀ = 0, in every unit and every window. The forecast"
    )
    assert ending in explorer().drawing().description


def test_changes_of_C_are_those_of_the_steps():
    made = explorer(window=2)
    model, windows, _ = CASES["toy"]
    h = c = np.zeros((1, 4), "float32")
    for t, x in enumerate(model.states(windows[2:3]).x[0]):
        h, after, _ = lstm_step(x[None], h, c, model.weights.lstm)
        assert np.allclose(made.changes[t], (after - c)[0], atol=1e-6)
        c = after
    step, unit = np.unravel_index(np.abs(made.changes).argmax(), made.changes.shape)
    made.step, made.hidden_unit = int(step) + 1, int(unit)  # the task's answer
    words, change = shown(made)["C-formula"], made.changes[step, unit]
    assert words.endswith(f"a change of {'+' if change > 0 else ''}{with_digits(words, [change])[0]}")


def test_the_forecast_comes_after_the_last_step():
    made = explorer(window=4, step=3, unit="days")
    forecast = ", ".join(format_number(value) for value in TOY.predict(X)[4])
    texts = shown(made)
    assert texts["LSTM-words"] == f"■ forecast, summed from every h₃: {forecast} days"
    assert texts["truth-words"] == "● measured 8, 9 days"
    assert f"Then: forecast, summed from every h₃: {forecast} days; measured 8, 9 days." in made.drawing().description
    assert texts["headline"] == "window 4, step 3 of 3: x₃ = 7 days"
    assert {"LSTM-0", "LSTM-1", "truth-0", "truth-1"} <= set(made.drawing().parts)
    assert "truth-words" not in shown(explorer("no y", step=3))


def test_the_target_is_the_feature_drawn():
    made = explorer("wide", step=1)
    assert made.words[0].replace("−", "-") == f"{NOISE[0, 0, 1]:.4f}"
    assert "feature 1 of 2 is drawn" in shown(made)["headline"] and "feature 1 of 2" in made.drawing().description
    model, windows, _ = CASES["each feature"]
    first = shown(explorer("each feature", step=30))["LSTM-words"]
    assert first.endswith("every h₃₀: " + ", ".join(format_number(value) for value in model.predict(windows)[0, :, 0]))


def test_the_still_says_what_it_shows():
    made = explorer(window=1, step=2, hidden_unit=3)
    words, trace = made.drawing().description, TOY.states(X)
    for part in (
        "A window of 3 steps through an LSTM of 4 units: window 1, step 2 of 3: x₂ = 3.",
        "filled up to step 2",
        f"Of unit 3: {shown(made)['C-formula']}",
        f"= {with_digits(shown(made)['C-formula'], [trace.c[1, 1, 3]])[0]}, a change of",
        "The forecast comes after step 3.",
    ):
        assert part in words


@pytest.mark.parametrize(
    "error, words, arguments, state",
    [
        (TypeError, "model is 3; a fitted forecaster, with states and predict, is needed", (3, X), {}),
        (RuntimeError, "no weights yet", (NumpyForecaster(units=2), X), {}),
        (ValueError, r"X has shape \(7, 3\)", (TOY, X[:, :, 0]), {}),
        (ValueError, r"y has shape \(7, 1\); \(windows, horizon\) = \(7, 2\)", (TOY, X, Y[:, :1]), {}),
        (ValueError, "y has 14 values that are NaN", (TOY, X, Y * np.nan), {}),
        (TraitError, "window is 9; a whole number from 0 to 6 is needed", (TOY, X), {"window": 9}),
        (TraitError, "step is 4; a whole number from 0 to 3 is needed", (TOY, X), {"step": 4}),
        (TraitError, "hidden_unit is 4; a whole number from 0 to 3", (TOY, X), {"hidden_unit": 4}),
        (TraitError, "'step' trait", (TOY, X), {"step": -1}),
        (TypeError, "OneWindowExplorer has no stepp; it has hidden_unit, step, window", (TOY, X), {"stepp": 1}),
    ],
)
def test_wrong_arguments_are_refused_with_words(error, words, arguments, state):
    with pytest.raises(error, match=words):
        OneWindowExplorer(*arguments, **state)
