"""The exercises of notebooks 02 to 07: three each, from a warm-up to one with many right answers.

    check("2.1", my_step)      says what is right, or what is wrong, in words
    hint("2.1")                a first hint; the second call gives the second
    solution("2.1")            shows a solution

The tasks stand in the notebooks, in the section "Exercises". A module a notebook: `cell` (02), `sequences` (03),
`sharing` (04), `training` (05), `long_memory` (05b), `testing` (06), `worth` (06b), `misconceptions` (07).
"""

import inspect

from ..._display import display
from . import cell, long_memory, misconceptions, sequences, sharing, testing, training, worth
from ._exercise import Ask, Exercise, Open, Wrong

__all__ = ["check", "hint", "solution"]

_EXERCISES = {
    thing.number: thing
    for module in (cell, sequences, sharing, training, long_memory, testing, worth, misconceptions)
    for thing in vars(module).values()
    if isinstance(thing, Exercise)
}
_hints_given = {}


def check(number, answer):
    """Try the reader's function and print one line: right, still open, or what is wrong with it.

    Parameters
    ----------
    number : of the exercise, as "2.1"
    answer : the function that the exercise asks for; it gets copies of its arguments

    An answer that raises is reported in words, with its error. Raises ValueError for a number that is none.

    >>> def my_count(features, units, outputs): ...
    >>> check("2.2", my_count)
    2.2 is still open. A hint: hint("2.2")
    >>> check("2.2", lambda features, units, outputs: 4 * units * (units + features) + outputs * (units + 1))
    2.2 is not right yet: the count forgets the biases of the four gates
    """
    exercise = _find(number)
    try:
        print(f"{exercise.number} ✓ {exercise.check(Ask(answer))}")
    except Open:
        print(f'{exercise.number} is still open. A hint: hint("{exercise.number}")')
    except Wrong as wrong:
        print(f"{exercise.number} is not right yet: {wrong}")


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
