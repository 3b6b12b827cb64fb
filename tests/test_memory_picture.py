"""The picture of a carried value says what is in it, and nothing that is not."""

import numpy as np

from lstm_notes.pictures import memory, plots


def drawn(monkeypatch, i, f, c):
    """The figure and the words for a window of 6 steps, marked at steps 2 and 5."""
    shown = []
    monkeypatch.setattr(memory, "show", lambda *given: shown.append(given))
    x = np.zeros((6, 2))
    x[[1, 4]] = [[0.25, 1], [0.5, 1]]
    memory.carried_value(x, *(np.array(each, float) for each in (i, f, c)))
    return shown[0]


def test_a_clean_memory_is_said_to_be_one(monkeypatch):
    figure, words = drawn(monkeypatch, [0, 0.9, 0, 0, 0.9, 0], 6 * [0.99], [0, 0.2, 0.2, 0.2, 0.7, 0.7])
    assert "marked at steps 2 (0.25) and 5 (0.50)" in words and "the same 6 steps" in words
    assert "above one half at these steps and nowhere else" in words and "forget gate is above 0.9" in words
    assert words.endswith("Its cell state C, whose largest steps are at the marks.")
    read, gates, state = figure.axes
    assert [panel.get_ylabel() for panel in figure.axes] == ["value read", "gate", "C"]
    assert state.get_xlabel() == "step t" and state.lines[-1].get_ydata().tolist() == [0, 0.2, 0.2, 0.2, 0.7, 0.7]
    assert all([line.get_xdata()[0] for line in panel.lines[:2]] == [2, 5] for panel in figure.axes)  # the marks


def test_another_one_is_not(monkeypatch):
    _, words = drawn(monkeypatch, [0, 0.9, 0, 0.9, 0.9, 0], 6 * [0.5], [0.9, 0.2, 0.2, 0.2, 0.3, 0.3])
    assert "nowhere else" not in words and "0.9" not in words and words.endswith("1: i and f. Its cell state C.")


def test_axes_below_one_another():
    figure, panels = plots.axes(rows=3)
    assert len(panels) == 3 and panels[0].get_shared_x_axes().joined(panels[0], panels[2])
    assert len(plots.axes(2)[1]) == 2 and plots.axes()[1].figure
