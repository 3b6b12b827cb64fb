"""The lab in Python: its numbers, its recorded table, its words. tests/test_explorers.py has it in a browser."""

import re
import threading

import numpy as np
import pytest
import traitlets

from lstm_notes import random_walk
from lstm_notes.explorers import lab as module
from lstm_notes.explorers._scene import Scene, ask
from lstm_notes.explorers.lab import RECORDED, SERIES, LabExplorer, key_of, measure, recorded, settings
from lstm_notes.studies import CHOICES, protocol_errors

RIGHT = {name: values[0] for name, values in CHOICES.items()}


@pytest.fixture(scope="module")
def lab():
    return LabExplorer(split="random")


def test_numbers_are_those_of_the_experiment(lab):
    each = [protocol_errors(random_walk(400, seed=seed), 100, seed=seed, split="random") for seed in range(3)]
    for name, values in lab.errors.items():
        np.testing.assert_array_equal(values, [errors[name] for errors in each])


def test_the_table_has_every_setting_and_some_are_computed_again():
    table = recorded()
    assert sorted(table) == sorted(key_of(data, chosen) for data in RECORDED for chosen in settings())
    assert all(np.shape(result) == (4, 3) and np.all(np.array(result) > 0) for result in table.values())
    for data, changed in (
        ("random walk", {}),
        ("random walk", {"split": "random", "windows": "one"}),
        ("random walk", {"states": "carried", "weights": "separate"}),
        ("temperature", {"scaler": "all days"}),
    ):
        chosen = RIGHT | changed
        np.testing.assert_allclose(measure(*SERIES[data][:2], chosen), table[key_of(data, chosen)], atol=6e-4, rtol=0)


def test_switches_move_words_and_dots(lab):
    before = lab.drawing()
    assert "Do not believe the error you see." in before.description and "Random split" in before.description
    signs = {name: before.parts[f"is-{name}"]["words"] for name in CHOICES}
    assert signs == {name: f"✓ {values[0]}" for name, values in CHOICES.items()} | {"split": "✗ random"}
    lab.split = "chronological"
    after = lab.drawing()
    assert "Nothing leaks: one stretch of days each, honestly seen." in after.description and "✗" not in after.svg
    assert after.parts["line-2"]["words"].startswith("Nothing is wrong with the experiment.")
    low, high = lab.errors["later"].min(), lab.errors["later"].max()
    assert f"the error on later days: {low:.2f} – {high:.2f}, persistence" in after.description
    assert after.parts["words-1"]["words"] == f"{low:.2f} – {high:.2f}"
    seen = np.mean(lab.errors["seen"] / lab.errors["persistence seen"])
    assert f"On average you see {seen:.2f} times" in after.description
    lab.split = "random"
    assert lab.drawing().svg == before.svg


def test_every_leak_and_every_other_fault_is_named(lab):
    """What makes the number untrue is told from what makes another network."""
    for name, values in CHOICES.items():
        parts = picture(lab, {"results": {}, "alone": True} | RIGHT | {name: values[1]}).parts
        leaks = name in ("split", "scaler")
        assert parts["line-0"]["words"].startswith("Do not believe" if leaks else "Nothing leaks")
        assert name.rstrip("s") in parts["line-2"]["words"].lower().split(":")[0]
    parts = picture(lab, {"results": {}, "alone": True} | {name: values[1] for name, values in CHOICES.items()}).parts
    assert [part for part in parts if part.startswith("line-")] == [f"line-{k}" for k in range(7)]


@pytest.mark.parametrize("seeds", [1, 2, 3])
def test_a_dot_for_each_seed_stands_at_its_ratio(lab, seeds):
    lab.seeds = seeds
    shown = lab.drawing().parts
    assert sorted(name for name in shown if name.startswith("dot-")) == [
        f"dot-{row}-{seed}" for row in range(4) for seed in range(seeds)
    ]
    assert shown["axis"]["words"].endswith("1 seed" if seeds == 1 else f"a dot for each of {seeds} seeds")
    frame = shown["ratio"]
    for row, name in enumerate(("seen", "later")):
        ratios = lab.errors[name] / lab.errors[f"persistence {name}"]
        for seed in range(seeds):
            place = frame["x"] + frame["width"] * np.log10(ratios[seed] / 0.5) / 2
            assert abs(shown[f"dot-{row}-{seed}"]["cx"] - place) < 0.01


