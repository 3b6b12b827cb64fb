"""The explorer of one window: its picture against the model's states and forecast, its state's limits, its words."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from lstm_notes import NumpyForecaster, Scaler, lstm_step, make_windows, toy_days
from lstm_notes.explorers import OneWindowExplorer
from lstm_notes.pictures.svg import format_number
from tests.pictures import texts

MAPS = {"f": "fₜ", "i": "iₜ", "g": "C̃ₜ", "o": "oₜ", "C": "Cₜ", "h": "hₜ"}  # as in one_window.js
LEVELS = 20
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


def shown(explorer, narrow=False):
    return texts(explorer, narrow, several=("C-formula", "h-formula"))


def with_digits(words, values):
    """`values` with as many digits as the result in `words` has: an equation has those with which it closes."""
    digits = len(re.search(r"\.(\d+)(, a change of .*)?$", words)[1])
    return [format_number(value, digits) for value in values]


def limit(explorer, name):
    """Where a map's colour is at its full: of signed ones a round number, from the window's largest value on."""
    if name not in "gCh":
        return 1
    most = max(np.abs(getattr(explorer.trace, name.lower())[explorer.window]).max(), 0.01)
    sizes = [float(f"{step}e{power}") for power in range(-2, 6) for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)]
    return next(size for size in sizes if size >= most)


def cells(explorer, name, narrow):
    """The levels that a map shows, with their signs, (steps, units), and which cells have the minus's line."""
    parts = explorer.drawing(narrow).parts
    left, top, width, height = (parts[f"map-{name}"][key] for key in ("x", "y", "width", "height"))
    _, steps, units = explorer.trace.c.shape
    levels, lines = np.zeros((2, steps, units))

    def places(part):
        for x, y in re.findall(r"M([\d.]+) ([\d.]+)", parts[part]["d"]):
            yield int((float(x) - left + 0.06) / width * steps), int((float(y) - top) / height * units)

    for part in parts:
        if not (found := re.fullmatch(rf"{name}-(plus|minus)-(\d+)", part)):
            continue
        assert parts[part]["stroke-opacity"] == int(found[2]) / LEVELS
        assert parts[part]["class"] == (found[1] if name in "gCh" else name)
        for at in places(part):
            assert not levels[at]
            levels[at] = int(found[2]) * (1 if found[1] == "plus" else -1)
    for at in places(f"{name}-signs") if f"{name}-signs" in parts else ():
        lines[at] = 1
    return levels, lines


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
def test_the_numbers_are_those_of_the_models_own_states(case, last, narrow):
    model, windows, _ = CASES[case]
    ends = {"window": len(windows) - 1, "step": windows.shape[1], "hidden_unit": model.units - 1}
    made = explorer(case, **(ends if last else {"step": 1}))
    trace = model.states(windows)
    at = made.window, made.step - 1, made.hidden_unit
    texts = shown(made, narrow)
    for name, symbol in MAPS.items():
        assert texts[f"{name}-words"] == f"{symbol} = {format_number(getattr(trace, name.lower())[at])}"
    before = trace.c[at[0], at[1] - 1, at[2]] if at[1] else 0.0
    f, i, g, o, c, h = (getattr(trace, name)[at] for name in "figoch")
    before, f, i, g, c = with_digits(texts["C-formula"], (before, f, i, g, c))
    assert re.search(f"= {f} · {before} \\+ {i} · {g} [=≈] {c}, a change of ", texts["C-formula"])
    o, squashed, h = with_digits(texts["h-formula"], (o, np.tanh(trace.c[at]), h))
    assert re.fullmatch(f"hₜ = oₜ · tanh\\(Cₜ\\) = {o} · {squashed} [=≈] {h}", texts["h-formula"])
    svg = made.drawing(narrow).svg.replace('fill="none"', "").replace('pointer-events="none"', "")
    assert not re.search('nan|inf|undefined|"none"', svg, re.IGNORECASE)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("case", ["toy", "one step, one unit", "wide", "nothing"])
