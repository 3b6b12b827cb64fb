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
from lstm_notes.pictures.svg import format_number

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


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_the_cell_is_that_of_the_diagram(state, narrow):
    """Notebook 02 shows the diagram first, then this explorer: the same words, and one beside the other as there."""
    cell = CellExplorer(**state)
    trace = lstm_forward(np.full((1, 1, 1), cell.x), cell.weights, np.full((1, 1), cell.h), np.full((1, 1), cell.C))
    diagram, drawing = cell_structure(trace), cell.drawing(narrow)
    said = re.findall(r"<text [^>]*>([^<]*)</text>", diagram.svg)
    shown = " ".join(words for tag, _, words in drawing.elements if tag == "text")
    if narrow:  # there is no room for a gate's ₜ, nor for what squashes it
        said = [re.sub("^([fio]|C̃)ₜ", r"\1", words) for words in said if words not in ("σ", "tanh")]
    assert len(said) > 15 and not [words for words in said if words not in shown]
    places = {name: [float(drawing.parts[name][at]) for at in ("x", "y")] for name in ("c0", "c", "h0", "h", *"figoC")}
    assert sorted("figoC", key=lambda name: places[name][0]) == list("figoC")
    assert places["c0"][0] < places["c"][0] and places["h0"][0] < places["h"][0]
    assert places["c0"][1] == places["c"][1] < places["f"][1] < places["h0"][1]
    assert drawing.description.startswith(diagram.description)


@pytest.mark.parametrize("state", [{}, {"C": -2.0}, {"C": 0.0}, {"C": 9.0}, {"b_f": -20.0}, {"C": -0.7, "b_i": 9.0}])
def test_the_line_is_as_wide_as_c_is_large(state):
    """17 lengths for 1, up to 2.5; the sign is a colour, and dashes; the valve leaves what f keeps."""
    cell = CellExplorer(**state)
    parts, now = cell.drawing().parts, cell.result
    kept, written = now["f"] * cell.C, now["i"] * now["g"]
    for name, value in (("before", cell.C), ("kept", kept), ("after", now["C"]), ("written", written)):
        thick = 17 * min(abs(value), 2.5)
        part, fill = parts[f"line-{name}"], parts[f"line-{name}-fill"]
        side = "width" if name == "written" else "height"
        assert fill[side] == pytest.approx(thick) and part[side] == pytest.approx(
            thick + 2 * (side == "height"), abs=0.01
        )
        assert fill["class"] == ("minus" if value < 0 else "plus")
        assert (f"line-{name}-signs" in parts) is (value < 0 and thick > 4)
    above, below = parts["valve-above"], parts["valve-below"]
    gap = below["y"] - above["y"] - above["height"]
    assert gap == pytest.approx(max(parts["line-kept-fill"]["height"], 8 * now["f"]), abs=0.02)
    assert parts["kept"]["words"] == f"f · Cₜ₋₁ = {format_number(kept)}"
    assert parts["written"]["words"] == f"i · C̃ = {format_number(written)}"


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_wells_are_filled_to_the_points_on_their_curves(state, narrow):
    cell = CellExplorer(**state)
    parts, now = cell.drawing(narrow).parts, cell.result
    at = {"C": now["C"]}
    for name, letter in (("f", "f"), ("i", "i"), ("o", "o"), ("g", "C")):
        on_h, on_x, bias = (getattr(cell, weight.format(letter)) for weight in ("W_{}h", "W_{}x", "b_{}"))
        at[name] = on_h * cell.h + on_x * cell.x + bias
    for name, z in at.items():
        well, fill, dot = (parts[part] for part in (f"{name}-well", f"{name}-fill", f"dot-{name}"))
        value, low = np.tanh(now["C"]) if name == "C" else now[name], -1 if name in "gC" else 0
        zero, level = (well["y"] + well["height"] * (1 - v) / (1 - low) for v in (0, value))
        across = well["x"] + well["width"] * (np.clip(z, -6, 6) + 6) / 12
        assert [dot["cx"], dot["cy"]] == pytest.approx([across, level], abs=0.01)
        assert [fill["x"], fill["width"]] == [well["x"], well["width"]]
        ends = [fill["y"], fill["y"] + fill["height"]]
        assert ends == pytest.approx(sorted((zero, level)), abs=0.02)


def test_curves_are_not_lit_with_x():
    curves = [a for tag, a, _ in CellExplorer().drawing().elements if tag == "path" and "line" in a["class"].split()]
    assert len([a for a in curves if a["class"] == "line curve"]) == 5
    assert [a["class"] for tag, a, _ in CellExplorer().drawing().elements if a["class"] == "x"] == ["x"] * 3


