"""The first page: it says where a reader is, and its links lead to the reader's copies."""

import base64
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest

from tools import copies, minutes, start

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "MY_COURSE", tmp_path / "my_course")
    copies.update()
    return copies.MY_COURSE


def run(path, cells=None, answers=()):
    """As if the first `cells` of a copy had been run, and these exercises solved."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info["version"] = "3.12"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for k, cell in enumerate(code[:cells]):
        cell.execution_count = k + 1
        for number in answers:
            if f'check("{number}"' in cell.source:
                cell.outputs = [nbformat.v4.new_output("stream", text=f"{number} ✓ right.\n")]
    nbformat.write(notebook, path)
    return len(code)


def row(text, number):
    (line,) = re.findall(rf"^\| \[{number} · .*$", text, re.M)
    return [part.strip() for part in line.strip("|").split(" | ")]


def test_it_begins_with_the_first_notebook(course):
    text = start.page()
    assert "Begin with [01 · Introduction](01_introduction.ipynb)." in text
    for original in copies.originals():
        link, question, took, ran, solved = row(text, copies.number(original))
        assert link.endswith(f"({original.name})") and question.endswith("?") and ran == "–" and "✓" not in solved
        assert took == minutes.words(minutes.read(original), "")
    assert row(text, "02")[-1] == "○ 2.1 ○ 2.2 ○ 2.3"


def test_it_says_how_far_a_reader_is(course):
    run(course / "01_introduction.ipynb")
    cells = run(course / "02_cell_structure.ipynb", 10)
    text = start.page()
    assert "Go on with [02 · The cell](02_cell_structure.ipynb)." in text
    assert row(text, "01")[3] == "✓" and row(text, "02")[3] == f"10 of {cells}"
    run(course / "02_cell_structure.ipynb", answers=("2.1", "2.3"))
    assert row(start.page(), "02")[3:] == ["✓", "✓ 2.1 ○ 2.2 ✓ 2.3"]
    assert "Go on with [03 · Sequences]" in start.page()
    for original in copies.originals():
        run(course / original.name)
    assert "You have run all of it." in start.page()


def test_a_copy_that_is_broken_or_gone_is_no_error(course):
    (course / "01_introduction.ipynb").write_text("{")
    (course / "02_cell_structure.ipynb").unlink()
    assert row(start.page(), "01")[3] == row(start.page(), "02")[3] == "–"


def test_notices_and_kept_copies_stand_on_it(course):
    assert "newer original" not in start.page() and "kept-1_02_" not in start.page().replace("kept-1_02….", "")
    record = json.loads((course / ".originals.json").read_text("utf-8"))
    path = course / "02_cell_structure.ipynb"
    path.write_text(path.read_text("utf-8").replace("The question", "My question"), encoding="utf-8")
    (course / ".originals.json").write_text(json.dumps(record | {path.name: "older"}))
    assert f"> {path.name} has a newer original; yours is as you left it." in start.page()
    copies.reset(["2"])
    assert "(kept-1_02_cell_structure.ipynb)" in start.page() and "newer original" not in start.page()


def test_its_links_lead_somewhere(course):
    start.write()
    for folder in ("notebooks",):
        shutil.copytree(ROOT / folder, course.parent / folder)
    shutil.copy(ROOT / "README.md", course.parent)
    targets = re.findall(r"\]\(([^)\s]+)\)", (course / copies.FIRST_PAGE).read_text("utf-8"))
    assert len(targets) > 20 and all((course / target).exists() for target in targets)


def test_its_map_is_for_light_and_dark_pages(course):
    (alt, source) = re.findall(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', start.page())[0]
    assert alt.startswith("The way through the course.") and alt.endswith("You are in 01.")
    root = ElementTree.fromstring(base64.b64decode(source))
    shapes = [element for element in root if element.get("class") == "line"]
    assert shapes and all("#222222" not in element.attrib.values() for element in shapes)
    boxes = [element for element in root if element.tag.endswith("rect")]
    assert len(boxes) == len(start.MAP) and all(box.get("fill") not in ("white", "none") for box in boxes)


def test_the_ways_are_as_long_as_they_are_called(course):
    text = start.page()
    for name, _, numbers, longest in start.PATHS:
        chosen = [
            start._row(path) for path in copies.originals() if numbers in (None,) or copies.number(path) in numbers
        ]
        assert longest is None or sum(reading for *_, (reading, _), _ in chosen) <= longest
        assert f"- **{name}**" in text and start.reading_time(chosen) in text
    assert [start.reading_time([(None, (m, {}), None)]) for m in (60, 95)] == ["1 h", "1 h 35 min"]
