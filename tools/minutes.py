"""How long each notebook takes, by one formula. `make minutes` prints it, and writes it into the notebooks' first cells
and into README's table.

Reading: 200 words a minute. Code: 4 seconds a line. What comes out: 10 seconds a cell whose output is text, 20 one with
a picture. An explorer: 3 minutes. What stands in the sections "Exercises" and "The self-test" is not in that sum,
and has its own: 10 minutes an exercise, 1 a question. Each sum is rounded up to 5 minutes.
"""

import json
import math
import re
from pathlib import Path

from lstm_notes.course.questions import QUESTIONS
from tools import copies

ROOT = Path(__file__).resolve().parent.parent
WORDS_A_MINUTE = 200
LINE, TEXT, PICTURE, EXPLORER = 4, 10, 20, 180  # seconds
EXERCISE, QUESTION = 10, 1  # minutes
APART = ("Exercises", "The self-test")
LONGEST = 60  # minutes that a notebook may take without its exercises

SAID = re.compile(r"^\*\*Time\*\* \d+ minutes[^.]*\.", re.M)
ROW = re.compile(r"^(\| \[.*\]\(notebooks/(\w+)\.ipynb\) \| .* \|)[^|]*\|$", re.M)


def minutes(notebook):
    """What a saved notebook (as JSON has it) takes: minutes without its exercises, and what stands apart, as pairs.

    >>> cell = {"cell_type": "markdown", "source": "word " * 900}
    >>> minutes({"cells": [cell]})
    (5, {})
    """
    seconds, apart, section = 0.0, {}, None
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            section = (re.findall(r"^## (.*)$", source, re.M) or [section])[-1]
        if section in APART:
            if section == "The self-test":
                apart["self-test"] = QUESTION * len(QUESTIONS)
            elif 'check("' in source:
                apart["exercises"] = apart.get("exercises", 0) + EXERCISE
        elif cell["cell_type"] == "markdown":
            seconds += 60 * len(source.split()) / WORDS_A_MINUTE
        else:
            seconds += LINE * len(source.splitlines()) + _looked_at(cell)
    return _rounded(seconds / 60), {name: _rounded(each) for name, each in apart.items()}


def _looked_at(cell):
    if copies.shows_explorer(cell):
        return EXPLORER
    pictures = any("image/png" in output.get("data", {}) for output in cell["outputs"])
    return PICTURE if pictures else TEXT if cell["outputs"] else 0


def _rounded(value):
    return 5 * math.ceil(value / 5)


def words(notebook, unit=" minutes"):
    """As the notebooks have it: "45 minutes, exercises 30"."""
    reading, apart = minutes(notebook)
    return ", ".join([f"{reading}{unit}", *(f"{name} {each}" for name, each in apart.items())])


def with_minutes(notebook):
    """A notebook whose first cell says what it takes."""
    first = notebook["cells"][0]
    said = SAID.sub(f"**Time** {words(notebook)}.", "".join(first["source"]))
    first = first | {"source": said.splitlines(keepends=True)}
    return notebook | {"cells": [first, *notebook["cells"][1:]]}


def with_table(text):
    """README's text, whose table of notebooks says what each takes."""
    return ROW.sub(lambda row: f"{row[1]} {words(read(copies.NOTEBOOKS / f'{row[2]}.ipynb'), ' min')} |", text)


def read(path):
    return json.loads(path.read_text("utf-8"))


def main():
    for path in copies.originals():
        notebook = read(path)
        reading, _ = minutes(notebook)
        print(f"{path.stem:24} {words(notebook)}{'  (over an hour)' if reading > LONGEST else ''}")
        _write(path, copies.as_text(with_minutes(notebook)))
    readme = ROOT / "README.md"
    _write(readme, with_table(readme.read_text("utf-8")))


def _write(path, text):
    if text != path.read_text("utf-8"):
        copies.write(path, text)


if __name__ == "__main__":
    main()
