"""PyTorch is an extra: what happens where it is missing. Here it is hidden from each process that is asked."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lstm_notes import has_torch

ROOT = Path(__file__).resolve().parent.parent
ADVICE = "PyTorch is not installed; with %pip install torch this cell compares with it.\n"
# What finds Python's packages, blind for one of them.
HIDDEN = """
import sys
from importlib.machinery import PathFinder


class Blind(PathFinder):
    @classmethod
    def find_spec(cls, name, *where):
        return None if name == "torch" else super().find_spec(name, *where)


sys.meta_path[sys.meta_path.index(PathFinder)] = Blind
"""
# A torch that does nothing but be there: so both ways are tried on each machine.
TORCH = "__version__ = '2.0'\n"
CELL = "if has_torch():\n    import torch\n    print(f'found {torch.__version__[0]}')"


def surroundings(folder, there):
    """What a process needs to find a PyTorch, or none: each Python reads sitecustomize.py when it starts."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text("" if there else HIDDEN)
    if there:
        (folder / "torch.py").write_text(TORCH)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return kept | {"PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def compared(path, printed, source=CELL, tags=("torch",)):
    """A notebook of one cell that was saved with what it `printed`."""
    source = f"from lstm_notes import has_torch\n{source}"
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
    metadata = {"tags": list(tags)}
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=outputs, metadata=metadata)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


def test_found_or_said(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert has_torch() is False and capsys.readouterr().out == ADVICE
    monkeypatch.delitem(sys.modules, "torch")
    (tmp_path / "torch.py").write_text("raise SystemError('this was imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert has_torch() is True and capsys.readouterr().out == ""


@pytest.mark.parametrize("there", [True, False], ids=["there", "missing"])
def test_what_is_compared(tmp_path, there):
    """Where PyTorch is, every output; where it is not, all but those of cells with the tag, which are still run."""
    environment = surroundings(tmp_path / "start", there)
    compared(tmp_path / "as_saved.ipynb", "found 2\n")
    compared(tmp_path / "changed.ipynb", "found 3\n")
    compared(tmp_path / "no_tag.ipynb", "found 2\n", tags=())
    compared(tmp_path / "stops.ipynb", "found 2\n", source="1 / 0")
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "conftest", "-p", "no:cacheprovider", "-rA"]
    command += ["--rootdir", tmp_path, "-c", ROOT / "pyproject.toml", *sorted(tmp_path.glob("*.ipynb"))]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    failed = set(re.findall(r"^FAILED \S*?(\w+)\.ipynb", done.stdout, re.M))
    assert failed == {"stops", "changed" if there else "no_tag"}, done.stdout[-3000:]
    assert "2 passed" in done.stdout


def test_pytest_reads_conftest_for_one_notebook():
    """It stands at the root: a conftest.py in tests/ would not be read when one notebook is named."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", "notebooks/01_introduction.ipynb"]
    command += ["--trace-config", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert str(ROOT / "conftest.py") in done.stdout


@pytest.mark.parametrize("there", [True, False], ids=["there", "missing"])
def test_saved_only_where_pytorch_is(tmp_path, there):
    """A notebook without the tag is saved in any case."""
    environment, folder = surroundings(tmp_path / "start", there), tmp_path / "notebooks"
    folder.mkdir()
    compared(folder / "97_with.ipynb", "old\n")
    compared(folder / "98_plain.ipynb", "old\n", source="print('new')", tags=())
    program = (
        "import sys; from pathlib import Path; from tools import copies, notebooks\n"
        f"notebooks.ROOT, notebooks.NOTEBOOKS = Path({str(tmp_path)!r}), Path({str(folder)!r})\n"
        "copies.NOTEBOOKS = notebooks.NOTEBOOKS\nsys.argv = ['notebooks', 'save']\nnotebooks.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    saved = {path.stem: nbformat.read(path, 4).cells[0].outputs[0].text for path in folder.glob("*.ipynb")}
    assert saved == {"97_with": "found 2\n" if there else "old\n", "98_plain": "new\n"}, done.stdout + done.stderr
    sentence = "97_with: not saved; its cells with the tag torch need PyTorch, which is not installed\n"
    assert (sentence in done.stdout) != there and done.returncode == (0 if there else 1)
