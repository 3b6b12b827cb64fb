"""The course's signature: a sentence, the number that was measured, the bound that makes the sentence true.

`claim` prints all three and stops the notebook when the sentence is false. What it prints is the same on every machine:
a number is rounded to the digits that are, and one that has no such digits is left to its bound. The raw number stays
with the cell's output as metadata, from where `collect_claims` gathers the ledger (`make claims`).
"""

import hashlib
import json
import operator
from pathlib import Path

import numpy as np

from .._display import display

METADATA = "lstm_notes_claim"
COMPARISONS = {
    "below": operator.lt,
    "above": operator.gt,
    "at_most": operator.le,
    "at_least": operator.ge,
    "equals": operator.eq,
    "between": lambda measured, limits: limits[0] <= measured <= limits[1],
}
# Why a number may have no digit that is the same on every machine.
VARIES = {
    "rounding": "what rounding has left of a difference that is 0 on paper",
    "training": "the end of a training that amplifies the last bit of its numbers",
}


class ClaimError(AssertionError):
    """A claim that is false here."""


def claim(sentence, measured, *, unit="", digits=2, varies=None, **bound):
    """State `sentence`, and stop with a ClaimError unless `measured` keeps the bound.

    Parameters
    ----------
    sentence : what a reader is to take away, a whole sentence
    measured : number; with `equals` also a whole number, text, bool or a shape. NaN keeps no bound.
    unit : of the number, printed behind it: "°C", "times"
    digits : how many of a float's digits are printed; more where so few would look as if the bound were broken
    varies : "rounding" or "training" where no digit is the same on every machine (VARIES says why): the bound is
        printed alone
    bound : exactly one of below=, above=, at_most=, at_least=, equals=, between=(lowest, highest), both included

    Raises TypeError for anything else.

    >>> claim("Eleven days make eight windows of three", 8, equals=8)
    ✓ Eleven days make eight windows of three  [equals 8]
    >>> claim("A night is about a third of a day", 8.2 / 24, between=(0.3, 0.36))
    ✓ A night is about a third of a day  [0.34, between 0.3 and 0.36]
    >>> claim("Adding up backwards gives the same sum", abs((0.1 + 0.2) - 0.3), below=1e-12, varies="rounding")
    ✓ Adding up backwards gives the same sum  [below 1e-12]
    >>> claim("One step equals Keras's", 2e-3, below=1e-6)
    Traceback (most recent call last):
    lstm_notes.course.claims.ClaimError: not true here: One step equals Keras's (measured 0.002, claimed: below 1e-06)
    """
    if len(bound) != 1 or next(iter(bound)) not in COMPARISONS:
        raise TypeError(f"claim has the bounds {list(bound)}; exactly one of {', '.join(COMPARISONS)} is needed")
    if not isinstance(sentence, str) or not sentence.strip():
        raise TypeError(f"sentence is {sentence!r}; text is needed")
    if varies is not None and varies not in VARIES:
        raise TypeError(f"varies is {varies!r}; one of {', '.join(VARIES)} is needed")
    (kind, limit), measured = next(iter(bound.items())), _plain(measured)
    limit = _plain(limit)
    numbers = [measured, *(limit if kind == "between" and isinstance(limit, list) else [limit])]
    if kind != "equals" and not all(type(value) in (int, float) for value in numbers):
        raise TypeError(f"measured is {measured!r} and the bound {limit!r}; numbers are needed with {kind}=")
    if kind == "between" and not (len(numbers) == 3 and limit[0] < limit[1]):
        raise TypeError(f"between is {limit!r}; (lowest, highest) is needed")
    words = _words(kind, limit)
    if not COMPARISONS[kind](measured, limit):
        raise ClaimError(f"not true here: {sentence} (measured {measured}, claimed: {words})")
    shown = (
        "" if kind == "equals" or varies else _written(measured, digits, lambda value: COMPARISONS[kind](value, limit))
    )
    text = f"✓ {sentence}  [{shown}{unit and shown and ' ' + unit}{shown and ', '}{words}]"
    record = {"sentence": sentence, "measured": measured, "bound": words, "unit": unit, "varies": varies}
    if not display({"text/plain": text}, metadata={METADATA: record}):
        print(text)