@pytest.mark.parametrize("state", STATES)
def test_the_narrow_picture_has_the_same_parts(state):
    """All of it on a phone, in letters of 13 at least."""
    cell = CellExplorer(**state).step()
    wide, narrow = cell.drawing(), cell.drawing(narrow=True)
    assert set(wide.parts) == set(narrow.parts) and narrow.width == 420 and wide.width == 900
    for drawing in (wide, narrow):
        texts = [a for tag, a, _ in drawing.elements if tag == "text"]
        assert min(a["font-size"] for a in texts) >= 13
        for a in (a for _, a, _ in drawing.elements if a["class"] != "handle"):
            assert 0 <= float(a.get("x", 0)) <= drawing.width and 0 <= float(a.get("y", 0)) <= drawing.height
    assert wide.description == narrow.description


def test_the_path_is_drawn_step_by_step():
    cell = CellExplorer(C=3.0).preset("latch")
    for x in (0.0, 2.0, 2.0, *[0.0] * 22):
        cell.x = x
        cell.step()
    parts, states = cell.drawing().parts, np.array(cell.path)
    assert [parts[f"path-xtick-{k}"]["words"] for k in range(3)] == ["0", "12", "25"]
    assert [parts[f"path-ytick-{k}"]["words"] for k in range(3)] == ["−2", "0", "2"]
    left, top, width, height = (parts["path"][name] for name in ("x", "y", "width", "height"))
    for column, name in enumerate("hC"):
        drawn = np.array(re.findall(r"([\d.]+) ([\d.]+)", parts[f"path-{name}"]["d"]), float)
        expected = left + width * np.arange(26) / 25, top + height * (2 - states[:, column]) / 4
        assert np.allclose(drawn.T, expected, atol=0.051)
        end = [parts[f"end-{name}"][at] for at in ("cx", "cy")]
        assert end == pytest.approx([left + width, expected[1][-1]], abs=0.01)


def test_the_state_leads_back():
    """After steps, too: what state() gives makes the same picture."""
    cell = CellExplorer(gate="o", W_fx=-1.5).step().step()
    assert CellExplorer(**cell.state()).drawing().elements == cell.drawing().elements


def test_the_formulas_have_the_numbers_worked_by_hand():
    lines = CellExplorer().ask("formulas")
    assert lines["f"] == "fₜ = σ(0.40 · 0.20 + 0.80 · 0.50 + 1.00) = σ(1.48) = 0.81"
    assert lines["g"] == "C̃ₜ = tanh(0.50 · 0.20 + −0.90 · 0.50 + 0.10) = tanh(−0.25) = −0.24"
    assert lines["C"] == "Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = 0.81 · 1.00 + 0.59 · −0.24 = 0.67"
    assert lines["h"] == "hₜ = oₜ · tanh(Cₜ) = 0.58 · 0.59 = 0.34"


def test_the_formula_of_c_closes():
    """With the digits that it has; or it says ≈."""
    assert (
        not CellExplorer().preset("remember").step().ask("formulas")["C"].endswith("1.00 · 1.00 + 0.00 · 1.00 = 0.99")
    )
    for name in PRESETS:
        cell = CellExplorer().preset(name)
        for x in (0.5, 2.0, 0.0):
            cell.x = x
            *_, numbers = cell.step().ask("formulas")["C"].split(" = ", 2)
            if "≈" in numbers:
                continue
            f, c, i, g, new = (float(v.replace("−", "-")) for v in re.findall(r"[−\d.]+", numbers))
            unit = 10.0 ** -len(numbers.split(".")[-1])
            assert abs(f * c + i * g - new) <= unit / 2 * (1 + 1e-6), numbers


def test_the_tasks_answer():
    """The task: weights with which x = 2 writes C, ten x = 0 keep it and two x = −2 erase it; from h = C = 0."""
    cell = CellExplorer(C=2.0, h=-0.5).preset("latch")
    assert cell.ask("latched") == [False, "Now: 1.00 written ✓, 0.98 kept ✓, 0.97 left ✗."]
    cell.W_fx = 6.0  # the thought: f, too, listens to x
    assert cell.ask("latched") == [True, "Now: 1.00 written ✓, 0.98 kept ✓, 0.00 left ✓."]
    assert [cell.drawing().parts[f"test-xtick-{k}"]["words"] for k in range(3)] == [
        "✓ x = 2",
        "✓ ten times x = 0",
        "✓ twice x = −2",
    ]
    cell.b_f = 4.0
    assert cell.ask("latched")[1] == "Now: 1.00 written ✓, 0.83 kept ✗, nothing to erase yet."  # what was lost
    cell.b_i = -26.0
    assert cell.ask("latched")[1] == "Now: 0.12 written ✗, nothing to keep yet."
    erased = CellExplorer().preset("erase").drawing().parts  # a line at 0 lies in two of the frames
    assert [erased[f"test-xtick-{k}"]["words"][0] for k in range(3)] == ["✗", "–", "–"]
    sums = CellExplorer().preset("write")
    sums.b_f, sums.W_Cx = 6.0, 8.0  # a sum that −2 brings to 0 once, and beyond it
    assert not sums.ask("latched")[0]


