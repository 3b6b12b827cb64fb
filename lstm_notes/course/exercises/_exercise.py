"""What an exercise is, how an answer is tried, and how an array is compared with the one that is needed.

A check does not only say "false": it computes what the usual mistakes would give and names the one that was made.
"""

import copy
import itertools
import linecache
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RAGGED = "rows of different lengths cannot be one array; do the last ones run over the end?"


class Open(Exception):
    """Nothing was filled in yet."""


class Wrong(Exception):
    """What is wrong with an answer, in words."""


@dataclass(frozen=True)
class Exercise:
    """One exercise: `check(ask)` tries the reader's function through `ask` (an `Ask`) and returns what is to be said
    when it is right; else it raises Wrong or Open. `hints` are two, the second plainer than the first. `solution` is a
    function of the name the reader's has, whose source is shown on request."""

    number: str
    check: Callable
    hints: tuple
    solution: Callable


class Ask:
    """The reader's function, called with copies of the arguments; what goes wrong in it becomes a sentence."""

    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *arguments):
        if self.answer is None or self.answer is ...:
            raise Open
        if not callable(self.answer):
            raise Wrong(f"a {type(self.answer).__name__} came; hand in the function itself, without calling it")
        given = copy.deepcopy(arguments)
        try:
            with np.errstate(all="ignore"):
                result = self.answer(*given)
        except NotImplementedError:
            raise Open from None
        except Exception as error:
            if "inhomogeneous" in str(error):  # NumPy's word for it
                raise Wrong(f"{RAGGED}{self._place(error)}") from None
            sizes = re.search(r"matmul: .*size (\d+) is different from (\d+)", str(error))
            if sizes:
                words = (
                    f"in a matrix product {sizes[2]} columns meet {sizes[1]} rows (is a .T missing, or one too many?)"
                )
                raise Wrong(f"{words}{self._place(error)}") from None
            raise Wrong(f"it stops with {type(error).__name__}: {error}{self._place(error)}") from None
        if result is ... or (isinstance(result, tuple) and all(part is ... for part in result)):
            raise Open
        if result is None:
            if self._is_stub():
                raise Open
            raise Wrong("your function gives nothing back: its last line has to be a return")
        for name, before, after in zip(self._names(), arguments, given):
            if not all(np.array_equal(a, b) for a, b in zip(_arrays(before), _arrays(after))):
                raise Wrong(f"your function changes {name} itself (+= does that); work on a copy of it")
        return result

    def _is_stub(self):
        def stub(): ...

        code = getattr(self.answer, "__code__", None)
        return code is not None and len(code.co_code) <= len(stub.__code__.co_code)

    def _names(self):
        code = getattr(self.answer, "__code__", None)
        return code.co_varnames if code else (f"argument {k}" for k in itertools.count(1))

    def _place(self, error):
        """The line of the reader's code that an error comes from."""
        code = getattr(self.answer, "__code__", None)
        for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
            if code is not None and frame.f_code.co_filename == code.co_filename:
                text = linecache.getline(code.co_filename, line).strip()
                return f", in your line {text!r}" if text else ""
        return ""


def _arrays(value):
    if isinstance(value, (list, tuple)):
        return [array for part in value for array in _arrays(part)]
    array = getattr(value, "array", value)  # LSTMWeights keeps its numbers there
    return [array] if isinstance(array, np.ndarray) else []


# ---------------------------------------------------------------------------------------------------------------
# Comparing.


def close(a, b):
    """Whether two arrays are of one shape and agree to five digits of the larger one's size."""
    return np.shape(a) == np.shape(b) and bool(np.abs(a - b).max(initial=0) <= 1e-5 * max(1, np.abs(b).max(initial=0)))


def numbers(name, value):
    """`value` as a float64 array, or Wrong with what came instead."""
    if value is None or value is ...:
        raise Wrong(f"{name} is still empty")
    try:
        array = np.asarray(value)
    except ValueError:
        raise Wrong(f"{name}: {RAGGED}") from None
    if array.dtype.kind not in "iufb":
        raise Wrong(f"{name} is a {type(value).__name__} of {array.dtype}; an array of numbers is needed")
    return array.astype("float64")


def parts(result, *names):
    """The parts of a tuple that was asked for, as arrays."""
    if not isinstance(result, (tuple, list)) or len(result) != len(names):
        came = f"{len(result)} things" if isinstance(result, (tuple, list)) else f"one {type(result).__name__}"
        raise Wrong(f"{came} came back; {len(names)} are needed: return {', '.join(names)}")
    return [numbers(name, part) for name, part in zip(names, result)]


def compare(name, came, needed, axes, mistakes=()):
    """Nothing where `came` is `needed`, an array whose axes are called `axes`; else Wrong.

    `mistakes` are pairs of words and the array that this mistake gives.
    """
    if close(came, needed):
        return
    for words, mistaken in mistakes:
        if close(came, np.asarray(mistaken)) and not close(mistaken, needed):
            raise Wrong(words)
    wanted = f"({', '.join(axes)}{',' if len(axes) == 1 else ''}) = {needed.shape}"
    if came.shape != needed.shape:
        for order in itertools.permutations(range(needed.ndim)):
            if came.ndim == needed.ndim and came.shape == needed.transpose(order).shape:
                came_axes = ", ".join(axes[k] for k in order)
                raise Wrong(f"the axes of {name} are ({came_axes}); ({', '.join(axes)}) is needed: swap them")
        raise Wrong(f"{name} has shape {came.shape}; {wanted} is needed")
    if not np.isfinite(came).all():
        raise Wrong(f"{name} has {int((~np.isfinite(came)).sum())} values that are NaN or infinite")
    wrong = np.abs(came - needed) > 1e-5 * max(1, np.abs(needed).max())
    first = tuple(int(k) for k in np.argwhere(wrong)[0])
    place = "".join(f"[{', '.join(map(str, first))}]") if first else ""
    raise Wrong(
        f"{int(wrong.sum())} of {wrong.size} numbers of {name} are wrong; the first, {name}{place}, is "
        f"{came[first]:.4g}, and {needed[first]:.4g} is needed"
    )
