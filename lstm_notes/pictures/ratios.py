"""One forecast against several rivals: the ratio of their errors, with its interval. Taught in notebook
06b_worth_it."""

import numpy as np

from .palette import LOOK
from .plots import axes, show

MARKERS = "osD^vP"
OTHERS = [LOOK[name].color for name in ("W", "g", "h", "o", "f", "x")]  # of rivals without a colour of their own


def ratios(groups, *, xlabel, spread="95% intervals", title="", file=None):
    """Intervals of ratios: a line a row, left of 1 where the forecast has less error than the rival.

    `groups` maps a row's name to a dict of rival → (ratio, low, high), with the same rivals in every row; each rival
    has a colour and a mark. `spread` says in words what low and high are.
    """
    rivals = list(next(iter(groups.values())))
    figure, ax = axes(height=1.1 + 0.17 * len(groups) * (len(rivals) + 1))
    said = []
    plain = [rival for rival in rivals if rival not in LOOK]
    for k, rival in enumerate(rivals):
        color = LOOK[rival].color if rival in LOOK else OTHERS[plain.index(rival) % len(OTHERS)]
        found = np.array([each[rival][:3] for each in groups.values()], float)
        at = np.arange(len(groups)) + 0.7 * ((k + 0.5) / len(rivals) - 0.5)
        ax.hlines(at, found[:, 1], found[:, 2], color=color, linewidth=1.5)
        ax.plot(found[:, 0], at, MARKERS[k % len(MARKERS)], color=color, markersize=4, label=rival)
    ax.axvline(1, color=LOOK["truth"].color, linewidth=0.8)
    ax.set_yticks(range(len(groups)), groups)
    ax.set(xlabel=xlabel, title=title, ylim=(len(groups) - 0.5, -0.5))
    figure.legend(frameon=False, ncols=min(len(rivals), 6), loc="outside upper left")
    for name, each in groups.items():
        words = (f"{rival} {ratio:.2f} [{low:.2f}, {high:.2f}]" for rival, (ratio, low, high, *_) in each.items())
        said.append(f"{name}: {', '.join(words)}")
    show(figure, f"{xlabel}, with {spread}. {'; '.join(said)}.", file, title)
