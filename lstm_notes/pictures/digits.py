"""How many digits are real: a difference that grows, and what else a number is uncertain by. Notebook 09c."""

import numpy as np

from .palette import LOOK
from .plots import OTHER, STYLE, axes, show

MARKERS = "osD^v"


def growth(curves, *, ylabel, line=None):
    """How a difference grows: `curves` maps a name to (updates, differences), a point each, both axes logarithmic.
    `line` is (height, words) of what it is to be compared with. A difference of 0 has no place and is left out."""
    figure, ax = axes(height=3.6)
    said = []
    for k, (name, (updates, values)) in enumerate(curves.items()):
        updates, values = np.asarray(updates), np.asarray(values, float)
        there = values > 0
        ax.plot(
            updates[there], values[there], MARKERS[k % 5], color=OTHER[k % 6], linestyle=STYLE[k % 4], label=name,
            markersize=4,
        )  # fmt: skip
        said.append(f"{name}: {values[0]:.0e} after update {updates[0]}, {values[-1]:.0e} after {updates[-1]}")
    if line is not None:
        ax.axhline(line[0], color=LOOK["truth"].color, linewidth=0.8)
        place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "ha": "center"}
        ax.annotate(line[1], (0.62, line[0]), xytext=(0, 3), fontsize=9, **place)
    ax.set(xscale="log", yscale="log", xlabel="updates", ylabel=ylabel)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    show(figure, f"{ylabel} over the updates, both on logarithmic axes. {'; '.join(said)}.")


def ladder(sizes, *, unit):
    """Very different sizes on one logarithmic axis: `sizes` maps what a number is uncertain by to how much."""
    figure, ax = axes(height=1.0 + 0.33 * len(sizes))
    names, values = list(sizes), np.array(list(sizes.values()), float)
    at = np.arange(len(names))
    ax.hlines(at, values.min() / 10, values, color=LOOK["W"].color, linewidth=1.5)
    ax.plot(values, at, "o", color=LOOK["W"].color)
    for k, value in enumerate(values):
        ax.annotate(f"{value:.0e}", (value, k), xytext=(8, -3), textcoords="offset points", fontsize=9)
    ax.set_yticks(at, names)
    ax.set(xscale="log", xlabel=unit, ylim=(len(names) - 0.5, -0.5), xlim=(values.min() / 10, values.max() * 100))
    show(figure, f"On a logarithmic axis, {unit}: " + "; ".join(f"{k}, {v:.0e}" for k, v in sizes.items()) + ".")
