"""How long a notebook takes: one formula, and what the pages say agrees with it."""

import re
from pathlib import Path

import pytest

from lstm_notes.explorers import _explorer
from tools import copies, minutes

ROOT = Path(__file__).resolve().parent.parent


def prose(words):
    return {"cell_type": "markdown", "source": words}


def code(lines, *outputs):
    return {"cell_type": "code", "source": "\n".join(lines), "outputs": list(outputs)}


TEXT, PICTURE = {"output_type": "stream", "text": "1"}, {"data": {"image/png": "", "text/html": "<img>"}}
EXPLORER = {"data": {"image/png": "", "text/html": f"<img><small>{_explorer.STILL}</small>"}}


@pytest.mark.parametrize(
    "cells, reading, apart",
    [
        ([prose("word " * 1000)], 5, {}),
        ([prose("word " * 1001)], 10, {}),  # rounded up
        ([code(["line"] * 75)], 5, {}),
        ([code(["line"] * 75, TEXT)], 10, {}),
        ([code(["line"]), *[code([], TEXT, TEXT)] * 30], 10, {}),  # a cell's outputs are one
        ([code([], PICTURE)] * 15, 5, {}),
        ([code([], PICTURE)] * 16, 10, {}),
        ([code([], EXPLORER)] * 5, 15, {}),
        ([prose("## Exercises\n" + "word " * 1000), code(['check("2.1", f)'], TEXT)] * 2, 0, {"exercises": 20}),
        ([prose("## Exercises"), prose("## What to remember\n" + "word " * 900)], 5, {}),
        ([prose("## The self-test"), code([], EXPLORER)], 0, {"self-test": 25}),
    ],
)
def test_the_formula(cells, reading, apart):
    assert minutes.minutes({"cells": cells}) == (reading, apart)


@pytest.mark.parametrize("path", copies.originals(), ids=lambda path: path.stem)
def test_notebooks_say_what_they_take(path):
    notebook = minutes.read(path)
    first = "".join(notebook["cells"][0]["source"])
    assert f"**Time** {minutes.words(notebook)}." in first, "make minutes writes it"
    assert minutes.minutes(notebook)[0] <= minutes.LONGEST
    assert len(minutes.SAID.findall(first)) == 1 and minutes.with_minutes(notebook) == notebook


def test_readme_says_what_they_take():
    text = (ROOT / "README.md").read_text("utf-8")
    assert minutes.with_table(text) == text, "make minutes writes it"
    assert [row[1] for row in minutes.ROW.findall(text)] == [path.stem for path in copies.originals()]


def test_contributing_says_the_formula():
    text = " ".join((ROOT / "CONTRIBUTING.md").read_text("utf-8").split())
    for words in (
        f"{minutes.WORDS_A_MINUTE} words a minute",
        f"{minutes.LINE} seconds a line",
        f"{minutes.TEXT} seconds a cell whose output is text",
        f"{minutes.PICTURE} one with a picture",
        f"{minutes.EXPLORER // 60} minutes an explorer",
        f"{minutes.EXERCISE} minutes an exercise",
        f"{minutes.QUESTION} a question of the self-test",
    ):
        assert words in text, words


def test_it_is_written_where_it_stands(tmp_path, monkeypatch, capsys):
    """Nothing else of a notebook, or of README, changes."""
    monkeypatch.setattr(copies, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(minutes, "ROOT", tmp_path)
    copies.NOTEBOOKS.mkdir()
    path = copies.NOTEBOOKS / "02_cell.ipynb"
    first = "# 2\n\n**Time** 90 minutes, half of it the self-test. **You need** 3 minutes.\n\n**Time** it."
    cells = [prose(first), code(["line"] * 75), prose("## Exercises"), code(['check("2.1", f)'])]
    path.write_text(copies.as_text({"cells": cells}), encoding="utf-8")
    row = "| [02 · The cell](notebooks/02_cell.ipynb) | What? |"
    (tmp_path / "README.md").write_text(f"90 min\n\n{row} 90 |\n\n| [a](b.md) | 90 |\n", encoding="utf-8")
    for _ in range(2):
        minutes.main()
        assert "".join(minutes.read(path)["cells"][0]["source"]) == first.replace(
            "90 minutes, half of it the self-test", "10 minutes, exercises 10"
        )
        assert minutes.read(path)["cells"][1:] == cells[1:]
        written = (tmp_path / "README.md").read_text("utf-8")
        assert written == f"90 min\n\n{row} 10 min, exercises 10 |\n\n| [a](b.md) | 90 |\n"
    assert re.search(r"02_cell +10 minutes, exercises 10\n", capsys.readouterr().out)
