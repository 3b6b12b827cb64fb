"""One window through a trained network: what goes in, the gates, C and h of every unit, the forecast. Notebook 03."""

import numpy as np
import traitlets

from .. import _checks
from ..pictures.palette import LOOK
from ..pictures.svg import Drawing, format_number, subscript
from ._explorer import Explorer, floats, packed, whole
from .windows import as_heights, as_words

# The maps by their places, three in a row.
MAPS = {"f": "fₜ", "i": "iₜ", "g": "C̃ₜ", "C": "Cₜ", "o": "oₜ", "h": "hₜ"}
SIGNED = ("g", "C", "h")
LEVELS = 10  # of a map's colour
LEFT, WIDTH, GAP, DOTS = 70, 254, 30, 60  # of the maps; dots of the window's values, at most


class OneWindowExplorer(Explorer, front="one_window"):
    """One window through a trained forecaster, live: step by step, every gate, C and h of every unit. Notebook 03.

    Parameters
    ----------
    model : a fitted NumpyForecaster or KerasForecaster; of several features its target (or else the first) is drawn
    X : array (windows, look_back, features), in the series' own unit
    y : array as `model.predict(X)` gives it, what was measured; may be left out
    unit : of X and y, as "°C"

    State, to be read, set and linked: `window` and `hidden_unit` (from 0), `step` (0 before the first day, look_back
    after the last). `trace` is the model's Trace of X, `forecast` its forecast, `changes` (look_back, units) how much
    each step changes C in the window shown.

    Raises ValueError and TypeError for another model, X or y, TraitError for a state that is not there.

    >>> from lstm_notes import NumpyForecaster, make_windows, toy_days
    >>> X, y = make_windows(toy_days(11), look_back=3)
    >>> explorer = OneWindowExplorer(NumpyForecaster(units=2).build(), X / 11, y / 11, step=3)
    >>> bool(np.allclose(explorer.changes.sum(axis=0), explorer.trace.c[0, -1]))             # C starts at 0
    True
    """

    window = whole(0, "the window shown, counted from 0")
    step = whole(0, "steps made: 0 before the first day")
    hidden_unit = whole(0, "the LSTM's unit whose numbers are format_number, counted from 0")
    numbers = floats()  # heights of X, forecast and y in the picture, then f, i, g, C, o, h
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)  # X, forecast and y as they are written
    sizes = traitlets.Dict().tag(sync=True)

    def __init__(self, model, X, y=None, *, unit="", **state):
        if not (hasattr(model, "states") and hasattr(model, "predict")):
            raise TypeError(f"model is {model!r}; a fitted forecaster, with states and predict, is needed")
        self.trace, self.forecast = model.states(X), model.predict(X)
        windows, look_back, units = self.trace.c.shape
        feature = getattr(model, "target", None) or 0
        values = _checks.numbers("X", X)
        about = f"; feature {feature} of {values.shape[2]} is drawn" if values.shape[2] > 1 else ""
        self._said = f"{f' {unit}' if unit else ''}", about
        if y is not None:
            y = _checks.finite("y", _checks.numbers("y", y))
            _checks.shape("y", y, self.forecast.shape, ("windows", "horizon", "features")[: self.forecast.ndim])
        outputs = [self.forecast] + ([] if y is None else [y])
        outputs = [array[:, :, feature] if array.ndim == 3 else array for array in outputs]
        series = [values[:, :, feature], *outputs]
        heights = as_heights(np.concatenate([array.ravel() for array in series]).astype("float64"))
        inputs, *measured = series[:1] + series[2:]
        names = as_words(np.concatenate([array.ravel() for array in (inputs, *measured)]).astype("float64"))
        names[inputs.size : inputs.size] = [format_number(float(value)) for value in outputs[0].ravel()]
        ends = np.cumsum([0, *(array.size for array in series)])
        pieces = [(slice(a, b), array.shape) for a, b, array in zip(ends, ends[1:], series)]
        self._heights = [heights[piece].reshape(shape) for piece, shape in pieces]
        self._words = [np.array(names)[piece].reshape(shape) for piece, shape in pieces]
        low, high = int(np.argmin(heights)), int(np.argmax(heights))
        self._ticks = [(float(heights[k]), names[k]) for k in dict.fromkeys((low, high))]
        self._maps = {name: getattr(self.trace, name.lower()).astype("float32") for name in MAPS}
        scale = float(np.abs(self._maps["C"]).max()) or 1.0
        sizes = {
            "windows": windows,
            "steps": look_back,
            "units": units,
            "horizon": outputs[0].shape[1],
            "measured": y is not None,
            "scale": scale,
            "unit": self._said[0],
            "about": about,
        }
        super().__init__(numbers=packed(heights, *self._maps.values()), words=names, sizes=sizes, **state)

    @traitlets.validate("window", "step", "hidden_unit")
    def _there(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        windows, look_back, units = self.trace.c.shape
        last = {"window": windows - 1, "step": look_back, "hidden_unit": units - 1}[name]
        if value > last:
            raise traitlets.TraitError(f"{name} is {value}; a whole number from 0 to {last} is needed")
        return value

    @property
    def changes(self):
        """C_t - C_{t-1} of the window shown, (look_back, units) float64."""
        return np.diff(self._maps["C"][self.window].astype("float64"), axis=0, prepend=0)

    def drawing(self):
        """The window's values, six maps of units by steps filled up to the present step, and one unit's numbers."""
        windows, steps, units = self.trace.c.shape
        horizon, t, k = self.sizes["horizon"], self.step, self.hidden_unit
        unit, about = self._said
        height = min(34 * units, 128)
        tops = 248, 248 + height + 62
        d = Drawing(900, tops[1] + height + 118, "One window, step by step")
        words, heights = (each[0][self.window] for each in (self._words, self._heights))
        at = (
            f"step {t} of {steps}: x{subscript(t)} = {words[t - 1]}{unit}"
            if t
            else f"step 0 of {steps}, nothing read yet"
        )
        d.text(LEFT, 20, f"window {self.window}, {at}{about}", bold=True, anchor="start", part="headline")
        axes = d.axes(LEFT, 66, 760, 100, (0.5, steps + horizon + 0.5), (0, 1), yticks=self._ticks,
                      xticks=[(1, "t = 1"), *([(steps, f"{steps}")] if steps > 1 else [])], part="values")  # fmt: skip
        place = max(t, 1)
        column = axes.x(place + 0.5) - axes.x(place - 0.5)
        d.box(axes.x(place), 116, column, 100, "window", radius=2, part="now")
        d.curve(axes, range(1, steps + 1), heights, "x", width=1.2, part="window")
        d.curve(axes, range(1, t + 1), heights[:t], "x", width=4, part="read")
        for j in range(steps if steps <= DOTS else 0):
            d.dot(axes.x(j + 1), axes.y(heights[j]), "x", radius=4, part=f"x-{j}")
        said = self._outcome(d, axes)
        d.text(450, 207, "at each step f, i, C̃ and o read xₜ, and the hₜ₋₁ of every unit", size=15)
        for place, (name, symbol) in enumerate(MAPS.items()):
            left, top = LEFT + place % 3 * (WIDTH + GAP), tops[place // 3]
            self._map(d, name, symbol, left, top, height)
        row = height / units
        for r, top in enumerate(tops):
            d.text(LEFT - 6, top + (k + 0.5) * row, f"unit {k}", size=13, anchor="end", part=f"unit-{r}")
        below = tops[1] + height
        cell, shown = self._formulas()
        listed = f"Of unit {k}: {cell}; {shown}." if t else f"{cell} {shown}"
        d.text(LEFT, below + 44, cell, size=15, look="C", anchor="start", part="C-formula")
        d.text(LEFT, below + 68, shown, size=15, look="h", anchor="start", part="h-formula")
        legend = (
            f"The stronger the colour, the larger: at its full it is 1, for C {format_number(self.sizes['scale'])}."
        )
        d.text(LEFT, below + 96, f"{legend} Cells with a gap are negative.", size=13, anchor="start")
        d.description = (
            f"A window of {steps} step{'s' if steps > 1 else ''} through an LSTM of {units} unit"
            f"{'s' if units > 1 else ''}: window {self.window}, {at}{about}. Maps of the gates f, i, C̃ and o, of C "
            f"and of h, units by steps, are filled up to step {t}. {listed} {said}"
        )
        return d

    def _outcome(self, d, axes):
        """The forecast after the last step, and what was measured."""
        steps, horizon, end = self.sizes["steps"], self.sizes["horizon"], self.step == self.sizes["steps"]
        unit = self._said[0]
        texts = []
        rows = ("LSTM", f"■ forecast, summed from every h{subscript(steps)}:"), ("truth", "● measured")
        for (look, name), words, heights in zip(rows, self._words[1:], self._heights[1:]):
            for j in range(horizon):
                x, y, part = axes.x(steps + 1 + j), axes.y(heights[self.window, j]), f"{look}-{j}"
                if look == "LSTM":
                    d.bar(x - 7, y - 7, 14, 14, look, part=part)
                else:
                    d.dot(x, y, look, radius=4, part=part)
                if not end:
                    d.hide(part)
            texts.append(f"{name} {', '.join(shortened(list(words[self.window]), 3))}{unit}")
        before = f"the forecast comes after step {steps}"
        shown = [*texts, ""] if end else [before, ""]  # the second is empty where nothing was measured
        for look, words, x in zip(("LSTM", "truth"), shown, (LEFT, 620)):
            d.text(x, 46, words, size=15, look=look, anchor="start", part=f"{look}-words")
        return f"Then: {'; '.join(text[2:] for text in texts)}." if end else f"{before.capitalize()}."

    def _map(self, d, name, symbol, left, top, height):
        """Units by steps: one path for each sign and strength, a cell being a thick line in it."""
        _, steps, units = self.trace.c.shape
        t, k, row, column = self.step, self.hidden_unit, height / units, WIDTH / steps
        values = self._maps[name][self.window, :t].astype("float64")
        words = f"{symbol} = {format_number(values[t - 1, k])}" if t else f"{name}₀ = 0" if name in "Ch" else symbol
        d.text(left, top - 14, words, size=16, look=name, bold=True, anchor="start", part=f"{name}-words")
        d.text(left + WIDTH, top - 14, LOOK[name].name, size=14, look=name, anchor="end")
        xticks = [(0.5, "1"), *([(steps - 0.5, f"{steps}")] if steps > 1 else [])]
        d.axes(left, top, WIDTH, height, (0, steps), (0, units), xticks=xticks, part=f"map-{name}")
        levels = np.clip(np.ceil(np.abs(values) / (self.sizes["scale"] if name == "C" else 1) * LEVELS), 1, LEVELS)
        paths = {
            (sign, level): "" for sign in ("plus", "minus")[: 1 + (name in SIGNED)] for level in range(1, LEVELS + 1)
        }
        for j in range(t):
            for u in range(units):
                negative = values[j, u] < 0
                across = f"h{0.34 * column:.1f}m{0.24 * column:.1f} 0h{0.34 * column:.1f}" if negative else (
                    f"h{0.92 * column:.1f}")  # fmt: skip
                place = f"M{left + (j + 0.04) * column:.1f} {top + (u + 0.5) * row:.1f}"
                paths["minus" if negative else "plus", int(levels[j, u])] += place + across
        for (sign, level), path in paths.items():
            d.parts.append(
                f'<path class="{name}" data-part="{name}-{sign}-{level}" d="{path}" fill="none" stroke="'
                f'{LOOK[name].color}" stroke-opacity="{level / LEVELS:.2f}" style="stroke-width: {0.92 * row:.2f}px"/>'
            )
        d.box(left + WIDTH / 2, top + (k + 0.5) * row, WIDTH, row, None, radius=0, part=f"row-{name}")
        d.box(
            left + (max(t, 1) - 0.5) * column, top + height / 2, column, height, None, radius=0, part=f"column-{name}"
        )
        if not t:
            d.hide(f"column-{name}")

    def _formulas(self):
        """The two lines of the cell, with the numbers of the chosen unit at the present step."""
        t, k = self.step, self.hidden_unit
        if not t:
            return "Before the first step C₀ = 0,", "and h₀ = 0, in every unit and every window."
        f, i, g, C, o, h = (float(values[self.window, t - 1, k]) for values in self._maps.values())
        before = float(self._maps["C"][self.window, t - 2, k]) if t > 1 else 0.0
        change = C - before
        kept, new = f"{format_number(f)} · {format_number(before)}", f"{format_number(i)} · {format_number(g)}"
        cell = f"Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = {kept} + {new} = {format_number(C)}"
        return (
            f"{cell}, a change of {'+' if change >= 0.005 else ''}{format_number(change)}",
            f"hₜ = oₜ · tanh(Cₜ) = {format_number(o)} · {format_number(np.tanh(C))} = {format_number(h)}",
        )


def shortened(texts, most):
    """`texts`, with … in the middle where there are more than `most`."""
    if len(texts) <= most:
        return texts
    ends = most // 2
    return [*texts[:ends], "…", *texts[-ends:]]
