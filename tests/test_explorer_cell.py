"""The cell's explorer in Python: its state, its numbers, its still. tests/test_explorers.py has it in a browser."""

import re

import ipywidgets
import numpy as np
import pytest
import traitlets

from lstm_notes import lstm_forward, lstm_step
from lstm_notes.explorers import CellExplorer
from lstm_notes.explorers.cell import PRESETS
from lstm_notes.pictures.diagrams import cell_structure

STATES = [{}, {"x": -1e4, "h": 1.0, "C": 1e4}, {"b_f": -8.0, "W_Cx": 1e4}, {"x": 0.0, "C": -3.0}]


@pytest.mark.parametrize("state", STATES)
def test_numbers_are_the_reference_cells(state):
    cell = CellExplorer(**state)
    h, c, gates = lstm_step(*(np.full((1, 1), value) for value in (cell.x, cell.h, cell.C)), cell.weights)
    assert cell.result == {**{k: v.item() for k, v in gates._asdict().items()}, "C": c.item(), "h": h.item()}
    shown = cell.ask("cellStep")
    assert {name: shown[name] for name in cell.result} == pytest.approx(cell.result, rel=1e-12, abs=1e-300)
    assert not re.search("nan|infinity|undefined", cell.drawing().svg, re.I)
    cell.step()
    assert cell.path == [[state.get("h", 0.2), state.get("C", 1.0)], [h.item(), c.item()]]
    assert (cell.h, cell.C) == (h.item(), c.item())


def places(shapes):
    """Of texts and lines: what they say, and the numbers of their places."""
    listed = [(words, f"{a['x']} {a['y']}" if tag == "text" else a["d"]) for tag, a, words in shapes]
    return [(words, [float(number) for number in re.findall(r"-?[\d.]+", place)]) for words, place in listed]


@pytest.mark.parametrize("state", STATES)
def test_the_cell_is_that_of_the_diagram(state):
    """Notebook 02 shows the diagram first, then this explorer."""
    cell = CellExplorer(**state)
    trace = lstm_forward(np.full((1, 1, 1), cell.x), cell.weights, np.full((1, 1), cell.h), np.full((1, 1), cell.C))
    diagram = cell_structure(trace)
    found = re.findall(r"<(text|path) ([^>]*?)/?>(?:([^<]*)</text>)?", diagram.svg)
    drawn = places([(tag, dict(re.findall(r'([\w-]+)="([^"]*)"', rest)), words) for tag, rest, words in found])
    shown = places([element for element in cell.drawing().elements if element[0] in ("text", "path")])
    assert len(drawn) > 30
    for (words, place), (same, other) in zip(drawn, shown):
        assert words == same and place == pytest.approx(other, abs=0.005)
    assert cell.drawing().description.startswith(diagram.description)


@pytest.mark.parametrize("state", STATES)
def test_points_lie_on_the_curves(state):
    cell = CellExplorer(**state)
    parts, now = cell.drawing().parts, cell.result
    for name, letter in (("f", "f"), ("i", "i"), ("o", "o"), ("g", "C")):
        on_h, on_x, bias = (getattr(cell, weight.format(letter)) for weight in ("W_{}h", "W_{}x", "b_{}"))
        left, least = (370, -1) if name == "g" else (60, 0)
        expected = [
            left + 230 * (np.clip(on_h * cell.h + on_x * cell.x + bias, -6, 6) + 6) / 12,
            490 + 160 * (1 - now[name]) / (1 - least),
        ]
        assert [parts[f"dot-{name}"][at] for at in ("cx", "cy")] == pytest.approx(expected, abs=0.01)
    expected = [370 + 230 * (np.clip(now["C"], -6, 6) + 6) / 12, 490 + 80 * (1 - np.tanh(now["C"]))]
    assert [parts["dot-C"][at] for at in ("cx", "cy")] == pytest.approx(expected, abs=0.01)


def test_the_path_is_drawn_step_by_step():
    cell = CellExplorer(C=3.0).preset("latch")
    for x in (0.0, 2.0, 2.0, *[0.0] * 22):
        cell.x = x
        cell.step()
    parts, states = cell.drawing().parts, np.array(cell.path)
    assert [parts[f"path-xtick-{k}"]["words"] for k in range(3)] == ["0", "12.5", "25"]
    assert [parts[f"path-ytick-{k}"]["words"] for k in range(3)] == ["−2", "0", "2"]
    for column, name in enumerate("hC"):
        drawn = np.array(re.findall(r"([\d.]+) ([\d.]+)", parts[f"path-{name}"]["d"]), float)
        expected = 680 + 220 * np.arange(26) / 25, 490 + 160 * (2 - states[:, column]) / 4
        assert np.allclose(drawn.T, expected, atol=0.051)
        end = [parts[f"end-{name}"][at] for at in ("cx", "cy")]
        assert end == pytest.approx([900, expected[1][-1]], abs=0.01)


