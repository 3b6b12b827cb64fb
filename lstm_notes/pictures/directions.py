"""Two directions, which days an output sees, which days attention looks at. Notebook 11."""

import numpy as np

from .palette import LOOK
from .plots import MaxNLocator, axes, show
from .svg import Drawing, subscript


def two_directions(days=("Day 1", "Day 2", "Day 3")):
    """Two cells over one window, one that reads on and one that reads back; at each day what both have is one h.

    >>> two_directions().title
    'Two directions'
    """
    d = Drawing(190 * len(days) + 250, 400, "Two directions")
    for y, words, ways in ((110, "reads on", "forward"), (210, "reads back", "backward")):
        d.text(20, y - 12, words, bold=True, anchor="start")
        d.text(20, y + 12, f"{ways}'s W, b", size=15, anchor="start")
    for k, day in enumerate(days):
        x = 240 + 190 * k
        d.box(x, 110, 104, 56, "W", "cell", "forward")
        d.box(x, 210, 104, 56, "h", "cell", "backward")
        d.arrow((x - 70, 330), (x - 70, 210), (x - 54, 210), look="x")
        d.arrow((x - 70, 210), (x - 70, 110), (x - 54, 110), look="x")
        d.text(x - 70, 348, day, bold=True)
        d.text(x - 70, 370, f"x{subscript(k + 1)}", size=15)
        d.arrow((x, 82), (x, 56))
        d.arrow((x, 182), (x, 160), (x + 66, 160), (x + 66, 56))
        d.text(x + 33, 40, f"h{subscript(k + 1)}, 2 · units", size=15)
        if k:
            d.arrow((x - 138, 124), (x - 54, 124), look="C")
            d.arrow((x - 54, 224), (x - 138, 224), look="C")
    d.text(240 + 190 * (len(days) - 1) + 20, 276, "starts here: C = h = 0", size=15)
    d.description = (
        f"A window of {', '.join(days)} and two rows of cells. The upper one reads on, from {days[0]} to "
        f"{days[-1]}, and hands "
        f"C and h to the next day; the lower one has weights of its own and reads back, from {days[-1]} to "
        f"{days[0]}. Both "
        "read x of each day; what both give at a day stands side by side as its h, 2 · units wide."
    )
    return d


def seen(influences):
    """Which days an output sees: `influences` maps a name to the array (outputs' days, days) of `influence`. A field is
    dark where the output of its row moved with the day of its column; above the diagonal the day is a later one."""
    figure, panels = axes(len(influences), height=1.0 + 7.0 / len(influences))
    parts = []
    for ax, (name, matrix) in zip(np.atleast_1d(panels), influences.items()):
        shares = np.log10(np.maximum(matrix / matrix.max(), 1e-6))
        edges = (0.5, matrix.shape[1] + 0.5, matrix.shape[0] + 0.5, 0.5)
        image = ax.imshow(shares, cmap="Blues", aspect="auto", interpolation="none", vmin=-6, vmax=0, extent=edges)
        ax.plot([0.5, matrix.shape[1] + 0.5], [0.5, matrix.shape[0] + 0.5], color=LOOK["LSTM"].color, linewidth=1)
        ax.set(title=name, xlabel="day that is moved", ylabel="output at day")
        ax.grid(False)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True, nbins=5))
        later = np.count_nonzero(np.triu(matrix, 1))
        parts.append(
            f"{name}: {later} of {matrix.shape[0] * (matrix.shape[0] - 1) // 2} fields above the diagonal moved"
        )
    figure.colorbar(image, ax=panels, label="log₁₀ of its share of the largest")
    show(
        figure,
        f"Heat maps of what moves with which day; above the diagonal the day is a later one. {'; '.join(parts)}.",
    )


def attended(values, weights, others=None, *, unit, moved=None):
    """A window's `values` (time,), and below them the `weights` (time,) of attention, a bar a day; `others`, other
    weights, as a second bar; `moved` (time,), how far the forecast moves without the day, as points on a scale of its
    own."""
    figure, (above, below) = axes(rows=2, height=4.2)
    days = np.arange(1, len(values) + 1)
    above.plot(days, values, color=LOOK["truth"].color, marker=".")
    above.set(ylabel=unit)
    bars = {"learned": weights} | ({} if others is None else {"other": others})
    width = 0.8 / len(bars)
    for k, (name, each) in enumerate(bars.items()):
        at = days + width * (k - (len(bars) - 1) / 2)
        below.bar(at, each, width, color=LOOK[("LSTM", "g")[k]].color, label=f"{name} weights", hatch=("", "//")[k])
    below.axhline(1 / len(values), color=LOOK["x"].color, linewidth=1, linestyle="--")
    below.set(xlabel="day of the window", ylabel="weight")
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    said = f"the largest of the weights is {weights.max():.2f}, of day {weights.argmax() + 1}"
    if others is not None:
        said += f"; of the other weights {others.max():.2f}, of day {others.argmax() + 1}"
    if moved is not None:
        second = below.twinx()
        second.plot(days, moved, "D", color=LOOK["f"].color, markersize=4, label="without the day")
        second.set(ylabel=f"the forecast moves, {unit}")
        second.set_ylim(0, None)
        below.plot([], [], "D", color=LOOK["f"].color, markersize=4, label="the forecast without the day")
        said += f"; the forecast moves most, by {moved.max():.2f} {unit}, without day {moved.argmax() + 1}"
    below.legend(frameon=False, loc="upper left")
    show(
        figure,
        f"A window of {len(values)} days, from {values[0]:.1f} to {values[-1]:.1f} {unit}, and the weights of its "
        f"days: {said}. "
        f"A dashed line marks the even share, {1 / len(values):.3f}.",
    )
