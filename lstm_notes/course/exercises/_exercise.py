"""What an exercise is, how an answer is tried, and how an array is compared with the one that is needed.

A check does not only say "false": it computes what the usual mistakes would give and names the one that was made.
"""

import contextlib
import copy
import itertools
import linecache
import re
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RAGGED = "rows of different lengths cannot be one array; do the last ones run over the end?"
PATIENCE = 10  # seconds after which a reader is told where an answer is


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

    def __call__(self, *arguments, without=()):
        """What the answer gives. `without` are the functions that it is not to call: it has to do their work."""
        if self.answer is None or self.answer is ...:
            raise Open
        if not callable(self.answer):
            raise Wrong(f"a {type(self.answer).__name__} came; hand in the function itself, without calling it")
        given = copy.deepcopy(arguments)
        try:
            with np.errstate(all="ignore"), _watched(without) as called:
                result = self.answer(*given)
        except NotImplementedError:
            raise Open from None
        except (Exception, SystemExit) as error:
            if "inhomogeneous" in str(error):  # NumPy's word for it
                raise Wrong(f"{RAGGED}{self._place(error)}") from None
            sizes = re.search(r"matmul: .*size (\d+) is different from (\d+)", str(error))
            if sizes:
                words = (
                    f"in a matrix product {sizes[2]} columns meet {sizes[1]} rows (is a .T missing, or one too many?)"
                )
                raise Wrong(f"{words}{self._place(error)}") from None
            raise Wrong(f"it stops with {told(error)}{self._place(error)}") from None
        if called:
            raise Wrong(f"your function calls {called[0]}, which is to be done without: write its lines yourself")
        if result is ... or (isinstance(result, tuple) and all(part is ... for part in result)):
            raise Open
        if result is None:
            if self._is_stub():
                raise Open
            raise Wrong("your function gives nothing back: its last line has to be a return")
        for name, before, after in zip(self._names(), arguments, given):
            if not all(_same(a, b) for a, b in zip(_arrays(before), _arrays(after))):
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
        return self._line(traceback.walk_tb(error.__traceback__))

    def _line(self, frames):
        """The innermost line of the reader's own code among (frame, line) pairs, the outermost first."""
        code = getattr(self.answer, "__code__", None)
        for frame, line in reversed(list(frames)):
            if code is not None and frame.f_code.co_filename == code.co_filename:
                text = linecache.getline(code.co_filename, line).strip()
                return f", in your line {text!r}" if text else ""
        return ""

    @contextlib.contextmanager
    def patience(self, say):
        """`say(seconds, where)` when the answer has been running for PATIENCE seconds: a loop may have no end. A reader
        who then stops it gets a sentence, not a traceback: KeyboardInterrupt becomes Wrong."""
        thread = threading.get_ident()

        def look():
            say(PATIENCE, self._line(reversed(list(traceback.walk_stack(sys._current_frames()[thread])))))

        timer = threading.Timer(PATIENCE, look)
        timer.daemon = True
        timer.start()
        try:
            yield
        except KeyboardInterrupt as stopped:
            raise Wrong(f"you stopped it{self._place(stopped)}: does a loop there ever end?") from None
        finally:
            timer.cancel()


@contextlib.contextmanager
def _watched(functions):
    """The names of those of `functions` that are called meanwhile, by whichever way and name."""
    names, called, before = {function.__code__: function.__name__ for function in functions}, [], sys.getprofile()

    def watch(frame, event, argument):
        if event == "call" and frame.f_code in names:
            called.append(names[frame.f_code])

    if names:
        sys.setprofile(watch)
    try:
        yield called
    finally:
        if names:
            sys.setprofile(before)


def told(error):
    """An exception on one line: its name, and what it says."""
    words = line(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def line(words, most=200):
    """`words` on one line of at most so many characters."""
    words = " ".join(str(words).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _same(a, b):
    """Whether two arrays are equal, NaN with NaN, which stands for padding in 9b."""
    return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def _arrays(value):
    if isinstance(value, (list, tuple)):
        return [array for part in value for array in _arrays(part)]
    array = getattr(value, "array", value)  # LSTMWeights keeps its numbers there
    return [array] if isinstance(array, np.ndarray) else []


def verdicts(came, needed, options):
    """The keys of `needed`, a dict of verdicts, whose verdict in `came` is another one; Open where none is filled in,
    Wrong where one is missing or is none of `options`."""
    if not isinstance(came, dict) or set(came) != set(needed):
        raise Wrong(f"return a dict with the keys {', '.join(needed)}")
    empty = [key for key in sorted(came) if came[key] in (..., None)]
    if len(empty) == len(needed):
        raise Open
    if empty:
        raise Wrong(f"{', '.join(empty)} is still empty")
    for key in sorted(came):
        if came[key] not in options:
            raise Wrong(f"{key} has the verdict {came[key]!r}; there are {', '.join(map(repr, options))}")
    return [key for key in sorted(came) if came[key] != needed[key]]


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


def named(came, mistakes):
    """Wrong, with its words, if the answer is what one of `mistakes` gives: pairs of words and a value."""
    for words, mistaken in mistakes:
        if close(came, mistaken):
            raise Wrong(words)


def mistakes(make, **kinds):
    """What usual mistakes give, as pairs of words and a value: each mistake alone, then every two of different kinds.

    `kinds` has for each kind {words: change}, and `make(kind=change)` is what comes out where it was made.

    >>> def area(width=3, height=5):
    ...     return width * height
    >>> for words, value in mistakes(area, width={"the width is 3": 4}, height={"the height is 5": 2}):
    ...     print(value, words)
    20 the width is 3
    6 the height is 5
    8 two things: the width is 3; and the height is 5
    """
    single = [({kind: change}, words) for kind, changes in kinds.items() for words, change in changes.items()]
    for change, words in single:
        yield words, make(**change)
    for (first, one), (second, two) in itertools.combinations(single, 2):
        if not first.keys() & second.keys():
            yield together([one, two]), make(**first, **second)


def together(faults):
    """One sentence of what is wrong with an answer: a fault, two, or of more than two the first two.

    >>> for count in (1, 2, 3):
    ...     print(together(["the gate is shut", "the memory fades", "h is old"][:count]))
    the gate is shut
    two things: the gate is shut; and the memory fades
    two things first: the gate is shut; and the memory fades
    """
    if len(faults) == 1:
        return faults[0]
    return f"two things{' first' if len(faults) > 2 else ''}: {faults[0]}; and {faults[1]}"


def whole(name, value):
    """One number, as a float, or Wrong with what came instead."""
    array = numbers(name, value)
    if array.size != 1:
        raise Wrong(f"{name} is an array of shape {array.shape}; one number is needed")
    return float(array.reshape(()))


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
    named(came, ((words, mistaken) for words, mistaken in mistakes if not close(mistaken, needed)))
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