def test_the_formulas_have_the_numbers_worked_by_hand():
    lines = CellExplorer().ask("formulas")
    assert lines["f"] == "fₜ = σ(0.40 · 0.20 + 0.80 · 0.50 + 1.00) = σ(1.48) = 0.81"
    assert lines["g"] == "C̃ₜ = tanh(0.50 · 0.20 + −0.90 · 0.50 + 0.10) = tanh(−0.25) = −0.24"
    assert lines["C"] == "Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = 0.81 · 1.00 + 0.59 · −0.24 = 0.67"
    assert lines["h"] == "hₜ = oₜ · tanh(Cₜ) = 0.58 · 0.59 = 0.34"


def test_the_tasks_answer():
    """The task: C, at least 0.5 away from 0, keeps its value for ten steps."""
    cell = CellExplorer().preset("remember")
    for steps in range(10):
        assert cell.ask("kept") == [False, f"{steps} of 10 steps."]
        cell.step()
    assert cell.ask("kept") == [True, "C went from 1.00 to 0.99 in ten steps."]
    done, words = CellExplorer().preset("erase").step().ask("kept")
    assert not done and words.startswith("Lost at step 1: C went from 1.00 to 0.00.")
    assert CellExplorer(C=-0.4).ask("kept") == [False, "C starts too close to 0."]


def test_presets_do_what_they_say():
    last = {name: CellExplorer().preset(name).result for name in PRESETS}
    assert last["remember"]["C"] > 0.99 and last["erase"]["C"] < 0.01
    assert last["write"]["C"] == pytest.approx(np.tanh(1), abs=0.01)
    shown = [CellExplorer().preset("read out") for _ in range(2)]
    shown[0].x, shown[1].x = -1.0, 1.0
    assert shown[0].result["h"] < 0.01 and shown[1].result["h"] > 0.7
    latch = CellExplorer().preset("latch")
    for x, high in ((0.0, False), (2.0, True), (0.0, True)):
        latch.x = x
        latch.step()
        assert (latch.C > 0.9) is high
    with pytest.raises(ValueError, match="name is 'forget'; one of worked by hand, remember"):
        latch.preset("forget")


def test_wrong_numbers_are_refused_by_name():
    cell = CellExplorer()
    for value in (float("nan"), float("inf"), 2e6):
        with pytest.raises(traitlets.TraitError, match="W_fx is .*; a number between"):
            cell.W_fx = value
    with pytest.raises(TypeError, match="has no y; it has C, W_Ch"):
        CellExplorer(y=1.0)
    assert cell.W_fx == 0.8


def test_other_widgets_can_be_linked():
    cell, slider = CellExplorer(), ipywidgets.FloatSlider(min=-3, max=3)
    ipywidgets.link((cell, "x"), (slider, "value"))
    slider.value = 2.5
    assert cell.x == 2.5
    cell.x = -1.0
    assert slider.value == -1.0


def test_a_value_dragged_begins_a_new_way():
    cell = CellExplorer().step().step()
    assert len(cell.path) == 3
    cell.C = 2.0
    assert cell.path == []


def test_still_makes_sense_alone():
    bundle, _ = CellExplorer().preset("remember")._repr_mimebundle_()
    assert "C goes from 1.00 to 1.00" in bundle["text/plain"] and bundle["text/plain"] in bundle["text/html"]
    assert "After" not in bundle["text/plain"]
    words = CellExplorer().preset("erase").step().step().drawing().description
    assert words.endswith(" After 2 steps C went from 1.00 to 0.00.")
    assert bundle["image/png"] and "widget-view" in str(list(bundle))


@pytest.mark.parametrize("size, end", [(0, 1), (1, 1), (1.2, 2), (3, 5), (5.1, 10), (10, 10), (1e4, 1e4), (12345, 2e4)])
def test_axes_end_at_round_numbers(size, end):
    assert CellExplorer(h=0.0, C=-size).drawing().parts["path-ytick-2"]["words"] == f"{end:.0f}"
