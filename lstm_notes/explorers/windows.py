"""Windows: look_back, horizon, stride and position, slid over a real series. Notebook 03."""

import numpy as np
import traitlets

from .. import _checks
from ..pictures.svg import format_number
from ..windows import make_windows
from ._explorer import Explorer, floats, packed, whole


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
        horizon = state.get("horizon", 1)
        if isinstance(horizon, int):
            state.setdefault("look_back", max(min(3, len(self.series) - horizon), 1))
        super().__init__(
            heights=packed(as_heights(self.series)), words=as_words(self.series), names=names or [], unit=unit, **state
        )

    @property
    def windows(self):
        """X (windows, look_back, 1) and y (windows, horizon), as make_windows gives them."""
        return make_windows(self.series, self.look_back, self.horizon, self.stride)

    @property
    def count(self):
        """How many windows there are."""
        return (len(self.series) - self.look_back - self.horizon) // self.stride + 1

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
