"""The reader's copies of the notebooks, in my_course: made without outputs, brought up to date, put back, looked at.

The originals stay what the tests expect, whatever is answered in a copy. Standard library only: `make reset` needs no
environment.
"""

import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
MY_COURSE = ROOT / "my_course"  # which git, the tests and the other commands leave alone
FIRST_PAGE = "00_start.md"  # written by start.py
QUESTIONS = ROOT / "QUESTIONS.md"  # whose copy leads to the reader's copies

STILL = "run this cell, and it is alive."  # below an explorer's still (lstm_notes.explorers)
IF_OPEN = (
    "If it is open in JupyterLab: what is not saved there is only there; keep that with File, Save Notebook As. "
    "Then File, Reload Notebook from Disk."
)
PLACE = "Run this cell (Shift+Enter): an explorer that you can touch appears here."


def originals():
    return sorted(NOTEBOOKS.glob("*.ipynb"))


def number(path):
    """What a notebook is called by: of 05b_long_memory.ipynb, 05b."""
    return path.name.split("_")[0]


def named(name):
    """The original that a reader means by 5, 05, 5b, 05_training or 05_training.ipynb; else the program ends."""
    asked = re.fullmatch(r"0*(\d+[a-z]?)(_\w*)?", Path(str(name)).name.removesuffix(".ipynb").lower())
    beginning = f"{asked[1]:0>{3 if asked[1][-1].isalpha() else 2}}{asked[2] or '_'}" if asked else None
    found = [path for path in originals() if beginning and path.name.startswith(beginning)]
    if len(found) != 1:
        sys.exit(f"There is no notebook {name!r}; there are {', '.join(map(number, originals()))}.")
    return found[0]


def update():
    """Copy into my_course what is not there, or is nobody's own and has a newer original."""
    copied, new = _copied(), 0
    for original in originals():
        mine, sources = MY_COURSE / original.name, _sources(original)
        if not mine.exists():
            new += 1
        elif mine.read_bytes() != original.read_bytes():  # else it was copied with its outputs, as once was done
            if copied.get(original.name) == sources or _sources(mine) not in (sources, copied.get(original.name)):
                continue
            if _sources(mine) == sources:
                copied[original.name] = sources
                continue
            _keep(mine, copied)
        _copy(original, copied)
    if originals():
        _write_copied(copied)
        _write_questions()
    if new:
        print(f"{new} of {len(originals())} notebooks are now copied into {MY_COURSE.name}: they are yours to change.")
    for notice in notices():
        print(notice)


def notices():
    """A sentence for each copy that was written into, and has a newer original."""
    copied, said = _copied(), []
    for original in originals():
        mine, sources = MY_COURSE / original.name, _sources(original)
        if mine.exists() and sources not in (copied.get(original.name), _sources(mine)):
            said.append(
                f"{original.name} has a newer original; yours is as you left it. "
                f"The new one: make reset NB={number(original)}"
            )
    return said


def reset(names):
    """Fresh copies of the named notebooks; what the reader wrote or ran is kept, under a name of its own."""
    if not names:
        there = ", ".join(map(number, originals()))
        sys.exit(f"Which notebook? make reset NB=02, or python course.py reset 02; there are {there}.")
    copied = _copied()
    for original in [named(name) for name in names]:
        mine = MY_COURSE / original.name
        if mine.exists() and mine.read_bytes() != original.read_bytes():
            _keep(mine, copied)
        _copy(original, copied)
        _write_copied(copied)
        print(f"{MY_COURSE.name}/{original.name} is as it was. {IF_OPEN}")
    _write_questions()


def _keep(mine, copied):
    """Set a copy aside under the next free name, where the reader wrote into it or ran it."""
    if _sources(mine) == copied.get(mine.name) and not _was_run(_read(mine)):
        return
    count = 1
    while (beside := mine.with_name(f"kept-{count}_{mine.name}")).exists():
        count += 1
    os.replace(mine, beside)
    print(f"Yours is kept as {MY_COURSE.name}/{beside.name}.")


