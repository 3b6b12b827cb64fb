"""The set-up: what it says when it cannot, and that it does nothing twice and leaves nothing half done."""

import collections
import json
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


@pytest.mark.parametrize(
    "arguments, target, rest",
    [
        (("lab",), "my_course/00_start.md", []),
        (("lab", "5b", "--no-browser"), "my_course/05b_long_memory.ipynb", ["--no-browser"]),
        (("lab", "--no-browser"), "my_course/00_start.md", ["--no-browser"]),
        (("edit",), "notebooks/01_introduction.ipynb", []),
        (("edit", "06"), "notebooks/06_testing.ipynb", []),
    ],
)
def test_lab_opens_what_was_named(monkeypatch, arguments, target, rest):
    asked, copied = [], []
    monkeypatch.setattr(commands, "set_up", lambda: None)
    monkeypatch.setattr(commands, "run", asked.append)
    monkeypatch.setattr("tools.copies.update", lambda: copied.append(True))
    commands.do(*arguments)
    assert asked == [[commands.PYTHON, "-m", "tools.lab", target, *rest]]
    assert bool(copied) == (arguments[0] == "lab")


@pytest.mark.parametrize(
    "names, words",
    [(("99",), "There is no notebook '99'; there are 01, 02,"), (("05", "06"), "One notebook is opened")],
)
def test_a_wrong_name_is_told_before_the_set_up(monkeypatch, names, words):
    monkeypatch.setattr(commands, "set_up", lambda: pytest.fail("set up first"))
    with pytest.raises(SystemExit) as caught:
        commands.do("lab", *names)
    assert str(caught.value).startswith(words)


def test_jupyterlab_is_arranged_once(tmp_path):
    """In the workspace that it opens; what a reader changes there stays."""
    commands.arrange(tmp_path / "workspaces")
    workspaces = WorkspacesManager(str(tmp_path / "workspaces"))
    assert workspaces.load("default")["data"]["layout-restorer:data"]["left"]["collapsed"]
    changed = {"data": {"layout-restorer:data": {}}, "metadata": {"id": "default"}}
    workspaces.save("default", json.dumps(changed))
    commands.arrange(tmp_path / "workspaces")
    assert workspaces.load("default")["data"] == changed["data"]
