"""A value that is carried: the gates of one unit over a whole window. Notebook 05b."""

import numpy as np

from .palette import LOOK
from .plots import axes, show


def carried_value(x, i, f, c):
    """One unit of an LSTM on one window of the adding task, step by step: what it reads, its gates, its memory.

    `x` (time, 2), a value and a mark for each step; `i`, `f`, `c` (time,), the unit's input gate, forget gate and cell
    state. The marked steps are lines through all three panels.
    """
    steps, marked = np.arange(1, len(x) + 1), x[:, 1] == 1
    figure, (read, gates, memory) = axes(rows=3, height=5.2)
    for panel in (read, gates, memory):
        for step in steps[marked]:
            panel.axvline(step, color=LOOK["x"].color, linewidth=0.8)
    read.plot(steps[~marked], x[~marked, 0], ".", color=LOOK["x"].color, alpha=0.35, label="not marked")
    read.plot(steps[marked], x[marked, 0], "D", color=LOOK["x"].color, label="marked")
    read.set(ylabel="value read", ylim=(-0.05, 1.05))
    for name, values in (("i", i), ("f", f)):
        look = LOOK[name]
        gates.plot(steps, values, color=look.color, linestyle=(0, look.dash), marker=look.marker, markersize=3)
        gates.plot([], [], color=look.color, linestyle=(0, look.dash), marker=look.marker, label=f"{name}, {look.name}")
    gates.set(ylabel="gate", ylim=(-0.05, 1.05))
    memory.plot(steps, c, color=LOOK["C"].color, marker=LOOK["C"].marker, markersize=3, label="C, cell state")
    memory.set(ylabel="C", xlabel="step t", xlim=(0, len(x) + 1))
    for panel in (read, gates, memory):
        panel.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    show(figure, _words(x, i, f, c, steps[marked]))


def _words(x, i, f, c, marks):
    """The picture in words; of what a training may end with otherwise, only what is seen at a glance."""
    at = " and ".join(f"{step} ({x[step - 1, 0]:.2f})" for step in marks)
    opened, largest = np.flatnonzero(i > 0.5) + 1, np.argsort(-np.abs(np.diff(c, prepend=0.0)))[: len(marks)] + 1
    gates = [
        "the input gate is above one half at these steps and nowhere else" if set(opened) == set(marks) else "",
        "the forget gate is above 0.9 at most steps" if np.median(f) > 0.9 else "",
    ]
    memory = ", whose largest steps are at the marks" if set(largest) == set(marks) else ""
    return (
        f"Three panels over the same {len(x)} steps of one window. What is read: a value between 0 and 1 at each step, "
        f"marked at steps {at}. The gates of one unit, between 0 and 1: {'; '.join(filter(None, gates)) or 'i and f'}. "
        f"Its cell state C{memory}."
    )
