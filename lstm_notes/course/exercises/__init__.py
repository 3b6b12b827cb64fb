"""The exercises of notebooks 02 to 12: three each, from a warm-up to one with many right answers.

    check("2.1", my_step)      says what is right, or what is wrong, in words
    hint("2.1")                a first hint; the second call gives the second
    solution("2.1")            shows a solution

The tasks stand in the notebooks, in the section "Exercises". A module a notebook: `cell` (02), `sequences` (03),
`sharing` (04), `training` (05), `long_memory` (05b), `testing` (06), `worth` (06b), `how_sure` (06c),
`misconceptions` (07), `more_misconceptions` (07b), `frameworks` (09), `in_practice` (09b), `tuning` (10),
`attention` (11), `text` (12).
"""

import inspect
import re
import sys

from ..._display import display
from . import (
    attention,
    cell,
    frameworks,
    how_sure,
    in_practice,
    long_memory,
    misconceptions,
    more_misconceptions,
    sequences,
    sharing,
    testing,
    text,
    training,
    tuning,
    worth,
)
from ._box import box
from ._exercise import Ask, Exercise, Open, Wrong, line, told

__all__ = ["check", "hint", "solution"]

_EXERCISES = {
    thing.number: thing
    for module in (
        cell,
        sequences,
        sharing,
        training,
        long_memory,
        testing,
        worth,
        how_sure,
        misconceptions,
        more_misconceptions,
        frameworks,
        in_practice,
        tuning,
        attention,
        text,
    )
    for thing in vars(module).values()
    if isinstance(thing, Exercise)
}
_hints_given = {}


def check(number, answer):
    """Try the reader's function and say in one line: right, still open, or what is wrong with it. In a notebook the
    line stands in a box, green or amber, once there is an answer.

    Parameters
    ----------
    number : of the exercise, as "2.1"
    answer : the function that the exercise asks for; it gets copies of its arguments

    An answer that raises is reported in words, with its error; one that is stopped, with the line where it was. After
    some seconds a line says where it is. Raises ValueError for a number that is none.

    >>> def my_count(features, units, outputs): ...
    >>> check("2.2", my_count)
    2.2 is still open. A hint: hint("2.2")
    >>> check("2.2", lambda features, units, outputs: 4 * units * (units + features) + outputs * (units + 1))
    2.2 is not right yet: the count forgets the biases of the four gates
    """
    exercise, ask = _find(number), Ask(answer)

    def say(seconds, where):
        print(f"{exercise.number} has been running for {seconds} s{where}. If it never ends: the ■ button stops it.")

    try:
        with ask.patience(say):
            words = exercise.check(ask)
        _show(f"{exercise.number} ✓ {words}", right=True)
    except Open:
        print(f'{exercise.number} is still open. A hint: hint("{exercise.number}")')
    except Wrong as wrong:
        _show(f"{exercise.number} is not right yet: {line(wrong, most=320)}", right=False)


def _show(text, right):
    if not display(box(text, right)):
        print(text)


def hint(number):
    """Print a hint; called again, a plainer one. Raises ValueError for a number that is none.

    >>> hint("3.1")
    3.1, hint 1 of 2: how many windows are there? The last one has to leave room for the days asked for.
    """
    exercise = _find(number)
    given = min(_hints_given.get(exercise.number, 0) + 1, 2)
    _hints_given[exercise.number] = given
    then = f' No more hints; what is left is solution("{exercise.number}").' if given == 2 else ""
    print(f"{exercise.number}, hint {given} of 2: {exercise.hints[given - 1]}{then}")


def solution(number):
    """Show a solution's source, coloured in a notebook, else as plain text. Raises ValueError for a number that is
    none.

    >>> solution("2.2")
    def my_count(features, units, outputs):
        gates = 4 * (units * (units + features) + units)
        head = units * outputs + outputs
        return gates + head
    """
    source = inspect.getsource(_find(number).solution).rstrip()
    if not display({"text/plain": source, "text/markdown": f"```python\n{source}\n```"}):
        print(source)


def _find(number):
    if str(number) not in _EXERCISES:
        raise ValueError(f"number is {number!r}; there are {', '.join(_EXERCISES)}")
    return _EXERCISES[str(number)]


def _after_cell(result):
    """In a notebook: where a cell did not come as far as its check, a line more, below Python's own words."""
    cell, error = result.info.raw_cell or "", result.error_before_exec or result.error_in_exec
    tried = re.search(r"""^check\(\s*["']([\w.]+)["']\s*,\s*(\w+\()?""", cell, re.M)
    if error is None or tried is None or tried[1] not in _EXERCISES:
        return
    number, called = tried.groups()
    if isinstance(error, SyntaxError):
        text = f", {error.text.strip()!r}" if error.text else ""
        print(f"{number} was not tried: Python cannot read line {error.lineno}{text}: {error.msg}")
    elif called:
        print(
            f'{number} was not tried: hand in the function itself, without calling it: check("{number}", {called[:-1]})'
        )
    else:
        print(f"{number} was not tried: the cell stops before it, with {told(error)}")


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()) is not None:
    _shell.events.register("post_run_cell", _after_cell)