@pytest.mark.parametrize("name", MAPS)
def test_the_maps_show_every_unit_at_every_step(case, name, narrow):
    """The colour is the value, to half a level, 0 the page's own; a line across says that it is negative. What is still
    to come is covered, but not wholly."""
    model, windows, _ = CASES[case]
    for step in {0, 1, windows.shape[1] // 2, windows.shape[1]}:
        made = explorer(case, step=step)
        values = getattr(model.states(windows), name.lower())[0].astype("float64")
        levels, lines = cells(made, name, narrow)
        expected = np.clip(values / limit(made, name), -1, 1)
        assert (np.abs(levels / LEVELS - expected) <= 0.5 / LEVELS + 1e-6).all()
        assert (lines == (levels < -1)).all()
        parts = made.drawing(narrow).parts
        unread = parts.get(f"unread-{name}", {"width": 0, "fill-opacity": 0.7})
        share = unread["width"] / parts[f"map-{name}"]["width"]
        assert abs(share - (1 - step / windows.shape[1])) < 1e-3 and 0.6 < unread["fill-opacity"] < 0.8


@pytest.mark.parametrize("narrow", [False, True])
def test_no_change_is_hidden_by_a_colour_at_its_full(narrow):
    """Where C changes most, the colours before and after differ, in every window; the legend says what the full is."""
    for window in range(3):
        made = explorer("wide", window=window)
        step, unit = np.unravel_index(np.abs(made.changes).argmax(), made.changes.shape)
        levels, _ = cells(made, "C", narrow)
        before = levels[step - 1, unit] if step else 0
        assert levels[step, unit] != before
        full = [words for _, _, words in made.drawing(narrow).elements if words.startswith("+")]
        assert [float(words) for words in full] == [limit(made, name) for name in "gCh"]


@pytest.mark.parametrize("narrow", [False, True])
def test_rows_and_columns_have_their_numbers(narrow):
    """The first and the last row, and the chosen one beside its row; of the columns, as there is room."""
    for unit in range(4):
        parts = explorer(step=2, hidden_unit=unit).drawing(narrow).parts
        for name in MAPS:
            top, height = parts[f"map-{name}"]["y"], parts[f"map-{name}"]["height"]
            ticks = {part: parts[part] for part in parts if re.fullmatch(rf"(tick|unit)-{name}(-\d+)?", part)}
            assert {tick["words"] for tick in ticks.values()} == {"0", "3", str(unit)}
            for tick in ticks.values():
                row = (tick["y"] - 0.36 * tick["font-size"] - top) / height * 4
                assert abs(row - (int(tick["words"]) + 0.5)) < 0.01
    ticks = [
        words for part, words in shown(explorer("wide", step=3), narrow).items() if re.fullmatch(r"tick-\d+", part)
    ]
    assert ticks[0] == "t = 1" and ticks[-1] == "30" and len(ticks) > 6


@pytest.mark.parametrize("narrow", [False, True])
def test_what_is_carried_covers_no_cell(narrow):
    """h of the step before goes to the gates below the maps and between two columns."""
    for step in (2, 3):
        parts = explorer(step=step).drawing(narrow).parts
        x, y = np.array(re.findall(r"([\d.]+) ([\d.]+)", parts["fed-back"]["d"]), float).T
        edge = parts["map-h"]["x"] + (step - 1) * parts["map-h"]["width"] / 3
        inside = (y > parts["map-f"]["y"]) & (y < parts["map-h"]["y"] + parts["map-h"]["height"] - 0.01)
        assert not inside.any() and np.isclose(x, edge).sum() == 2 and "fed-back-head" in parts


@pytest.mark.parametrize("narrow", [False, True])
def test_a_step_stands_in_one_column(narrow):
    """The day, the column of each map, what reads it, and at the end what leads to the head."""
    for step in (1, 2, 3):
        parts = explorer(step=step).drawing(narrow).parts
        series, column = parts["series"], parts["column"]
        width = series["width"] / 3
        assert np.isclose(column["x"], series["x"] + (step - 1) * width, atol=0.02)
        assert np.isclose(column["width"], width, atol=0.02) and parts["now"]["x"] == column["x"]
        bottom = parts["map-h"]["y"] + parts["map-h"]["height"]
        assert column["y"] == series["y"] and np.isclose(column["y"] + column["height"], bottom, atol=0.02)
        start, *_, end = re.findall(r"[\d.]+ [\d.]+", parts["reads"]["d"])
        assert (
            start.split()[0] == end.split()[0] and parts["map-f"]["y"] - 9 < float(end.split()[1]) < parts["map-f"]["y"]
        )
        assert ("fed-back" in parts) == (step > 1)
        assert parts["to-head"]["class"] == ("h" if step == 3 else "x")
        assert ("stroke-dasharray" in parts["to-head"]) == (step < 3)


def test_a_state_is_drawn_again():
    made = explorer(window=2, step=2, hidden_unit=1)
    assert explorer(**made.state()).drawing().elements == made.drawing().elements


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
    two = f"{'+' if change > 0 else ''}{format_number(change)}"  # as the task says it
    assert words.endswith(f"a change of {two}") and f" {two} is " in f" {made.ask('answer')[1]}"
    made.hidden_unit = (made.hidden_unit + 1) % 4
    here, most = made.changes[step, made.hidden_unit], format_number(abs(change))
    signed = f"{'+' if here > 0.005 else ''}{format_number(here)}"
    assert made.ask("answer") == [False, f"Here: {signed}; the largest, up or down, is {most} in size."]


def test_a_change_has_two_digits_however_many_its_equation_needs():
    digits = set()
    for unit in range(32):
        words = shown(explorer("wide", step=9, hidden_unit=unit))["C-formula"]
        digits.add(len(re.search(r"\.(\d+), a change of (≈ )?[+−]?\d\.\d\d$", words)[1]))
    assert len(digits) > 1


def test_the_largest_change_is_told_from_one_nearly_as_large():
    """With as many digits as that takes."""
    made, found = explorer("wide"), 0
    for made.window in range(3):
        for step, unit in np.argwhere(np.abs(made.changes) > 0.9 * np.abs(made.changes).max()):
            made.step, made.hidden_unit = int(step) + 1, int(unit)
            done, words = made.ask("answer")
            if not done:
                here, most = re.fullmatch(r"Here: [+−]([\d.]+); .* is ([\d.]+) in size\.", words).groups()
                assert here != most and float(here) < float(most)
                found += 1
    assert found


def test_the_forecast_comes_after_the_last_step():
    made = explorer(window=4, step=3, unit="days")
    forecast = ", ".join(format_number(value) for value in TOY.predict(X)[4])
    texts = shown(made)
    assert texts["LSTM-words"] == f"■ forecast, from h₃ alone: {forecast} days"
    assert texts["truth-words"] == "● measured 8, 9 days"
    assert f"Then: forecast, from h₃ alone: {forecast} days; measured 8, 9 days." in made.drawing().description
    assert texts["headline"] == "window 4, step 3 of 3: x₃ = 7 days"
    assert {"LSTM-0", "LSTM-1", "truth-0", "truth-1"} <= set(made.drawing().parts)
    assert "truth-words" not in shown(explorer("no y", step=3))


def test_the_target_is_the_feature_drawn():
    made = explorer("wide", step=1)
    assert made.words[0].replace("−", "-") == f"{NOISE[0, 0, 1]:.4f}"
    assert "feature 1 of 2 is drawn" in shown(made)["headline"] and "feature 1 of 2" in made.drawing().description
    model, windows, _ = CASES["each feature"]
    first = shown(explorer("each feature", step=30))["LSTM-words"]
    assert first.endswith(
        "from h₃₀ alone: " + ", ".join(format_number(value) for value in model.predict(windows)[0, :, 0])
    )


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