def test_the_task_is_the_cells():
    cell = CellExplorer(W_Ch=2.0, b_f=3.0, W_oh=-4.0)
    x = np.array([2.0, *[0.0] * 10, -2.0, -2.0])[None, :, None]
    steps, trace = cell.ask("tested"), lstm_forward(x, cell.weights)
    for name in "fic":
        own = [step["C" if name == "c" else name] for step in steps]
        assert own == pytest.approx([*getattr(trace, name)[0, :, 0]], rel=1e-12)
    parts = cell.drawing().parts
    for name in "fi":  # from the lowest to the highest, while x is the same
        for k, some in enumerate((slice(0, 1), slice(1, 11), slice(11, 13))):
            values = getattr(trace, name)[0, some, 0]
            ends = dict.fromkeys(map(format_number, (values.min(), values.max())))
            assert parts[f"test-{name}-{k}"]["words"] == " to ".join(ends)


def test_no_preset_solves_the_task():
    """Nor do steps, wherever x is."""
    assert not CellExplorer().ask("latched")[0]
    for name in PRESETS:
        for x in (-2.0, 0.0, 2.0):
            cell = CellExplorer().preset(name)
            cell.x = x
            for _ in range(12):
                assert not cell.ask("latched")[0], name
                cell.step()


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
    assert {name: CellExplorer(gate="g").preset(name).gate for name in ("remember", "read out", "latch")} == {
        "remember": "f", "read out": "o", "latch": "i"
    }  # fmt: skip
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


@pytest.mark.parametrize("state", [{}, {"C": 2.5}, {"C": 2.6}, {"C": -17.0}, {"C": 17.0, "b_f": -20.0}])
def test_a_line_wider_than_drawn_says_so(state):
    cell = CellExplorer(**state)
    values = {"before": cell.C, "kept": cell.result["f"] * cell.C, "after": cell.result["C"]}
    wider = {f"line-{name}-wider" for name, value in values.items() if abs(value) > 2.5}
    for narrow in (False, True):
        parts = cell.drawing(narrow).parts
        assert {name for name in parts if name.endswith("-wider")} == wider
        assert all(parts[name]["words"].startswith("↕") for name in wider)


@pytest.mark.parametrize("gate, low", [("f", 0), ("i", 0), ("o", 0), ("g", -1)])
def test_a_point_goes_along_its_curve(gate, low):
    """Sideways by so many z; up and down by so much of the value; a well's side is its end."""
    cell, squash = CellExplorer(gate=gate), np.tanh if gate == "g" else lambda z: 1 / (1 + np.exp(-z))
    assert cell.ask("draggedTo", 1.0, 2.0, 0.1) == 3.0 and cell.ask("draggedTo", 1.0, -20.0, 0.1) == -6.0
    for z, up in ((1.0, -0.4), (-9.0, 0.3), (0.0, 0.2)):
        assert squash(cell.ask("draggedTo", z, 0.5, up)) == pytest.approx(squash(np.clip(z, -6, 6)) + up)
    assert cell.ask("draggedTo", 1.0, 0.5, 2.0) == 6.0 and cell.ask("draggedTo", 1.0, 0.5, -2.0) == -6.0


@pytest.mark.parametrize("C, h", [(0.3, 0.2), (0.2, 0.3), (0.0, 0.0), (3.0, -1.0), (1.0, 1.0), (-1.0, -1.0)])
def test_the_names_of_c_and_h_keep_apart(C, h):
    for narrow in (False, True):
        parts = CellExplorer(C=C, h=h).drawing(narrow).parts
        places, frame = [parts[f"end-{name}-name"]["y"] for name in "Ch"], parts["path"]
        assert abs(places[0] - places[1]) > 11
        assert all(frame["y"] + 11 < y < frame["y"] + frame["height"] for y in places)


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
