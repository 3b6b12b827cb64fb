"""The set-up: what it says when it cannot, and that it does nothing twice and leaves nothing half done."""

import collections
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jupyterlab_server.workspaces_handler import WorkspacesManager

from tools import commands

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    "target, value, words",
    [
        ("sys.platform", "darwin", "Macs with Intel processors"),
        ("sys.maxsize", 2**31, "32-bit Python"),
        ("importlib.util.find_spec", lambda name: None, "lacks its venv module"),
        (
            "shutil.disk_usage",
            lambda path: collections.namedtuple("usage", "free")(1e9),
            "this disk has less than 3 GB free",
        ),
    ],
)
def test_one_clear_sentence(monkeypatch, target, value, words):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr(f"tools.commands.{target}", value)
    with pytest.raises(SystemExit) as caught:
        commands.check_machine()
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_unknown_commands_are_named():
    done = subprocess.run([sys.executable, ROOT / "course.py", "fly"], capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith(
        "There is no command 'fly'; there are lab, reset, edit, test,"
    )


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A .venv in an empty folder, with the steps of the set-up written down instead of done."""
    venv = tmp_path / ".venv"
    for name, path in {"VENV": venv, "PYTHON": venv / "python", "STAMP": venv / "stamp"}.items():
        monkeypatch.setattr(commands, name, path)
    steps = []

    def install(command, sentence, quiet=False):
        steps.append("venv" if "venv" in command else "package")
        if "venv" in command:
            venv.mkdir(exist_ok=True)
            (venv / "python").touch()

    monkeypatch.setattr(commands, "install", install)
    monkeypatch.setattr(commands, "install_lock", lambda: steps.append("lock"))
    monkeypatch.setattr(commands, "prepare_first_use", lambda: steps.append("first use"))
    return steps


def test_nothing_is_done_twice(sandbox):
    commands.set_up()
    assert sandbox == ["venv", "lock", "package", "first use"]
    commands.set_up()
    assert len(sandbox) == 4


def test_an_interrupted_setup_starts_again(sandbox, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(commands, "install_lock", interrupted)
        with pytest.raises(KeyboardInterrupt):
            commands.set_up()
    commands.set_up()
    assert sandbox == ["venv", "venv", "lock", "package", "first use"]


def test_a_new_lock_updates_what_is_there(sandbox):
    commands.set_up()
    commands.STAMP.write_text("an older lock")
    commands.set_up()
    assert sandbox[4:] == ["lock", "package", "first use"]


def test_a_failing_step_ends_with_its_sentence(capfd):
    with pytest.raises(SystemExit) as caught:
        commands.install(
            [sys.executable, "-c", "import sys; sys.exit('no route to host')"], "Is there a network?", quiet=True
        )
    assert str(caught.value) == "no route to host\nIs there a network?"


def test_lab_opens_the_first_notebook_and_root_is_told(monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    command = commands.lab(commands.MY_COURSE, ("--no-browser",))
    first = sorted((ROOT / "notebooks").glob("*.ipynb"))[0].name
    assert f"--LabApp.default_url=/lab/tree/my_course/{first}" in command
    assert f"--LabApp.workspaces_dir={commands.WORKSPACES}" in command
    assert f"--LabApp.default_url=/lab/tree/notebooks/{first}" in commands.lab(commands.NOTEBOOKS, ())
    assert "--allow-root" in command and "--no-browser" in command
    assert "You are root" in capsys.readouterr().out
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert "--allow-root" not in commands.lab(commands.MY_COURSE, ())


def test_jupyterlab_is_arranged_once(tmp_path):
    """In the workspace that it opens; what a reader changes there stays."""
    commands.arrange(tmp_path / "workspaces")
    workspaces = WorkspacesManager(str(tmp_path / "workspaces"))
    assert workspaces.load("default")["data"]["layout-restorer:data"]["left"]["collapsed"]
    changed = {"data": {"layout-restorer:data": {}}, "metadata": {"id": "default"}}
    workspaces.save("default", json.dumps(changed))
    commands.arrange(tmp_path / "workspaces")
    assert workspaces.load("default")["data"] == changed["data"]


# ---------------------------------------------------------------------------------------------------------------
# The learner's copies.


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Two small notebooks, and my_course beside them, which is not there yet."""
    for name in ("NOTEBOOKS", "MY_COURSE"):
        monkeypatch.setattr(commands, name, tmp_path / name.lower())
    commands.NOTEBOOKS.mkdir()
    write(commands.NOTEBOOKS / "02_cell.ipynb", "one")
    write(commands.NOTEBOOKS / "03_sequences.ipynb", "one")
    return commands.MY_COURSE


def write(path, source, output="none"):
    cell = {"cell_type": "code", "source": [source], "outputs": [output]}
    path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")


def source(path):
    return json.loads(path.read_text("utf-8"))["cells"][0]["source"][0]


def test_lab_copies_what_is_not_there(course, capsys):
    commands.copy_notebooks()
    assert sorted(path.name for path in course.glob("*.ipynb")) == ["02_cell.ipynb", "03_sequences.ipynb"]
    assert "2 of 2 notebooks are now copied into my_course" in capsys.readouterr().out
    commands.copy_notebooks()
    assert capsys.readouterr().out == ""


def test_lab_never_writes_over_an_answer(course, capsys):
    commands.copy_notebooks()
    write(course / "02_cell.ipynb", "my answer")
    write(course / "03_sequences.ipynb", "one", output="a run of it")
    commands.copy_notebooks()  # no newer originals: nothing is done, nothing said
    assert (
        source(course / "02_cell.ipynb") == "my answer" and "a run of it" in (course / "03_sequences.ipynb").read_text()
    )
    for name in ("02_cell", "03_sequences"):
        write(commands.NOTEBOOKS / f"{name}.ipynb", "two")
    capsys.readouterr()
    commands.copy_notebooks()
    assert source(course / "02_cell.ipynb") == "my answer" and source(course / "03_sequences.ipynb") == "two"
    assert "02_cell.ipynb has a newer original; yours is kept. The new one: make reset NB=02" in capsys.readouterr().out


def test_lab_keeps_what_it_knows_nothing_of(course):
    course.mkdir()
    (course / "02_cell.ipynb").write_text("no notebook")
    (course / ".originals.json").write_text("broken")
    commands.copy_notebooks()
    assert (course / "02_cell.ipynb").read_text() == "no notebook" and source(course / "03_sequences.ipynb") == "one"


def test_reset_puts_a_fresh_copy_and_keeps_the_learners(course, capsys):
    commands.copy_notebooks()
    for k in (1, 2):
        write(course / "02_cell.ipynb", f"answer {k}")
        commands.do("reset", "02")
        assert source(course / "02_cell.ipynb") == "one"
        assert source(course / f"02_cell.mine-{k}.ipynb") == f"answer {k}"
        assert f"Yours is kept as my_course/02_cell.mine-{k}.ipynb." in capsys.readouterr().out
    commands.do("reset", "02")  # nothing of one's own in it: no third file
    assert len(list(course.glob("02_cell*"))) == 3
    commands.copy_notebooks()
    assert "newer" not in capsys.readouterr().out


def test_reset_works_before_the_first_lab(course):
    commands.do("reset", "03")
    assert source(course / "03_sequences.ipynb") == "one"


@pytest.mark.parametrize(
    "names, words",
    [
        ((), "Which notebook? make reset NB=02, or python course.py reset 02; there are 02, 03."),
        (("9",), "No notebooks have a name that starts with '9'; there are 02, 03."),
        (("0",), "2 notebooks have a name that starts with '0'; there are 02, 03."),
    ],
)
def test_reset_says_what_it_needs(course, names, words):
    with pytest.raises(SystemExit) as caught:
        commands.do("reset", *names)
    assert str(caught.value) == words and not course.exists()


def test_links_lead_somewhere_from_the_copies_too():
    """A notebook's links name a notebook beside it, or start in the folder above."""
    for path in commands.originals():
        for target in re.findall(r"\]\(([^)#\s]+)|src=\\\"([^\"\\]+)", path.read_text("utf-8")):
            target = target[0] or target[1]
            beside = target.endswith(".ipynb") and "/" not in target
            assert beside or target.startswith(("../", "http", "data:")), f"{path.name}: {target}"


def test_git_and_the_style_check_leave_the_copies_alone(tmp_path):
    for folder in ("my_course", "notebooks"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "02_cell.ipynb", "one")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    (tmp_path / ".git").mkdir()
    ruff = Path(sys.executable).with_name("ruff")
    files = subprocess.run([ruff, "check", "--show-files", "."], cwd=tmp_path, capture_output=True, text=True).stdout
    assert "notebooks" in files and "my_course" not in files
