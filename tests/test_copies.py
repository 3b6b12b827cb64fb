"""The reader's copies: nothing of theirs is ever lost, and nothing stands beside a prediction."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lstm_notes.explorers import _explorer
from tools import commands, copies, start

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Three small notebooks, and my_course beside them, which is not there yet."""
    for name in ("NOTEBOOKS", "MY_COURSE"):
        monkeypatch.setattr(copies, name, tmp_path / name.lower())
    copies.NOTEBOOKS.mkdir()
    for name in ("02_cell", "05_training", "05b_memory"):
        write(copies.NOTEBOOKS / f"{name}.ipynb", "one", came="42")
    return copies.MY_COURSE


def write(path, source, came=None, version=None, explorer=False):
    """A notebook of one cell; with `version`, as JupyterLab saves it."""
    html = f"<img><br><small>{_explorer.STILL}</small>" if explorer else ""
    output = {"output_type": "execute_result", "metadata": {}, "execution_count": 1}
    output["data"] = {"text/plain": [came or ""], "text/html": [html]}
    ran = came is not None
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": [source], "execution_count": 1 if ran else None}
    cell["outputs"] = [output] if ran else []
    info = {"name": "python"} | ({"version": version} if version else {})
    notebook = {"cells": [cell], "metadata": {"language_info": info}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(copies.as_text(notebook), encoding="utf-8")


def cell(path):
    return json.loads(path.read_text("utf-8"))["cells"][0]


def source(path):
    return cell(path)["source"][0]


# ---------------------------------------------------------------------------------------------------------------
# What a copy is.


@pytest.mark.parametrize("original", copies.originals(), ids=lambda path: path.stem)
def test_a_copy_has_no_outputs_and_says_where_explorers_will_be(original):
    whole = json.loads(original.read_text("utf-8"))
    copy = copies.fresh(whole)
    nbformat.validate(nbformat.from_dict(copy))
    explorers = 0
    for before, after in zip(whole["cells"], copy["cells"], strict=True):
        if before["cell_type"] == "markdown":
            led = [line.replace("](../QUESTIONS.md", "](QUESTIONS.md") for line in before["source"]]
            assert after == before | {"source": led}
            continue
        assert {k: v for k, v in before.items() if k not in ("outputs", "execution_count")} == {
            k: v for k, v in after.items() if k not in ("outputs", "execution_count")
        }
        shown = [output["data"] for output in before["outputs"] if "alive" in str(output.get("data"))]
        explorers += len(shown)
        assert after["execution_count"] is None
        assert [output["data"]["text/plain"] for output in after["outputs"]] == [copies.PLACE] * len(shown)
    if original.name[:3] not in ("06b", "06d", "07b", "09_", "09b", "10b", "11_", "11b", "12_", "12b"):  # without one
        assert explorers >= 1


def test_an_explorers_place_is_found_by_its_caption():
    assert _explorer.STILL.endswith(copies.STILL)


def test_originals_are_written_as_they_are_saved():
    for original in copies.originals():
        assert copies.as_text(json.loads(original.read_text("utf-8"))) == original.read_text("utf-8")


def test_links_lead_somewhere_from_the_copies_too():
    """A notebook's links name a notebook beside it, or start in the folder above."""
    for path in copies.originals():
        for target in re.findall(r"\]\(([^)#\s]+)|src=\\\"([^\"\\]+)", path.read_text("utf-8")):
            target = target[0] or target[1]
            beside = target.endswith(".ipynb") and "/" not in target
            assert beside or target.startswith(("../", "http", "data:")), f"{path.name}: {target}"


# ---------------------------------------------------------------------------------------------------------------
# Names.


@pytest.mark.parametrize(
    "name, found",
    [
        ("2", "02_cell"), ("02", "02_cell"), ("5", "05_training"), ("05", "05_training"), ("5b", "05b_memory"),
        ("05B", "05b_memory"), ("05_tr", "05_training"), ("notebooks/05b_memory.ipynb", "05b_memory"),
    ],
)  # fmt: skip
def test_a_notebook_is_found_by_its_number(course, name, found):
    assert copies.named(name).stem == found


@pytest.mark.parametrize("name", ["9", "0", "", "b", "5c", "02_x", "5 6"])
def test_a_name_that_is_none_is_refused(course, name):
    with pytest.raises(SystemExit) as caught:
        copies.named(name)
    assert str(caught.value) == f"There is no notebook {name!r}; there are 02, 05, 05b."


# ---------------------------------------------------------------------------------------------------------------
# make lab.


def test_lab_copies_what_is_not_there(course, capsys):
    copies.update()
    assert sorted(path.name for path in course.glob("*.ipynb")) == [
        "02_cell.ipynb",
        "05_training.ipynb",
        "05b_memory.ipynb",
    ]
    assert "3 of 3 notebooks are now copied into my_course" in capsys.readouterr().out
    assert "42" not in (course / "02_cell.ipynb").read_text("utf-8")
    copies.update()
    assert capsys.readouterr().out == ""


def test_lab_never_writes_over_an_answer(course, capsys):
    copies.update()
    write(course / "02_cell.ipynb", "my answer")
    write(course / "05_training.ipynb", "one", came="a run of it", version="3.12")
    copies.update()  # no newer originals: nothing is done
    assert source(course / "02_cell.ipynb") == "my answer"
    assert "a run of it" in (course / "05_training.ipynb").read_text("utf-8")
    for name in ("02_cell", "05_training", "05b_memory"):
        write(copies.NOTEBOOKS / f"{name}.ipynb", "two", came="43")
    capsys.readouterr()
    copies.update()
    said = capsys.readouterr().out
    assert source(course / "02_cell.ipynb") == "my answer"
    assert "02_cell.ipynb has a newer original; yours is as you left it. The new one: make reset NB=02" in said
    assert source(course / "05_training.ipynb") == source(course / "05b_memory.ipynb") == "two"
    assert "a run of it" in (course / "kept-1_05_training.ipynb").read_text("utf-8")  # what came out is kept, too
    assert "Yours is kept as my_course/kept-1_05_training.ipynb." in said
    assert [path.name for path in course.glob("kept*")] == ["kept-1_05_training.ipynb"]  # 05b was untouched
    copies.update()  # said again each time, in one line
    assert capsys.readouterr().out.count("\n") == 1


def test_lab_takes_the_outputs_out_of_an_untouched_copy_of_before(course, capsys):
    """Copies used to be made with their outputs. One that was written into stays as it is."""
    copies.update()
    shutil.copy(copies.NOTEBOOKS / "02_cell.ipynb", course)
    write(course / "05_training.ipynb", "my answer", came="42")
    capsys.readouterr()
    copies.update()
    assert cell(course / "02_cell.ipynb")["outputs"] == [] and capsys.readouterr().out == ""
    assert cell(course / "05_training.ipynb")["outputs"] != []
    # An older original's outputs are nobody's run either.
    shutil.copy(copies.NOTEBOOKS / "05b_memory.ipynb", course)
    write(copies.NOTEBOOKS / "05b_memory.ipynb", "two", came="43")
    copies.update()
    assert source(course / "05b_memory.ipynb") == "two" and not list(course.glob("kept*"))


def test_lab_keeps_what_it_knows_nothing_of(course):
    course.mkdir()
    (course / "02_cell.ipynb").write_text("no notebook")
    (course / ".originals.json").write_text("broken")
    write(course / "05_training.ipynb", "my answer")
    copies.update()
    assert (course / "02_cell.ipynb").read_text() == "no notebook"
    assert source(course / "05_training.ipynb") == "my answer" and source(course / "05b_memory.ipynb") == "one"


def test_a_lost_record_costs_nothing(course, capsys):
    """A copy that is as its original is known again, and follows the next original."""
    copies.update()
    (course / ".originals.json").unlink()
    copies.update()
    write(copies.NOTEBOOKS / "02_cell.ipynb", "two")
    capsys.readouterr()
    copies.update()
    assert source(course / "02_cell.ipynb") == "two" and capsys.readouterr().out == ""


# ---------------------------------------------------------------------------------------------------------------
# make reset.


def test_reset_puts_a_fresh_copy_and_keeps_the_readers(course, capsys):
    copies.update()
    for k in (1, 2):
        write(course / "05_training.ipynb", f"answer {k}")
        commands.do("reset", "5")
        assert source(course / "05_training.ipynb") == "one"
        assert source(course / f"kept-{k}_05_training.ipynb") == f"answer {k}"
        said = capsys.readouterr().out
        assert f"Yours is kept as my_course/kept-{k}_05_training.ipynb." in said and "Save Notebook As" in said
    commands.do("reset", "05")  # nothing of one's own in it: no third file
    assert len(list(course.glob("*05_training*"))) == 3
    capsys.readouterr()
    copies.update()
    assert capsys.readouterr().out == ""


def test_reset_keeps_a_run_and_what_is_no_notebook(course):
    copies.update()
    write(course / "02_cell.ipynb", "one", came="a run of it", version="3.12")
    (course / "05_training.ipynb").write_text("{")
    commands.do("reset", "2", "5")
    assert "a run of it" in (course / "kept-1_02_cell.ipynb").read_text("utf-8")
    assert (course / "kept-1_05_training.ipynb").read_text() == "{"


def test_reset_works_before_the_first_lab(course):
    commands.do("reset", "5b")
    assert source(course / "05b_memory.ipynb") == "one"


@pytest.mark.parametrize(
    "names, words",
    [
        ((), "Which notebook? make reset NB=02, or python course.py reset 02; there are 02, 05, 05b."),
        (("02", "9"), "There is no notebook '9'; there are 02, 05, 05b."),
    ],
)
def test_reset_says_what_it_needs(course, names, words):
    with pytest.raises(SystemExit) as caught:
        commands.do("reset", *names)
    assert str(caught.value) == words and not course.exists()


# ---------------------------------------------------------------------------------------------------------------
# QUESTIONS.md among the copies.


@pytest.fixture
def whole_course(tmp_path, monkeypatch):
    """The course's own notebooks, copied into a folder that lies as my_course does."""
    (tmp_path / "notebooks").mkdir()
    for name in ("README.md", "REPORT.md", "CLAIMS.md"):  # what is linked to is to be there
        (tmp_path / name).touch()
    monkeypatch.setattr(copies, "MY_COURSE", tmp_path / "my_course")
    copies.update()
    start.write()
    return copies.MY_COURSE


def links(text):
    """The targets of a Markdown text's relative links; a target may hold brackets of its own."""
    return re.findall(r"\]\((?![a-z]+:|#)((?:[^()\s]|\([^()]*\))+)\)", text)


def test_from_the_copies_a_reader_stays_among_the_copies(whole_course):
    """Each page of my_course: its links lead somewhere, those to notebooks and QUESTIONS.md to the copies."""
    pages = {path.name: path.read_text("utf-8") for path in whole_course.glob("*.md")}
    for path in whole_course.glob("*.ipynb"):
        prose = [each for each in copies._read(path)["cells"] if each["cell_type"] == "markdown"]
        pages[path.name] = "\n".join("".join(each["source"]) for each in prose)
    seen = set()
    for name, text in pages.items():
        for target in links(text):
            file = target.split("#")[0]
            assert (whole_course / file).exists(), f"{name}: {target}"
            assert Path(file).name == "notebooks" or not re.search(r"\.\./.*(ipynb|QUESTIONS)", file), (
                f"{name}: {target}"
            )
            seen.add((name, file))
    reached = {file for name, file in seen if name == "QUESTIONS.md"}
    assert {"03_sequence_processing.ipynb", "../CLAIMS.md"} <= reached and len(reached) > 5
    asked = {name for name, file in seen if file == "QUESTIONS.md"}
    assert {"00_start.md", "06d_your_own_series.ipynb", "08_key_takeaways.ipynb"} <= asked


def test_questions_are_as_the_originals_say_them(whole_course):
    text, original = (path.read_text("utf-8") for path in (whole_course / "QUESTIONS.md", ROOT / "QUESTIONS.md"))
    assert text != original and len(links(text)) == len(links(original)) > 40
    assert re.sub(r"\]\((?=\d\d)", "](notebooks/", text.replace("](../", "](")) == original


def test_questions_are_nobodys_own(whole_course, capsys):
    """They are written anew, not kept, and no notebook becomes a reader's by its link to them."""
    copies.update()
    copies.reset(["08"])
    assert copies.notices() == [] and not list(whole_course.glob("kept-*"))
    (whole_course / "QUESTIONS.md").write_text("of last year")
    copies.reset(["08"])
    assert "## 1 · " in (whole_course / "QUESTIONS.md").read_text("utf-8") and not list(whole_course.glob("kept-*"))
    assert "kept" not in capsys.readouterr().out


def test_a_copy_of_before_that_leads_elsewhere_is_no_readers(whole_course, capsys):
    """Copies used to have the original's link to QUESTIONS.md."""
    path = whole_course / "08_key_takeaways.ipynb"
    text = path.read_text("utf-8")
    assert "](QUESTIONS.md" in text
    path.write_text(text.replace("](QUESTIONS.md", "](../QUESTIONS.md"))
    copies.reset(["08"])
    assert path.read_text("utf-8") == text and not list(whole_course.glob("kept-*"))


# ---------------------------------------------------------------------------------------------------------------
# How far a reader is.


def test_progress_is_read_from_a_copy(course):
    course.mkdir()
    path = course / "05b_memory.ipynb"
    assert copies.progress(path) == copies.Progress() and not copies.Progress().whole
    cells = [
        nbformat.v4.new_markdown_cell('check("5b.9", words)'),
        nbformat.v4.new_code_cell("1", execution_count=3),
        nbformat.v4.new_code_cell('check("5b.1", f)', execution_count=4),
        nbformat.v4.new_code_cell('check("5b.2", f)', execution_count=5),
        nbformat.v4.new_code_cell("2"),
    ]
    for k, text in ((2, "5b.1 ✓ right.\n"), (3, "5b.2 is not right yet: ✓ no\n")):
        cells[k].outputs = [nbformat.v4.new_output("stream", text=text)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert copies.progress(path) == copies.Progress(4, 3, ["5b.1", "5b.2"], {"5b.1"})
    cells[4].execution_count = 6
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert copies.progress(path).whole
    path.write_text("no notebook")
    assert copies.progress(path) == copies.Progress()


def test_progress_knows_every_exercise_and_what_a_check_says(tmp_path, capsys):
    from lstm_notes.course import exercises
    from lstm_notes.course.exercises._box import box

    found = set()
    for original in copies.originals():
        (tmp_path / original.name).write_text(copies.as_text(copies.fresh(json.loads(original.read_text("utf-8")))))
        progress = copies.progress(tmp_path / original.name)
        assert progress.run == 0 and progress.cells > 0 and not progress.solved
        found.update(progress.exercises)
    assert found == set(exercises._EXERCISES)
    for number, exercise in exercises._EXERCISES.items():
        exercises.check(number, exercise.solution)
        text = capsys.readouterr().out
        alone = nbformat.v4.new_output("stream", text=text)
        boxed = nbformat.v4.new_output("display_data", data=box(text.rstrip(), right=True))
        for output in (alone, boxed):
            cell = nbformat.v4.new_code_cell("", outputs=[output])
            nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "solved.ipynb")
            assert copies.progress(tmp_path / "solved.ipynb").solved == {number}


def test_git_and_the_style_check_leave_the_copies_alone(tmp_path):
    for folder in ("my_course", "notebooks"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "02_cell.ipynb", "one")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    (tmp_path / ".git").mkdir()
    ruff = Path(sys.executable).with_name("ruff")
    files = subprocess.run([ruff, "check", "--show-files", "."], cwd=tmp_path, capture_output=True, text=True).stdout
    assert "notebooks" in files and "my_course" not in files
