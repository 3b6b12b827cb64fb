"""The course's plots: one style, one colour for each thing, and a description of every picture.

A plot is shown with `show`, which takes the figure and what a reader who does not see it needs to know; each plot
here writes that from its data. Colours are those of `look`, and line styles differ as well.
"""

import html
import io
import logging
import re
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .._display import display
from .palette import FAINT, INK, LOOK, PAGE, PARTS
from .theme import described

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # "building the font cache", on a first run

OTHER = [LOOK[name].color for name in ("o", "f", "i", "g", "C", "h")]  # for curves that are none of the vocabulary
STYLE = ["-", "--", "-.", ":"]
HEAT = {"cmap": "PuOr", "aspect": "auto", "interpolation": "none"}  # a heat map's; each number stays one point
SHADES = LinearSegmentedColormap.from_list("shades", [LOOK["LSTM"].color, "#D5E1FB"])  # the darker, the less
DPI = 110  # the points of a page that make an inch of a Figure


def show(figure, description, file=None, title=""):
    """Show a Figure in the notebook, with `description` as the text that stands for it; or write it to `file`, an SVG
    whose title and desc say the same to whoever does not see it."""
    buffer = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "lstm_notes"}):  # the same drawing gives the same source
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    svg = buffer.getvalue().decode()
    if file is not None:
        start, root, rest = re.split(r"(<svg [^>]*>)", svg, maxsplit=1)
        words = f"<title>{html.escape(title)}</title>\n <desc>{html.escape(description)}</desc>"
        Path(file).write_text(f'{start}{root[:-1]} role="img">\n {words}{rest}', encoding="utf-8")
        return
    width, height = (DPI * inches for inches in figure.get_size_inches())
    svg = re.sub(r'width="\S+pt" height="\S+pt"', f'width="{width:g}" height="{height:g}"', svg, count=1)
    display(described(svg, description, round(width), zoom=1))


def axes(columns=1, *, rows=1, height=3.0):
    """A Figure and its axes, in the course's style: one Axes, or an array of them side by side, or, with `rows`, one
    below the other over one horizontal axis."""
    figure = Figure(figsize=(8.0, height), layout="constrained", facecolor=PAGE)
    array = figure.subplots(rows, columns, squeeze=False, sharex="col").ravel()
    for each in array:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(color=FAINT, alpha=0.25, clip_on=False)  # each clipped line would cost 5 ms to draw
    return figure, array[0] if len(array) == 1 else array


def _line(name):
    """Colour and dashes of a thing of the vocabulary, as matplotlib takes them."""
    look = LOOK[name]
    return {"color": look.color, "linestyle": (0, look.dash)}


def lines(curves, x=None, *, xlabel="step t", ylabel="value", log=False):
    """Curves over one axis: `curves` maps a name to values (points,), `x` (points,) is 1, 2, … if left out.

    A name that starts with a gate's or state's letter (C, h, f, i, g, o) has its colour; other names get one each.
    `log` draws a logarithmic scale.
    """
    figure, ax = axes()
    own, seen = iter(OTHER * len(curves)), set()
    parts = []
    for k, (name, values) in enumerate(curves.items()):
        values = np.asarray(values)
        at = np.arange(1, len(values) + 1) if x is None else np.asarray(x)
        letter = name.split(",")[0].split()[0]
        line = _line(letter) if letter in PARTS and letter not in seen else {"linestyle": STYLE[k % 4]}
        color = LOOK[letter].color if letter in PARTS else next(own)
        seen.add(letter)
        marker = "." if len(values) <= 30 else None
        ax.plot(at, values, **line | {"color": color}, marker=marker, label=name)
        digits = ".1e" if log else ".2f"
        parts.append(f"{name} goes from {values[0]:{digits}} to {values[-1]:{digits}}")
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    if x is None:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False)
    show(figure, f"{ylabel} over {xlabel} from {at[0]:g} to {at[-1]:g}: {'; '.join(parts)}.")


def states(c, h):
    """The memory and the hidden state of every unit through one window: `c`, `h` (time, units), a row a unit."""
    figure, panels = axes(2, height=0.16 * c.shape[1] + 1.4)
    parts = []
    for ax, name, values in zip(panels, ("C", "h"), (c, h)):
        size = np.abs(values).max()
        extent = (0.5, len(values) + 0.5, values.shape[1] - 0.5, -0.5)
        image = ax.imshow(values.T, **HEAT, vmin=-size, vmax=size, extent=extent)
        ax.set(title=name, xlabel="step t", ylabel="unit")
        ax.grid(False)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        figure.colorbar(image, ax=ax, label=name)
        last = values[-1]
        parts.append(f"{name} ends between {last.min():.2f} (unit {last.argmin()}) and {last.max():.2f}")
    show(figure, f"Heat maps of C and h, {c.shape[1]} units by {len(c)} steps: {'; '.join(parts)}.")


