"""The first page: it says where a reader is, and its links lead to the reader's copies."""

import base64
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest

from tools import browser, commands, copies, minutes, start

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
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    (line,) = re.findall(rf"^\| \[{number} · .*$", text, re.M)
    return [part.strip() for part in line.strip("|").split(" | ")]


def test_it_begins_with_the_first_notebook(course):
    text = start.page().replace("\N{NO-BREAK SPACE}", " ")
    assert "Begin with [01 · Introduction](01_introduction.ipynb)." in text
    for original in copies.originals():
        link, question, took, ran, solved = row(text, copies.number(original))
        assert link.endswith(f"({original.name})") and question.endswith("?") and ran == "–" and "✓" not in solved
        reading, apart = minutes.minutes(minutes.read(original))
        assert took == str(reading) and all(f"{each} min" in solved for each in apart.values())
    assert row(text, "02")[-1] == "○ 2.1 ○ 2.2 ○ 2.3 30 min" and row(text, "08")[-1] == "self-test 25 min"


def test_it_says_how_far_a_reader_is(course):
    run(course / "01_introduction.ipynb")
    cells = run(course / "02_cell_structure.ipynb", 10)
    text = start.page().replace("\N{NO-BREAK SPACE}", " ")
    assert "Go on with [02 · The cell](02_cell_structure.ipynb)." in text
    assert row(text, "01")[3] == "✓" and row(text, "02")[3] == f"10 of {cells}"
    run(course / "02_cell_structure.ipynb", answers=("2.1", "2.3"))
    assert row(start.page(), "02")[3:] == ["✓", "✓ 2.1 ○ 2.2 ✓ 2.3 30 min"]
    assert "(03_sequence_processing.ipynb)." in start.page()
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
    shutil.copytree(ROOT / "notebooks", course.parent / "notebooks")
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
    assert [start.reading_time([(None, (m, {}), None)]) for m in (60, 95)] == ["1\xa0h", "1\xa0h\xa035\xa0min"]


def test_a_way_has_what_its_notebooks_need():
    """What a notebook names behind "You need" stands before it on each way that it is on."""
    for _, _, numbers, _ in start.PATHS:
        chosen = [path for path in copies.originals() if numbers is None or copies.number(path) in numbers]
        for k, path in enumerate(chosen):
            first = "".join(minutes.read(path)["cells"][0]["source"])
            (needed,) = re.findall(r"\*\*You need\*\* (.*?)(?:\n\n|\Z)", first, re.S)
            before = {each.stem for each in chosen[:k]}
            assert set(re.findall(r"\]\((\w+)\.ipynb", needed)) <= before, path.stem


# ---------------------------------------------------------------------------------------------------------------
# In a real JupyterLab.


def test_it_opens_as_a_page_and_leads_to_copies_where_nothing_has_run(chromium, monkeypatch):
    """With the settings of the set-up. A cell that will show an explorer says so, until it is run."""
    with browser.Lab() as lab:
        monkeypatch.setattr(copies, "MY_COURSE", lab.folder / "files")
        copies.update()
        start.write()
        for name, settings in commands.OVERRIDES.items():
            folder, file = name.split(":")
            (lab.folder / "settings" / folder).mkdir(parents=True, exist_ok=True)
            (lab.folder / "settings" / folder / f"{file}.jupyterlab-settings").write_text(json.dumps(settings))
        page = chromium.new_page(viewport={"width": 1300, "height": 850})
        page.set_default_timeout(60_000)
        page.goto(f"{lab.url}/lab/tree/{copies.FIRST_PAGE}?token={lab.token}")
        page.wait_for_selector(".jp-MarkdownViewer table")
        picture = page.locator(".jp-MarkdownViewer img")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
        assert picture.get_attribute("alt").startswith("The way through the course.")
        page.locator(".jp-MarkdownViewer a", has_text="The cell").first.click()
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.wait_for_function(browser.IDLE)
        assert page.evaluate("window.jupyterapp.shell.currentWidget.context.path") == "02_cell_structure.ipynb"
        page.evaluate(SELECT, "cell = CellExplorer()")
        page.locator(".jp-OutputArea", has_text=copies.PLACE).wait_for()
        assert page.locator(".jp-Notebook .jp-OutputArea-output img").count() == 0
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
        page.locator(".lstm-notes svg").first.wait_for()
        assert page.locator(".jp-OutputArea", has_text=copies.PLACE).count() == 0
        page.close()


# Makes the cell with this source the active one, and shows it.
SELECT = """(source) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const cells = [...notebook.widgets];
    notebook.activeCellIndex = cells.findIndex((cell) => cell.model.sharedModel.source.includes(source));
    return notebook.scrollToItem(notebook.activeCellIndex, "center");
}"""
