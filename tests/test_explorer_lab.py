"""The lab in Python: its numbers, its recorded table, its words. tests/test_explorers.py has it in a browser."""

import threading

import numpy as np
import pytest
import traitlets

from lstm_notes import random_walk
from lstm_notes.explorers import lab as module
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
    assert "✗ random" in before.svg and "✓ shared" in before.svg
    lab.split = "chronological"
    after = lab.drawing()
    assert "Nothing leaks: one stretch of days each, honestly seen." in after.description and "✗" not in after.svg
    low, high = lab.errors["later"].min(), lab.errors["later"].max()
    assert f"the error on later days: {low:.2f} – {high:.2f}, persistence" in after.description
    seen = np.mean(lab.errors["seen"] / lab.errors["persistence seen"])
    assert f"On average you see {seen:.2f} times" in after.description
    lab.split = "random"
    assert lab.drawing().svg == before.svg


def test_as_many_dots_as_seeds(lab):
    for seeds in (1, 2, 3):
        lab.seeds = seeds
        hidden = [f'data-part="dot-{row}-{seed}" style="display: none"' for row in range(4) for seed in range(3)]
        assert sum(part in lab.drawing().svg for part in hidden) == 4 * (3 - seeds)
    assert "a dot for each of 3 seeds" in lab.drawing().svg


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
    monkeypatch.undo()
    lab.scaler = "training days"
    assert lab.trouble == "" and "Nothing leaks" in lab.drawing().description


@pytest.mark.parametrize(
    "series", [1e4 * np.sin(np.arange(100)), np.tile([0.0, 1, 0, 0, 1], 24), -(np.arange(120) ** 2)]
)
def test_a_series_of_ones_own(series):
    """Also where persistence makes no error at all, and where the dots leave the axis."""
    lab = LabExplorer(series, unit="kg", windows="one")
    svg = lab.drawing().svg
    assert "kg" in svg and "your own series" in svg and "nan" not in svg and "inf" not in svg
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
