"""What every explorer is: an anywidget whose state is kept in Python, and whose front end says how a state looks.

    traits (the state)  →  NAME.js: scene(state) → elements  →  the browser patches them into the page (kit.js)
                                                             →  PNG and words: the still, where nothing runs (_scene.py)

The state lives in traits: read it, set it, link it to other widgets. An explorer NAME is two files, NAME.py and
NAME.js; kit.js, drawing.js, axes.js, numbers.js and kit.css are common to all.
"""

import math

import anywidget
import numpy as np
import traitlets

from ..pictures.theme import described
from ._scene import Scene, ask, front_end
from ._style import style

STILL = "A picture of the explorer as it was: run this cell, and it is alive."
LARGEST = 1e6  # what a number may be: far beyond any picture, far inside float32


class Explorer(anywidget.AnyWidget):
    """A widget with a still. A subclass names its front end (`class Cell(Explorer, front="cell")`) and has its state in
    traits."""

    _scene_names = traitlets.List().tag(sync=True)  # the traits that the front end draws
    _moved = traitlets.List().tag(sync=True)  # those among them that a reader moves
    _heard = traitlets.Int().tag(sync=True)  # the last sign of life that the front end has asked for

    def __init_subclass__(cls, front=None, **kwargs):
        if front:
            cls._front, cls._esm, cls._css = f"{front}.js", front_end(f"{front}.js"), style()
        super().__init_subclass__(**kwargs)

    def __init__(self, **state):
        unknown = sorted(set(state) - set(self.trait_names()))
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(unknown)}; it has {', '.join(self.state())}")
        own = set(self.trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names())
        drawn = sorted(name for name in own if name[0] != "_")
        super().__init__(_scene_names=drawn, _moved=sorted(self.traits(moved=True)), **state)
        self.on_msg(self._hear)

    def _hear(self, widget, content, buffers):
        """Of the front end: {"heard": 7} asks for a sign of life."""
        self._heard = content.get("heard", self._heard)

    def drawing(self, narrow=False):
        """The picture of the present state, with a description that makes sense alone; `narrow` as on a phone."""
        return Scene(**self.ask("scene", narrow))

    def ask(self, function, *more):
        """What an exported function of the front end says of the present state (and `more`)."""
        return ask(self._front, function, {name: getattr(self, name) for name in self._scene_names}, *more)

    def still(self):
        """The picture that stands where nothing runs: that of the present state."""
        return self.drawing()

    def state(self):
        """What a reader moves, by the traits' names."""
        return {name: getattr(self, name) for name in sorted(self.traits(moved=True))}

    def __repr__(self):
        listed = ", ".join(f"{name}={value!r}" for name, value in self.state().items())
        return f"{type(self).__name__}({listed})"

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        drawing = self.still()
        return data | described(drawing.svg, drawing.description, drawing.width, caption=STILL), metadata


class Number(traitlets.Float):
    """A finite number; NaN, infinity and numbers beyond a million are refused by name."""

    def validate(self, obj, value):
        value = super().validate(obj, value)
        if not abs(value) <= LARGEST:
            raise traitlets.TraitError(
                f"{self.name} is {value}; a number between −{LARGEST:g} and {LARGEST:g} is needed"
            )
        return value


def number(default, help):
    """A trait for one number that a reader moves."""
    return Number(default, help=help).tag(sync=True, moved=True)


def whole(default, help, least=0):
    """A trait for a whole number of at least `least`."""
    return traitlets.Int(default, min=least, help=help).tag(sync=True, moved=True)


def choice(names, help):
    """A trait for one of several names, the first to begin with."""
    return traitlets.Enum(names, names[0], help=help).tag(sync=True, moved=True)


def floats():
    """A trait for numbers the browser draws from, sent once: float32 bytes, as `packed` makes them."""
    return traitlets.Bytes().tag(sync=True)


def packed(*arrays):
    """Arrays one after the other as float32 bytes."""
    return b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays)


def single(values):
    """Rounded to float32 numbers, as they are drawn."""
    return np.asarray(values, "float32").astype("float64")


# Of test days.


def dated(test, dates):
    """Of the `dates` of a series those of a test Part's days, and of its first window before them, as words."""
    dates, last = [str(date) for date in dates], int(test.first[-1])
    if len(dates) <= last:
        raise ValueError(f"dates has {len(dates)} entries; the series' {last + 1} are needed")
    return dates[int(test.first[0]) - test.X.shape[1] : last + 1]


def fourth(values):
    """The fourth largest, or the least of fewer: a task asks for one of the few that come near it."""
    return float(np.sort(values)[-min(4, len(values))])


def below(value):
    """A number of one digit below `value`, 0 where it is not above 0."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return max(math.ceil(value / power - 1) * power, 0.0)