def picture(lab, state):
    """The scene of a state that differs from the lab's."""
    return Scene(**ask(lab._front, "scene", {name: getattr(lab, name) for name in lab._scene_names} | state))


def test_without_a_kernel_the_recorded_results_are_drawn(lab):
    for data in RECORDED:
        empty = {"results": {}, "data": data, "seeds": 3} | RIGHT | {"scaler": "all days"}
        waiting = picture(lab, empty)
        assert [waiting.parts[f"words-{row}"]["words"] for row in range(4)] == ["training…"] * 4
        assert "dot-0-0" not in waiting.parts and waiting.description.endswith("Training…")
        drawn = picture(lab, empty | {"alone": True}).parts
        unit = SERIES[data][2]
        for row, chosen in ((0, RIGHT | {"scaler": "all days"}), (2, RIGHT)):
            result = recorded()[key_of(data, chosen)]
            for k in range(2):
                words = f"{min(result[k]):.2f} – {max(result[k]):.2f} {unit}".strip()
                assert drawn[f"words-{row + k}"]["words"] == words


def test_a_setting_is_trained_once(lab, monkeypatch):
    assert lab.errors
    asked = []
    monkeypatch.setattr(module, "measure", lambda *args: asked.append(args[2]) or [[1.0] * 3] * 4)
    lab.weights = "separate"
    assert lab.errors["seen"].tolist() == [1.0, 1.0, 1.0]
    lab.weights = "shared"
    lab.weights = "separate"
    assert lab.errors
    assert asked == [RIGHT | {"split": lab.split, "weights": "separate"}]
    lab.weights = "shared"


def test_a_switch_answers_at_once(monkeypatch):
    """While the thread trains, the switch is moved and heard, and no result is there yet."""
    lab, go = LabExplorer(), threading.Event()
    monkeypatch.setattr(module, "measure", lambda *args: go.wait(10) and [[2.0] * 3] * 4)
    lab.windows = "one"
    key = key_of("random walk", RIGHT | {"windows": "one"})
    assert lab.heard == key and key not in lab.results
    go.set()
    assert lab.errors["later"].tolist() == [2.0, 2.0, 2.0] and key in lab.results


def test_what_goes_wrong_in_the_thread_is_said(monkeypatch):
    lab = LabExplorer()

    def broken(*args):
        raise FloatingPointError("the loss is nan")

    monkeypatch.setattr(module, "measure", broken)
    lab.scaler = "all days"
    with pytest.raises(RuntimeError, match="FloatingPointError: the loss is nan"):
        print(lab.errors)
    assert "FloatingPointError: the loss is nan" in lab.drawing().description
    assert lab.drawing().parts["words-0"]["words"] == "FloatingPointError: the loss"
    monkeypatch.undo()
    lab.scaler = "training days"
    assert lab.trouble == "" and "Nothing leaks" in lab.drawing().description


@pytest.mark.parametrize(
    "series", [1e4 * np.sin(np.arange(100)), np.tile([0.0, 1, 0, 0, 1], 24), -(np.arange(120) ** 2)]
)
def test_a_series_of_ones_own(series):
    """Also where persistence makes no error at all, and where the dots leave the axis."""
    lab = LabExplorer(series, unit="kg", windows="one")
    drawing = lab.drawing()
    assert not re.search("nan|infinity|undefined", drawing.svg, re.I)
    assert "your own series" in drawing.parts["about"]["words"] and drawing.parts["words-0"]["words"].endswith(" kg")
    assert all(250 <= part["cx"] <= 650 for name, part in drawing.parts.items() if name.startswith("dot-"))
    assert lab.fixed["recorded"] == {} and lab.data == "your own"
    with pytest.raises(traitlets.TraitError, match="data is 'temperature'; 'your own' is needed"):
        lab.data = "temperature"


def test_wrong_arguments_are_refused(lab):
    with pytest.raises(ValueError, match="series has 99 values; at least 100"):
        LabExplorer(np.arange(99.0))
    with pytest.raises(ValueError, match="series has 1 values that are NaN"):
        LabExplorer(np.r_[np.nan, np.arange(200.0)])
    with pytest.raises(TypeError, match="unit is 3; text"):
        LabExplorer(unit=3)
    with pytest.raises(TypeError, match="has no epochs; it has data, scaler"):
        LabExplorer(epochs=3)
    for name, value in (("seeds", 0), ("seeds", 4), ("split", "by hand"), ("data", "your own")):
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(lab, name, value)
