"""Does a unit mean something? Properties of a text that can be told by reading it, and the units that tell them.
Taught in notebook 12b_letters. (Karpathy, Johnson and Fei-Fei 2016, ICLR workshop, found such units.)"""

import re

import numpy as np

from .. import _checks
from ..cell import step
from ..trace import Trace
from .characters import check_numbers
from .model import cross_entropy, text_forward


def features(text):
    """What is so after each character of a text: a dict of name → array (characters,) of bool. Notebook 12b.

    "in quotes": between a " and the next one of its paragraph; "in brackets": between ( and ), [ and ] or { and };
    "indented": in a line that begins with spaces; "in a name": in a word with _ or a capital inside; "late in a
    line": 50 characters or more after its beginning. All of them can be known from what came before.

    >>> features('a "b" c')["in quotes"].astype(int).tolist()
    [0, 0, 1, 1, 0, 0, 0]
    """
    if not isinstance(text, str) or not text:
        raise ValueError(f"text is {text!r}; a str with a character at least is needed")
    quoted, bracketed, indented, late, named = np.zeros((5, len(text)), bool)
    quote = name = False
    open_brackets, column, spaces = 0, 0, True
    for place, character in enumerate(text):
        if character == "\n":
            column, spaces = 0, True
            if text[place - 1 : place] == "\n":
                quote, open_brackets = False, 0
        else:
            column += 1
            spaces &= character == " " or column > 1
        if character == '"':
            quote = not quote
        open_brackets = max(open_brackets + (character in "([{") - (character in ")]}"), 0)
        quoted[place], bracketed[place], late[place] = quote, open_brackets > 0, column >= 50
        indented[place] = spaces and column > 0
        name = bool(re.match(r"\w", character)) and (
            name or character == "_" or (character.isupper() and text[place - 1 : place].isalnum())
        )
        named[place] = name
    return {
        "in quotes": quoted,
        "in brackets": bracketed,
        "indented": indented,
        "in a name": named,
        "late in a line": late,
    }


def states(weights, numbers):
    """h after each character of a text that is read in one stream: (characters, units). Notebook 12b."""
    return np.ascontiguousarray(text_forward(check_numbers("numbers", numbers)[None], weights).lstm.h[0])


def areas(values, truth):
    """How well each column of `values` (characters, units) tells where `truth` (characters,) is so: the area under
    the ROC curve, (units,). 1: every value there is above every other; 0: below; ½: it says nothing. (Hanley and
    McNeil 1982, Radiology 143: the share of pairs in the right order, equal ones counted half.) ValueError where it
    is so everywhere, or nowhere.

    >>> areas(np.array([[0.1, 3.0], [0.9, 1.0], [0.8, 2.0]]), np.array([False, True, True])).tolist()
    [1.0, 0.0]
    """
    values = _checks.axes("values", _checks.numbers("values", values), "characters", "units")
    return _areas(_ranks(values), _check_truth(truth, len(values)))


def _check_truth(truth, characters):
    truth = _checks.shape("truth", np.asarray(truth, bool), (characters,), ("characters",))
    if truth.all() or not truth.any():
        raise ValueError(f"truth is {bool(truth[0])} everywhere; both are needed")
    return truth


def _areas(ranks, truth):
    """From the ranks: those where it is so would sum to there · (there + 1) / 2 if all of them came first."""
    there = truth.sum()
    return (ranks[truth].sum(axis=0) - there * (there + 1) / 2) / (there * (len(truth) - there))


def _ranks(values):
    """The rank of each value in its column, from 1; equal values share the mean of theirs."""
    order = values.argsort(axis=0)
    ordered = np.take_along_axis(values, order, axis=0)
    places = np.arange(len(values))[:, None]
    other = ordered[1:] != ordered[:-1]
    edge = np.ones((1, values.shape[1]), bool)
    first = np.maximum.accumulate(np.where(np.concatenate([edge, other]), places, 0), axis=0)
    last = np.minimum.accumulate(np.where(np.concatenate([other, edge]), places, len(values))[::-1], axis=0)[::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last) / 2 + 1, axis=0)
    return ranks


def best_units(values, properties):
    """Of each property the unit that tells it best, and its area: a dict of name → (unit, area). Notebook 12b.

    `values` (characters, units), `properties` a dict of name → (characters,) of bool, as `features` gives it. An area
    below ½ tells it, too, the other way round; the one farthest from ½ is best.
    """
    found, ranks = {}, _ranks(_checks.axes("values", _checks.numbers("values", values), "characters", "units"))
    for name, truth in properties.items():
        area = _areas(ranks, _check_truth(truth, len(ranks)))
        unit = int(np.abs(area - 0.5).argmax())
        found[name] = unit, float(area[unit])
    return found


def switched_off(weights, numbers, unit, at):
    """What each character costs, in bits, while h of one unit is held `at` a number all the way: as `bits`, and over it
    what the unit was good for. Notebook 12b.

    Which number, is part of the question: held at its mean it says all the time what it says most of the time, at 0
    something that it may never say.
    """
    numbers = check_numbers("numbers", numbers)
    units = weights.lstm.units
    if not 0 <= _checks.whole("unit", unit, 0) < units:
        raise ValueError(f"unit is {unit}; 0 to {units - 1} are there")
    trace = Trace.begin(weights.embedding[numbers[None, :-1]], weights.lstm)
    W, inputs, cells = weights.lstm.array, trace.inputs, trace.cells
    for t in range(len(trace.gates)):
        inputs[t + 1, :units], cells[t + 1], trace.gates[t] = step(W, inputs[t], cells[t])
        inputs[t + 1, unit] = at
    logits = trace.h[0] @ weights.head_kernel + weights.head_bias
    return cross_entropy(logits, numbers[1:]) / np.log(2)
