"""Python's help topics are another text in each release: cells with the tag `topics` are then run, and not compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lstm_notes.text import RECORDED, digest, load_topics
from tools.notebooks import lacking

ROOT = Path(__file__).resolve().parent.parent
OTHER = """
import sys, types
sys.modules["pydoc_data.topics"] = types.ModuleType("topics")
sys.modules["pydoc_data.topics"].topics = {"a": "One text.", "b": "Another text, of another release."}
"""
CLAIM = "from lstm_notes import claim\nclaim('One is more than two', 1, above=2)"


@pytest.mark.parametrize("other", [True, False])
def test_where_the_text_is_another_tagged_cells_are_only_run(tmp_path, other):
    """They pass with any output there, and stop where a claim is false; other cells are compared."""
    if other:
        (tmp_path / "sitecustomize.py").write_text(OTHER, encoding="utf-8")
    elif digest(load_topics()) != RECORDED:
        pytest.skip("this Python has another text itself")
    cases = {"tagged": ("print(1)", ["topics"]), "plain": ("print(1)", []), "a_false_claim": (CLAIM, ["topics"])}
    for name, (source, tags) in cases.items():
        cell = nbformat.v4.new_code_cell(source, execution_count=1, metadata={"tags": tags})
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="2\n")]
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "conftest", "-p", "no:cacheprovider", "-rA"]
    command += ["--rootdir", tmp_path, "-c", ROOT / "pyproject.toml", *sorted(tmp_path.glob("*.ipynb"))]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    failed = set(re.findall(r"^FAILED \S*?(\w+)\.ipynb", done.stdout, re.M))
    assert failed == ({"plain", "a_false_claim"} if other else set(cases)), done.stdout[-2000:]


def test_saved_only_where_the_text_is_the_recorded_one(monkeypatch):
    cell = nbformat.v4.new_code_cell("1", metadata={"tags": ["topics"]})
    tagged, plain = nbformat.v4.new_notebook(cells=[cell]), nbformat.v4.new_notebook()
    monkeypatch.setattr("tools.notebooks.load_topics", lambda: "another text")
    assert lacking(tagged) == f"topics read the text {RECORDED}; this Python ships {digest('another text')}"
    assert lacking(plain) is None