def weights(weights):
    """An LSTM's weights as Keras stores them: kernel, recurrent kernel and bias one below the other, the blocks of the
    four gates side by side. Notebook 02."""
    units, features = weights.units, weights.features
    matrix = np.vstack([weights.kernel, weights.recurrent_kernel, weights.bias])
    figure, ax = axes(height=0.28 * len(matrix) + 1.6)
    size = np.abs(matrix).max()
    image = ax.imshow(matrix, **HEAT, vmin=-size, vmax=size)
    figure.colorbar(image, ax=ax, label="weight")
    ax.grid(False)
    for block, (letter, symbol) in enumerate(zip(("i", "f", "g", "o"), ("i", "f", "C", "o"))):
        middle = (block + 0.5) * units - 0.5
        look = LOOK[letter]
        ax.text(middle, -0.7, f"{symbol}: {look.name}", color=look.color, ha="center", va="bottom", weight="bold")
        ax.axvline(block * units - 0.5, color=INK, linewidth=1.5)
    for row in (features, features + units):
        ax.axhline(row - 0.5, color=INK, linewidth=1.5)
    rows = [*(f"x{k}" for k in range(features)), *(f"h{k}" for k in range(units)), "b"]
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xlabel="column", ylabel="from")
    blocks = ", ".join(LOOK[letter].name for letter in ("i", "f", "g", "o"))
    show(
        figure,
        f"Heat map of {len(matrix)} rows ({features} of the kernel, {units} of the recurrent kernel, 1 of the bias) by "
        f"{4 * units} columns in four blocks of {units}: {blocks}. The weights lie between {matrix.min():.2f} and "
        f"{matrix.max():.2f}.",
    )


def errors(columns, unit):
    """The table of errors as a picture: a row for each method, a dot for each seed. Notebook 06.

    `columns` maps a column's name to a dict of method → number or array (seeds,), as for `error_table`.
    """
    methods = list(next(iter(columns.values())))
    everything = np.concatenate([np.atleast_1d(scores[method]) for scores in columns.values() for method in methods])
    margin = 0.05 * np.ptp(everything)
    figure, panels = axes(len(columns), height=0.4 * len(methods) + 1.3)
    parts = []
    for ax, (name, scores) in zip(np.atleast_1d(panels), columns.items()):
        for row, method in enumerate(methods):
            values = np.atleast_1d(scores[method])
            look = LOOK.get(method, LOOK["LSTM"])
            ax.plot(values, np.full(len(values), row), look.marker, color=look.color, markersize=7, alpha=0.8)
            spread = f"{values.min():.2f}" if len(values) == 1 else f"{values.min():.2f} to {values.max():.2f}"
            parts.append(f"{method} {spread} {unit} on {name}")
        ax.set_yticks(range(len(methods)), methods)
        ax.set(title=name, xlabel=f"mean absolute error, {unit}", ylim=(len(methods) - 0.5, -0.5))
        ax.set_xlim(everything.min() - margin, everything.max() + margin)  # one scale, so that panels compare
    show(figure, f"Errors by method, a dot a seed: {'; '.join(parts)}.")


def losses(history):
    """Training and validation loss by epoch, the kept epoch marked. Notebooks 05 and 06."""
    if not history.epochs:
        raise ValueError("history has no epoch; at least one is needed")
    figure, ax = axes()
    epochs = np.arange(1, history.epochs + 1)
    ax.plot(epochs, history.loss, "-", color=LOOK["LSTM"].color, label="training")
    text = f"Loss by epoch: training falls from {history.loss[0]:.3f} to {history.loss[-1]:.3f}"
    if history.best_epoch is not None:
        ax.plot(
            epochs[: len(history.validation_loss)],
            history.validation_loss,
            "--",
            color=LOOK["f"].color,
            label="validation",
        )
        ax.axvline(history.best_epoch, color=LOOK["truth"].color, linewidth=0.8)
        ax.annotate("kept", (history.best_epoch, ax.get_ylim()[1]), ha="center", va="bottom")
        best = history.validation_loss[history.best_epoch - 1]
        text += f", validation is lowest, {best:.3f}, at epoch {history.best_epoch} of {history.epochs}"
    ax.set(xlabel="epoch", ylabel="MSE, scaled", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(frameon=False)
    show(figure, text + ".")


def forecasts(dates, truth, curves, *, unit, title="", file=None):
    """A stretch of days with the truth and several methods' forecasts of the same days. Notebook 06.

    `dates`, `truth` (days,), `curves` maps a method's name to values (days,).
    """
    figure, ax = axes(height=3.4)
    marker = "o" if len(truth) < 100 else None
    ax.plot(dates, truth, marker=marker, color=LOOK["truth"].color, markersize=3, linewidth=1, label="measured")
    parts = [f"measured between {np.min(truth):.1f} and {np.max(truth):.1f} {unit}"]
    for name, values in curves.items():
        ax.plot(dates, values, **_line(name if name in LOOK else "LSTM"), label=name)
        parts.append(f"{name} is {np.mean(np.abs(values - truth)):.1f} {unit} off on average")
    ax.set(ylabel=unit, title=title)
    locator = AutoDateLocator()
    ax.xaxis.set(major_locator=locator, major_formatter=ConciseDateFormatter(locator))
    if curves:
        figure.legend(frameon=False, ncols=len(curves) + 1, loc="outside upper left")
    show(figure, f"{len(truth)} days from {dates[0]} to {dates[-1]}: {'; '.join(parts)}.", file, title)
