"""Windows: look_back, horizon, stride and position, slid over a real series. Notebook 03."""

import numpy as np
import traitlets

from .. import _checks
from ..pictures.svg import Drawing, format_number
from ..windows import make_windows
from ._explorer import Explorer, floats, packed, whole

SEEN, DOTS, SQUARES = 60, 120, 30  # days seen at least; days drawn as dots, and targets drawn as squares, at most
ROWS, X_CELLS, Y_CELLS = 5, 7, 3  # of X and y around the present window, and numbers in a row
LEFT, WIDTH, CELL = 60, 790, 66  # of the series; of a number in a row


class WindowsExplorer(Explorer, front="windows"):
    """The windows that a series gives, live: slide look_back, horizon, stride and position over it. Notebook 03.

    Parameters
    ----------
    series : array (time,) of finite numbers, two at least
    unit : of the series, as "°C"
    names : of the days, (time,) texts or dates, shown with at most 12 letters; left out: Day 1, Day 2, …

    State, to be read, set and linked: `look_back`, `horizon`, `stride` (from 1), `position` (the window shown, from 0).
    Where a change leaves too few windows, `position` moves to the last of them. `windows` is what make_windows gives.

    Raises ValueError and TypeError for another series or names, TraitError for a state that the series has no room for.

    >>> explorer = WindowsExplorer(np.arange(1, 12), look_back=3, position=7)            # Days 1 … 11
    >>> explorer.count, explorer.windows[0][explorer.position, :, 0].tolist()
    (8, [8.0, 9.0, 10.0])
    >>> explorer.look_back = 5
    >>> explorer.count, explorer.position
    (6, 5)
    """

    look_back = whole(3, "days in a window", least=1)
    horizon = whole(1, "days asked for after each window", least=1)
    stride = whole(1, "days from one window's start to the next", least=1)
    position = whole(0, "the window shown, counted from 0")
    heights = floats()  # of the series' values in the picture, 0 … 1
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)  # the values as they are written
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)

    def __init__(self, series, *, unit="", names=None, **state):
        self.series = _checks.finite("series", _checks.axes("series", _checks.numbers("series", series), "time"))
        if len(self.series) < 2:
            raise ValueError(f"series has {len(self.series)} values; at least 2 are needed")
        if names is not None:
            names = [_short(str(name)) for name in np.asarray(names).ravel()]
            if len(names) != len(self.series):
                raise ValueError(
                    f"names has {len(names)} entries; one for each of the {len(self.series)} days is needed"
                )
        self._heights = as_heights(self.series)
        horizon = state.get("horizon", 1)
        if isinstance(horizon, int):
            state.setdefault("look_back", max(min(3, len(self.series) - horizon), 1))
        super().__init__(
            heights=packed(self._heights), words=as_words(self.series), names=names or [], unit=unit, **state
        )

    @property
    def windows(self):
        """X (windows, look_back, 1) and y (windows, horizon), as make_windows gives them."""
        return make_windows(self.series, self.look_back, self.horizon, self.stride)

    @property
    def count(self):
        """How many windows there are."""
        return (len(self.series) - self.look_back - self.horizon) // self.stride + 1

    @property
    def asked(self):
        """How often each day after the first window is asked for, (time - look_back,) whole numbers."""
        days = np.arange(len(self.series) - self.look_back)
        last = np.minimum(days // self.stride, self.count - 1)
        first = np.maximum(-((self.horizon - 1 - days) // self.stride), 0)
        return np.maximum(last - first + 1, 0)

    @traitlets.validate("look_back", "horizon")
    def _room(self, proposal):
        asked = {"look_back": self.look_back, "horizon": self.horizon, proposal["trait"].name: proposal["value"]}
        if sum(asked.values()) > len(self.series):
            raise traitlets.TraitError(
                f"look_back={asked['look_back']} and horizon={asked['horizon']} need a series of at least "
                f"{sum(asked.values())} values; series has {len(self.series)}"
            )
        return proposal["value"]

    @traitlets.validate("position")
    def _there(self, proposal):
        if proposal["value"] >= self.count:
            raise traitlets.TraitError(f"position is {proposal['value']}; the windows are 0 … {self.count - 1}")
        return proposal["value"]

    @traitlets.observe("look_back", "horizon", "stride")
    def _stay(self, change):
        self.position = min(self.position, self.count - 1)

    def _span(self, first, days):
        """Days in words."""
        last = first + days - 1
        if self.names:
            return self.names[first] + (f" to {self.names[last]}" if days > 1 else "")
        return f"Days {first + 1}–{last + 1}" if days > 1 else f"Day {first + 1}"

    @property
    def _seen(self):
        """The first day in the picture, and how many."""
        reach = self.look_back + self.horizon
        days = min(len(self.series), max(SEEN, -(-5 * reach // 4)))
        first = self.position * self.stride + (reach - days) // 2
        return min(max(first, 0), len(self.series) - days), days

    def drawing(self):
        """The series with the present window and its targets, the windows beside it, and their rows of X and y."""
        N, look_back, horizon, at = len(self.series), self.look_back, self.horizon, self.position * self.stride
        first, days = self._seen
        long = N > SEEN
        top = 124 if long else 84
        d = Drawing(900, top + 512, "Windows of a series")
        headline = f"window {self.position}: {self._span(at, look_back)} → {self._span(at + look_back, horizon)}"
        d.text(LEFT, 20, headline, bold=True, anchor="start", part="headline")
        unit = f", in {self.unit}" if self.unit else ""
        seen = f"{self._span(first, days)} of {N} days{unit}" if days < N else f"all {N} days{unit}"
        d.text(LEFT, 46, seen, size=14, anchor="start", part="seen-words")
        if long:
            every = -(-N // WIDTH)
            whole_series = d.axes(LEFT, 60, WIDTH, 34, (-0.5, N - 0.5), (0, 1), part="all")
            d.curve(whole_series, range(0, N, every), self._heights[::every], "x", width=1)
            _frame(d, whole_series.x(first - 0.5), 60, whole_series.x(first + days - 0.5), 34, None, "seen")
        axes = d.axes(
            LEFT, top, WIDTH, 170, (first - 0.5, first + days - 0.5), (0, 1), yticks=self._ticks(), part="series"
        )
        edges = axes.x(at - 0.5), axes.x(at + look_back - 0.5), axes.x(at + look_back + horizon - 0.5)
        _frame(d, edges[0], top, edges[1], 170, "window", "window")
        _frame(d, edges[1], top, edges[2], 170, "truth", "target")
        d.text(edges[1] - 4, top - 12, "window", size=15, look="window", anchor="end", part="window-words")
        d.text(edges[1] + 4, top - 12, "target", size=15, look="truth", anchor="start", part="target-words")
        shown, inside = np.arange(first, first + days), np.arange(at, at + look_back)
        d.curve(axes, shown, self._heights[shown], "x", width=1.5, part="days")
        d.curve(axes, inside, self._heights[inside], "x", width=4, part="inside")
        for k in range(min(DOTS, N)):
            day = min(first + k, first + days - 1)
            d.dot(axes.x(day), axes.y(self._heights[day]), "x", radius=4, part=f"dot-{k}")
            if k >= days or days > DOTS:
                d.hide(f"dot-{k}")
        for k in range(min(SQUARES, N - 1)):
            day = min(at + look_back + k, at + look_back + horizon - 1)
            d.bar(axes.x(day) - 5, axes.y(self._heights[day]) - 5, 10, 10, "truth", part=f"square-{k}")
            if k >= horizon or horizon > SQUARES:
                d.hide(f"square-{k}")
        for k in range(5):
            day = first + k * (days - 1) // 4
            d.text(axes.x(day), top + 185, self._span(day, 1), size=13, part=f"tick-{k}")
            if k * (days - 1) // 4 == (k - 1) * (days - 1) // 4 and k:
                d.hide(f"tick-{k}")
        self._rows(d, axes, top)
        again = sorted({int(self.asked.min()), int(self.asked.max())})
        often = "once" if again == [1] else f"{' to '.join(map(str, again))} times"
        d.text(LEFT, top + 478, self._formula(), bold=True, size=15, anchor="start", part="formula")
        d.text(LEFT, top + 500, f"each day after the first window is asked for {often}", size=15, anchor="start",
               part="asked")  # fmt: skip
        inputs, targets = (", ".join(shortened(self.words[a:b], 9)) for a, b in (
            (at, at + look_back), (at + look_back, at + look_back + horizon)))  # fmt: skip
        d.description = (
            f"A series of {N} days{unit}{',' if unit else ''} cut into windows: look_back {look_back}, horizon "
            f"{horizon}, stride {self.stride}. {self._formula()}. Window {self.position}, counted from 0, is "
            f"{self._span(at, look_back)} with the values {inputs}; it asks for "
            f"{self._span(at + look_back, horizon)}: {targets}. X has shape ({self.count}, {look_back}, 1), y "
            f"({self.count}, {horizon}); each day after the first window is asked for {often}."
        )
        return d

    def _formula(self):
        N, look_back, horizon, stride = len(self.series), self.look_back, self.horizon, self.stride
        result = f"{self.count} window{'s' if self.count > 1 else ''}"
        if stride == 1:
            return f"N − look_back − horizon + 1 = {N} − {look_back} − {horizon} + 1 = {result}"
        return f"⌊(N − look_back − horizon) / stride⌋ + 1 = ⌊({N} − {look_back} − {horizon}) / {stride}⌋ + 1 = {result}"

    def _ticks(self):
        low, high = int(self.series.argmin()), int(self.series.argmax())
        return [(float(self._heights[day]), self.words[day]) for day in dict.fromkeys((low, high))]

    def _rows(self, d, axes, top):
        """The windows around the present one: where they lie, and their rows of X and y."""
        look_back, horizon, count = self.look_back, self.horizon, self.count
        x_cells, y_cells = min(look_back, X_CELLS), min(horizon, Y_CELLS)
        begin = min(max(self.position - ROWS // 2, 0), max(count - ROWS, 0))
        right = 130 + CELL * max(x_cells, 2) + 44
        d.text(LEFT, top + 302, f"X (windows, look_back, features) = ({count}, {look_back}, 1)", size=15, look="window",
               anchor="start", part="X")  # fmt: skip
        d.text(540, top + 302, f"y (windows, horizon) = ({count}, {horizon})", size=15, look="truth", anchor="start",
               part="y")  # fmt: skip
        for r in range(ROWS):
            k = begin + r
            strip, y, now = top + 202 + 17 * r, top + 334 + 27 * r, k == self.position
            places = [axes.x(k * self.stride + days - 0.5) for days in (0, look_back, look_back + horizon)]
            places = [min(max(place, LEFT), LEFT + WIDTH) for place in places]
            for name, a, b, look, cells, start in (
                ("x", 0, 1, "window", x_cells, 130),
                ("y", 1, 2, "truth", y_cells, right),
            ):
                for part, kind, shown in ((f"strip-{name}-{r}", None, not now), (f"now-{name}-{r}", look, now)):
                    _frame(d, places[a], strip, places[b], 12, kind, part)
                    _frame(d, start, y - 12, start + CELL * cells, 24, kind, f"row-{part}")
                    if not (shown and k < count and places[b] > places[a]):
                        d.hide(part)
                    if not (shown and k < count):
                        d.hide(f"row-{part}")
            start = k * self.stride
            rows = ("x", 130, X_CELLS, start, look_back), ("y", right, Y_CELLS, start + look_back, horizon)
            for name, left, most, day, length in rows:
                texts = shortened(self.words[day : day + length], most) if k < count else []
                for j in range(most):
                    part = f"cell-{name}-{r}-{j}"
                    d.text(left + CELL * (j + 0.5), y, texts[j] if j < len(texts) else "", size=14, part=part)
            for part, x, place, words in (
                (f"strip-{r}", LEFT - 9, strip + 6, f"{k}"),
                (f"window-{r}", 122, y, f"{'▶ ' if now else ''}window {k}"),
                (f"arrow-{r}", right - 22, y, "→"),
            ):
                middle = "middle" if words == "→" else "end"
                d.text(x, place, words if k < count else "", size=13, anchor=middle, part=part)


def _frame(d, left, top, right, height, look, part):
    """A box between two places."""
    d.box((left + right) / 2, top + height / 2, max(right - left, 0), height, look, radius=2, part=part)


def as_heights(series):
    """Values as heights between 0 and 1, (time,) float32, with room above and below; a constant is in the middle."""
    scaled = series / (np.abs(series).max() or 1)  # so that the largest numbers there are have a difference
    low, high = scaled.min(), scaled.max()
    share = (scaled - low) / (high - low) if high > low else np.full(len(series), 0.5)
    return (0.08 + 0.84 * share).astype("float32")


def as_words(series):
    """Values as texts of at most eight letters, with as many digits after the point as they have."""
    size = np.abs(series).max()
    if 0 < size < 1e-3:
        parts = [f"{value:.1e}".replace("-", "−").split("e") for value in series]
        return [f"{mantissa}e{exponent[0].strip('+')}{exponent[1:].lstrip('0') or 0}" for mantissa, exponent in parts]
    most = max(5 - len(f"{size:.0f}"), 0)
    digits = next((k for k in range(most) if np.abs(series - np.round(series, k)).max() < 1e-9), most)
    return [format_number(float(value), digits) for value in series]


def _short(name):
    return name if len(name) <= 12 else f"{name[:11]}…"


def shortened(texts, most):
    """`texts`, with … in the middle where there are more than `most`."""
    if len(texts) <= most:
        return texts
    ends = most // 2
    return [*texts[:ends], "…", *texts[-ends:]]
