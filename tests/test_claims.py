import json

import nbformat
import numpy as np
import pytest

from lstm_notes import ClaimError, claim, collect_claims, largest_difference, ledger

TRUE = [
    (1e-7, {"below": 1e-6}),
    (2, {"above": 1}),
    (np.float32(1), {"at_most": 1.0}),
    (np.int64(3), {"at_least": 3}),
    ((2, 3), {"equals": (2, 3)}),
    (np.arange(3), {"equals": [0, 1, 2]}),
    ("no gaps", {"equals": "no gaps"}),
]
FALSE = [
    (1e-6, {"below": 1e-6}),
    (1, {"above": 1}),
    (1.1, {"at_most": 1.0}),
    (2, {"at_least": 3}),
    ((2, 4), {"equals": (2, 3)}),
    *[(float("nan"), {kind: 1.0}) for kind in ("below", "above", "at_most", "at_least", "equals")],
]


@pytest.mark.parametrize("measured, bound", TRUE)
def test_true_claims_print_the_bound_alone(capsys, measured, bound):
    claim("All is well", measured, **bound)
    printed = capsys.readouterr().out
    assert printed.startswith("✓ All is well  [measured: ") and "1e-07" not in printed


@pytest.mark.parametrize("measured, bound", FALSE)
def test_false_claims_stop(capsys, measured, bound):
    with pytest.raises(ClaimError, match="not true here: All is well"):
        claim("All is well", measured, **bound)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments, bound",
    [
        (("a", 1), {}),
        (("a", 1), {"below": 2, "above": 0}),
        (("a", 1), {"near": 2}),
        (("", 1), {"below": 2}),
        (("a", "one"), {"below": 2}),
        (("a", True), {"below": 2}),
        (("a", {1}), {"equals": 1}),
    ],
)
def test_claims_that_say_nothing(arguments, bound):
    with pytest.raises(TypeError):
        claim(*arguments, **bound)


def test_ledger(tmp_path):
    notebook = nbformat.v4.new_notebook()
    record = {"sentence": "A | B", "measured": 1.23456e-7, "bound": "below 1e-06"}
    output = nbformat.v4.new_output("display_data", metadata={"lstm_notes_claim": record})
    notebook.cells = [nbformat.v4.new_code_cell("1", outputs=[output]), nbformat.v4.new_markdown_cell("text")]
    (tmp_path / "01_one.ipynb").write_text(nbformat.writes(notebook))
    claims = collect_claims(tmp_path)
    assert claims == [record | {"notebook": "01_one"}]
    page = ledger(claims)
    assert "## 01_one" in page and "| A \\| B | below 1e-06 | 1.2e-07 |" in page
    json.dumps(claims)


def test_largest_difference_hides_nothing():
    assert largest_difference(np.float32([1, 2]), [1, 4]) == 2
    with pytest.raises(ClaimError):
        claim("Equal", largest_difference([1.0, np.nan], [1.0, 2.0]), below=1)
    with pytest.raises(ValueError, match="one shape is needed"):
        largest_difference(np.zeros((3, 1)), np.zeros(3))
