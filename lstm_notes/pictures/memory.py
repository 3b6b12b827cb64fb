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
    at = " and ".join(f"{step} ({value:.2f})" for step, value in zip(steps[marked], x[marked, 0]))
    opens = " The input gate is above one half at these steps and nowhere else." * ((i > 0.5) == marked).all()
    keeps = " The forget gate is above 0.9 nearly everywhere." * (np.median(f) > 0.9)
    show(
        figure,
        f"Three panels over the same {len(x)} steps of one window. What is read: a value between 0 and 1 at each step, "
        f"marked at steps {at}. The gates of one unit, between 0 and 1.{opens}{keeps} Its cell state C, which moves at "
        "the marks and stays nearly level between them.",
    )
