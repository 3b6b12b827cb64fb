"""The cell's explorer in Python: its state, its numbers, its still. tests/test_explorers.py has it in a browser."""

import ipywidgets
import numpy as np
import pytest
import traitlets

from lstm_notes import lstm_step
from lstm_notes.explorers import CellExplorer
from lstm_notes.explorers._explorer import nice_limit
from lstm_notes.explorers.cell import PRESETS


@pytest.mark.parametrize(
    "state", [{}, {"x": -1e4, "h": 1.0, "C": 1e4}, {"b_f": -8.0, "W_Cx": 1e4}, {"x": 0.0, "C": -3.0}]
)
def test_numbers_are_the_reference_cells(state):
    cell = CellExplorer(**state)
    h, c, gates = lstm_step(*(np.full((1, 1), value) for value in (cell.x, cell.h, cell.C)), cell.weights)
    assert cell.result == {**{k: v.item() for k, v in gates._asdict().items()}, "C": c.item(), "h": h.item()}
    assert "nan" not in cell.drawing().svg and "inf" not in cell.drawing().svg
    cell.step()
    assert cell.path == [[state.get("h", 0.2), state.get("C", 1.0)], [h.item(), c.item()]]
    assert (cell.h, cell.C) == (h.item(), c.item())


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
    assert bundle["image/png"] and "widget-view" in str(list(bundle))


@pytest.mark.parametrize("size, end", [(0, 1), (1, 1), (1.2, 2), (3, 5), (5.1, 10), (10, 10), (1e4, 1e4), (12345, 2e4)])
def test_axes_end_at_round_numbers(size, end):
    assert nice_limit([-size, 0]) == end