def _was_run(notebook):
    """Whether a Jupyter has saved it with a cell run: that writes the kernel's version, which no original has."""
    version = notebook.get("metadata", {}).get("language_info", {}).get("version")
    return bool(version) and any(cell.get("execution_count") for cell in notebook["cells"])


def _copied():
    """Notebook → what its sources were when it was copied."""
    try:
        return json.loads((MY_COURSE / ".originals.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _copy(original, copied):
    MY_COURSE.mkdir(exist_ok=True)
    (MY_COURSE / original.name).write_text(as_text(fresh(_read(original))), encoding="utf-8", newline="\n")
    copied[original.name] = _sources(original)


def _write_copied(copied):
    (MY_COURSE / ".originals.json").write_text(json.dumps(copied, indent=1), encoding="utf-8")


def _write_questions():
    """QUESTIONS.md beside the copies, written anew each time, as the first page is: its links lead to the copies, and
    one folder up to what has none."""
    text = QUESTIONS.read_text(encoding="utf-8")
    text = re.sub(r"\]\((?![a-z]+:|#)(notebooks/)?", lambda link: "](" if link[1] else "](../", text)
    (MY_COURSE / QUESTIONS.name).write_text(text, encoding="utf-8", newline="\n")


def fresh(notebook):
    """A notebook without its outputs, so that a prediction has nothing beside it: what comes out, comes when the reader
    runs it. Where an explorer will be, a sentence says so; running the cell replaces it. Links to QUESTIONS.md lead to
    its copy."""
    return notebook | {"cells": [_emptied(cell) for cell in notebook["cells"]]}


def _emptied(cell):
    if cell["cell_type"] != "code":
        return cell | {"source": _among_copies("".join(cell["source"])).splitlines(keepends=True)}
    place = {
        "data": {"text/markdown": f"▶ *{PLACE}*", "text/plain": PLACE},
        "metadata": {},
        "output_type": "display_data",
    }
    return cell | {"execution_count": None, "outputs": [place] if shows_explorer(cell) else []}


def _among_copies(words):
    """A notebook's words with links to QUESTIONS.md as a copy has them."""
    return words.replace(f"](../{QUESTIONS.name}", f"]({QUESTIONS.name}")


def write(path, text):
    """The whole file or nothing."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)


def shows_explorer(cell):
    """Whether an explorer is among a saved cell's outputs."""
    return any(STILL in "".join(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", []))


def as_text(notebook):
    """A notebook's file, as nbformat writes it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _read(path):
    """A notebook as JSON has it; None where the file is none."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
        return notebook if all(cell["cell_type"] and "source" in cell for cell in notebook["cells"]) else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _sources(path):
    """A hash of a notebook's cells without their outputs: running a notebook does not change it, copying neither."""
    data = path.read_bytes()
    if notebook := _read(path):
        cells = [[cell["cell_type"], _among_copies("".join(cell["source"]))] for cell in notebook["cells"]]
        data = json.dumps(cells).encode()
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------------------------------------------------------
# How far a reader is.


@dataclass
class Progress:
    """Of a copy: how many of its code cells have been run, which exercises it has, and which of them are solved."""

    cells: int = 0
    run: int = 0
    exercises: list = field(default_factory=list)
    solved: set = field(default_factory=set)

    @property
    def whole(self):
        return 0 < self.cells == self.run


def progress(path):
    """Read from a copy as it was saved; nothing has been run in one that is not there, or is no notebook."""
    there = Progress()
    for cell in (_read(path) or {"cells": []})["cells"]:
        if cell["cell_type"] != "code":
            continue
        there.cells += 1
        there.run += bool(cell.get("execution_count"))
        there.exercises += re.findall(r'^check\("(\w+\.\d+)"', "".join(cell["source"]), re.M)
        for output in cell.get("outputs", []):
            said = [output.get("text", ""), output.get("data", {}).get("text/plain", "")]  # in a box, or as text alone
            for text in map("".join, said):
                there.solved.update(re.findall(r"^(\w+\.\d+) ✓ ", text, re.M))
    return there
