"""The course's signature: a sentence, the number that was measured, the bound that makes the sentence true.

`claim` prints the sentence and its bound, the same on every machine, and stops the notebook when the sentence is
false. The raw number, which differs from machine to machine, stays with the cell's output as metadata, from where
`collect_claims` gathers the ledger (`make claims`).
"""

import json
import math
import operator
from pathlib import Path

import numpy as np

from ._notebook import display

METADATA = "lstm_notes_claim"
COMPARISONS = {
    "below": operator.lt,
    "above": operator.gt,
    "at_most": operator.le,
    "at_least": operator.ge,
    "equals": operator.eq,
}


class ClaimError(AssertionError):
    """A claim that is false here."""


def claim(sentence, measured, **bound):
    """State `sentence`, and stop with a ClaimError unless `measured` keeps the bound.

    Parameters
    ----------
    sentence : what a reader is to take away
    measured : number; with `equals` also a whole number, text, bool or a shape. NaN keeps no bound.
    bound : exactly one of below=, above=, at_most=, at_least=, equals=

    >>> claim("Eleven days make eight windows of three", 8, equals=8)
    ✓ Eleven days make eight windows of three  [measured: equals 8]
    >>> claim("One step equals Keras's", 2e-3, below=1e-6)
    Traceback (most recent call last):
    lstm_notes.claims.ClaimError: not true here: One step equals Keras's (measured 0.002, claimed: below 1e-06)
    """
    if len(bound) != 1 or next(iter(bound)) not in COMPARISONS:
        raise TypeError(f"claim has the bounds {list(bound)}; exactly one of {', '.join(COMPARISONS)} is needed")
    if not isinstance(sentence, str) or not sentence.strip():
        raise TypeError(f"sentence is {sentence!r}; text is needed")
    (kind, limit), measured = next(iter(bound.items())), _plain(measured)
    limit = _plain(limit)
    if kind != "equals" and not all(type(value) in (int, float) for value in (measured, limit)):
        raise TypeError(f"measured is {measured!r} and the bound {limit!r}; numbers are needed with {kind}=")
    words = f"{kind.replace('_', ' ')} {limit:g}" if isinstance(limit, float) else f"{kind.replace('_', ' ')} {limit}"
    if not COMPARISONS[kind](measured, limit):
        raise ClaimError(f"not true here: {sentence} (measured {measured}, claimed: {words})")
    text = f"✓ {sentence}  [measured: {words}]"
    record = {"sentence": sentence, "measured": measured, "bound": words}
    if not display({"text/plain": text}, metadata={METADATA: record}):
        print(text)


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


def ledger(claims):
    """The claims as a page of Markdown, a table for each notebook."""
    lines = [
        "# Claims",
        "",
        "Every sentence that the notebooks state and check, with the bound that makes it true and the number that was",
        "measured when the notebook was saved. Made by `make claims` from the saved notebooks.",
    ]
    for notebook in dict.fromkeys(entry["notebook"] for entry in claims):
        lines += ["", f"## {notebook}", "", "| sentence | bound | measured |", "| --- | --- | --- |"]
        for entry in claims:
            if entry["notebook"] == notebook:
                sentence = entry["sentence"].replace("|", "\\|")
                lines.append(f"| {sentence} | {entry['bound']} | {_short(entry['measured'])} |")
    return "\n".join(lines) + "\n"


def _short(value):
    return f"{value:.2g}" if isinstance(value, float) and math.isfinite(value) else str(value)