def _words(kind, limit):
    if kind == "between":
        return f"between {limit[0]:g} and {limit[1]:g}"
    return f"{kind.replace('_', ' ')} {limit:g}" if isinstance(limit, float) else f"{kind.replace('_', ' ')} {limit}"


def _written(value, digits, kept=lambda value: True):
    """A number with so many digits, or as many more as it takes for what is written to keep the bound."""
    if not isinstance(value, float) or not np.isfinite(value):
        return str(value)
    rounded = (float(f"{value:.{more}g}") for more in range(digits, 18))
    shown = next(each for each in rounded if kept(each))
    return f"{shown:.17g}" if shown == round(shown) and abs(shown) < 1e6 else f"{shown:.12g}"


def largest_difference(a, b):
    """The largest absolute difference between two arrays of one shape, a float: what most claims measure. NaN in either
    gives NaN, which keeps no bound.

    >>> largest_difference([1.0, 2.0], [1.0, 2.5])
    0.5
    """
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b {b.shape}; one shape is needed")
    return float(np.abs(a - b).max())


def _plain(value):
    """NumPy's numbers and shapes as Python's, which JSON can hold."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    if value is not None and not isinstance(value, (bool, int, float, str)):
        raise TypeError(f"measured is {value!r}; a number, text, bool or shape is needed")
    return value


def collect_claims(notebooks):
    """The claims of saved notebooks, in order: dicts of `sentence`, `measured`, `bound`, `notebook`.

    `notebooks` is a folder of .ipynb files, or a list of them.
    """
    paths = sorted(Path(notebooks).glob("*.ipynb")) if isinstance(notebooks, (str, Path)) else notebooks
    claims = []
    for path in map(Path, paths):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if METADATA in output.get("metadata", {}):
                    claims.append(output["metadata"][METADATA] | {"notebook": path.stem})
    return claims


def text_digest(path):
    """A hash of what a saved notebook says, its cells and their printed outputs: what has to be the same everywhere."""
    said = []
    for cell in json.loads(Path(path).read_text("utf-8"))["cells"]:
        said.append("".join(cell["source"]))
        for output in cell.get("outputs", []):
            said.append("".join(output.get("text", output.get("data", {}).get("text/plain", ""))))
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def ledger(claims, machines=None, digests=None):
    """The claims as a page of Markdown, a table for each notebook.

    `machines` is what `make machines` recorded: {"versions": text, "notebooks": {stem: {"digest": …, "same on": [names
    of processors]}}}; `digests` maps a notebook's stem to its `text_digest` now: is the record of what it says today?
    """
    lines = [
        "# Claims",
        "",
        "Every sentence that the notebooks state and check, with the bound that makes it true and the number that was",
        "measured when the notebook was saved. Made by `make claims` from the saved notebooks. A number in parentheses",
        "differs between processors, and the notebook prints its bound alone:",
        "; ".join(f"*{name}*, {reason}" for name, reason in VARIES.items()) + ".",
    ]
    notebooks = dict.fromkeys(entry["notebook"] for entry in claims)
    if machines:
        lines += ["", "## Where they hold", "", machines["versions"], ""]
        lines += ["| every printed output is the same, to the letter, on | of notebooks |", "| --- | --- |"]
        where = {}
        for notebook in notebooks:
            tried = machines["notebooks"].get(notebook, {})
            known = tried.get("digest") == (digests or {}).get(notebook)
            for machine in tried["same on"] if known else ["(not run since the last change)"]:
                where.setdefault(machine, []).append(notebook)
        lines += [f"| {machine} | {', '.join(names)} |" for machine, names in where.items()]
    for notebook in notebooks:
        lines += ["", f"## {notebook}", "", "| sentence | bound | measured |", "| --- | --- | --- |"]
        for entry in claims:
            if entry["notebook"] == notebook:
                sentence = entry["sentence"].replace("|", "\\|")
                measured = _written(entry["measured"], 2)
                if entry.get("unit"):
                    measured += f" {entry['unit']}"
                if entry.get("varies"):
                    measured = f"({measured}; {entry['varies']})"
                lines.append(f"| {sentence} | {entry['bound']} | {measured} |")
    return "\n".join(lines) + "\n"
