"""What nbval does not look at: how the notebooks were saved, their pictures, and whether nbval itself would object."""

import ast
import base64
import io
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread

from lstm_notes import collect_claims
from tools.notebooks import claims_page, clean

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Keras is what these compare with; the others must run without it.
WITH_KERAS = {"02", "03", "04", "05", "06", "07", "09", "10", "11"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


def test_saved_from_one_clean_run(notebook):
    nbformat.validate(notebook)
    assert [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1))
    assert notebook.metadata.kernelspec.name == "python3" and "widgets" not in notebook.metadata
    for output in (output for cell in code(notebook) for output in cell.outputs):
        assert output.output_type != "error" and output.get("name") != "stderr"
        text = "".join([output.get("text", ""), *(v for k, v in output.get("data", {}).items() if k == "text/plain")])
        assert not re.search(r"0x[0-9a-f]{8,}", text)


def test_what_a_busy_machine_prints_in_pieces_is_saved_in_one():
    def printed(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    picture = nbformat.v4.new_output("display_data", data={"text/plain": "a picture"})
    pieces = [printed("a\n"), printed("b\n"), printed("c"), printed("!", "stderr"), picture, printed("d"), printed("e")]
    cells = [nbformat.v4.new_code_cell("", outputs=pieces), nbformat.v4.new_markdown_cell("words")]
    saved = clean(nbformat.v4.new_notebook(cells=cells), outputs=True)
    nbformat.validate(saved)
    assert saved.cells[0].outputs == [printed("a\nb\nc"), printed("!", "stderr"), picture, printed("de")]


def test_pictures_are_pictures_and_described(notebook):
    for output in (output for cell in code(notebook) for output in cell.outputs):
        data = output.get("data", {})
        if "image/png" in data or "<img" in data.get("text/html", ""):
            (alt,) = re.findall(r'<img alt="([^"]+)" src="data:image/png;base64,', data["text/html"])
            assert len(alt) > 40
            picture = imread(io.BytesIO(base64.b64decode(data["image/png"])))
            assert picture.shape[0] > 100 and picture.shape[1] > 300
            assert len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 20  # more than a blank page


def test_cells_are_short(notebook):
    lengths = [len(cell.source.splitlines()) for cell in code(notebook)]
    assert statistics.median(lengths) <= 5 and np.percentile(lengths, 95) <= 20
    assert max(len(line) for cell in code(notebook) for line in cell.source.splitlines()) <= 100


def test_opens_asks_and_ends(notebook):
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    for word in ("**The question.**", "**Afterwards you can**", "**Time**"):
        assert word in prose[0]
    asked = [k for k, cell in enumerate(notebook.cells) if "**Predict.**" in cell.source]
    assert len(asked) >= 5
    for k in asked:  # the answer is folded away, at once or after what shows it
        assert any("<details><summary>" in cell.source for cell in notebook.cells[k : k + 4]), notebook.cells[k].source
    assert any("## What to remember" in cell for cell in prose[-2:])


# What the report says is quoted word for word, and every quotation names its section.
REPORT = re.sub(r"[^a-z0-9]", "", (ROOT / "REPORT.md").read_text("utf-8").lower())
QUOTING = ("01", "02", "03", "04")


def test_the_report_is_quoted_with_its_section(path, notebook):
    if path.name[:2] not in QUOTING:
        return
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    quotations = re.findall(r"(?:^>.*\n?)+", text, re.M)
    assert quotations
    for quotation in quotations:
        words, section = re.fullmatch(
            r"(.*)\*\(Report, section (\d)\)\*", quotation.replace("\n> ", " ").strip("> \n")
        ).groups()
        for sentence in re.split(r"(?<=[.:]) ", words):
            assert re.sub(r"[^a-z0-9]", "", sentence.lower()) in REPORT, sentence
        assert f"\n{section}. " in (ROOT / "REPORT.md").read_text("utf-8")


def test_earlier_notebooks_are_recalled(path, notebook):
    """Three short questions about earlier ones stand at the beginning, each with its answer."""
    if path.name[:2] in ("02", "03", "04", "05", "06"):
        recall = notebook.cells[1].source
        assert recall.startswith("**Three questions from ")
        assert len(re.findall(r"<details><summary>[^<]+\?</summary>\n\n\S.*?\n\n</details>", recall, re.S)) == 3


def test_only_some_may_load_keras(path, notebook):
    if path.name[:2] not in WITH_KERAS:
        text = "\n".join(cell.source for cell in code(notebook))
        assert not re.search(r"load_keras|KerasForecaster|tensorflow", text)


def mentions_torch(source):
    """Whether a cell's code has a name with torch in it; importing `has_torch` is none."""
    code = ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", source, flags=re.M))
    names = (getattr(node, part, None) for node in ast.walk(code) for part in ("id", "attr", "module", "name"))
    imported = sum(isinstance(node, ast.alias) and node.name == "has_torch" for node in ast.walk(code))
    return sum("torch" in name for name in names if isinstance(name, str)) > imported


def is_one_if_torch(source):
    """Whether a cell is one `if has_torch():`, and nothing else."""
    first, *others = ast.parse(source).body or [None]
    return not others and isinstance(first, ast.If) and not first.orelse and ast.unparse(first.test) == "has_torch()"


@pytest.mark.parametrize(
    "source, mentions, one",
    [
        ("if has_torch():\n    import torch", True, True),
        ("if has_torch():\n    from torch import nn\n    nn.LSTM(1, 2)", True, True),
        ("if has_torch():\n    print(module(x))", True, True),
        ("if has_torch():\n    weights.to_torch(module)\nprint(1)", True, False),
        ("if has_torch():\n    torch.ones(1)\nelse:\n    1", True, False),
        ("import torch", True, False),
        ("from torch.nn import LSTM", True, False),
        ("from lstm_notes import has_torch\nprint('PyTorch, import torch')", False, False),
    ],
)
def test_cells_with_torch_are_known(source, mentions, one):
    assert (mentions_torch(source), is_one_if_torch(source)) == (mentions, one)


def test_pytorch_is_asked_for_first(notebook):
    """Each cell that uses PyTorch is one `if has_torch():`, and has the tag by which conftest.py knows it."""
    for cell in code(notebook):
        tagged = "torch" in cell.metadata.get("tags", [])
        assert mentions_torch(cell.source) == tagged == (tagged and is_one_if_torch(cell.source)), cell.source


def test_ledger_is_what_the_notebooks_say():
    assert (ROOT / "CLAIMS.md").read_text("utf-8") == claims_page()


def test_claims_are_whole_sentences(path):
    claims = [entry["sentence"] for entry in collect_claims([path])]
    assert len(claims) >= 8 and len(set(claims)) == len(claims)
    for sentence in claims:  # no fragment with a unit or the name of a number behind it, as "MAE: largest, °C"
        assert sentence.count(" ") >= 3 and not re.search(r"(, °C|, share|, times|: [^ ]+)$", sentence), sentence


# ---------------------------------------------------------------------------------------------------------------
# The gate itself: notebooks that are broken on purpose have to fail.

GOOD = (
    "from lstm_notes import claim\nclaim('Two is more than one', 2, above=1)",
    "✓ Two is more than one  [2, above 1]",
)
BROKEN = {
    "a_false_claim": ("from lstm_notes import claim\nclaim('One is more than two', 1, above=2)", ""),
    "another_output": (GOOD[0], "✓ Two is more than one  [2, above 0]"),
    "a_changed_digit": (GOOD[0], "✓ Two is more than one  [3, above 1]"),
    "an_error": ("1 / 0", ""),
    "stderr": ("import sys\nprint('noise', file=sys.stderr)", ""),
    "another_description": (
        "from lstm_notes.pictures import plots\nplots.show(plots.axes()[0], 'What is seen')",
        "What was seen once",
    ),
}


def test_the_gate_stops_broken_notebooks(tmp_path):
    for name, (source, expected) in (BROKEN | {"good": GOOD}).items():
        outputs = [nbformat.v4.new_output("display_data", {"text/plain": expected})] if expected else []
        cells = [nbformat.v4.new_code_cell(source, execution_count=1, outputs=outputs)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ROOT,
        "-c",
        ROOT / "pyproject.toml",
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run([*command, "-n0", tmp_path, "-rA"], cwd=ROOT, capture_output=True, text=True, env=environment)
    failed = set(re.findall(r"^FAILED \S*?(\w+)\.ipynb", done.stdout, re.M))
    assert failed == set(BROKEN), done.stdout[-3000:]
    assert "1 passed" in done.stdout and done.returncode == 1
