import json

import nbformat
import numpy as np
import pytest

from lstm_notes import ClaimError, claim, collect_claims, largest_difference, ledger
from lstm_notes.course.claims import text_digest

TRUE = [
    (1.23456e-7, {"below": 1e-6}, "1.2e-07, below 1e-06"),
    (2, {"above": 1}, "2, above 1"),
    (np.float32(1), {"at_most": 1.0}, "1, at most 1"),
    (np.int64(3), {"at_least": 3}, "3, at least 3"),
    (0.2, {"between": (0.18, 0.22)}, "0.2, between 0.18 and 0.22"),
    (0.22, {"between": (0.18, 0.22)}, "0.22, between 0.18 and 0.22"),
    ((2, 3), {"equals": (2, 3)}, "equals [2, 3]"),
    (np.arange(3), {"equals": [0, 1, 2]}, "equals [0, 1, 2]"),
    ("no gaps", {"equals": "no gaps"}, "equals no gaps"),
    (5.678, {"above": 5, "unit": "times"}, "5.7 times, above 5"),
    (5.678, {"above": 5, "digits": 1}, "6, above 5"),
    (2.4e-8, {"below": 1e-6, "varies": "rounding"}, "below 1e-06"),
    (2.24, {"below": 3.0, "unit": "°C", "varies": "training"}, "below 3"),
    # A number that two digits would put beyond its bound is printed with more of them.
    (2.4961, {"below": 2.5}, "2.496, below 2.5"),
    (0.99951, {"between": (0.5, 0.9999)}, "0.9995, between 0.5 and 0.9999"),
    (1461.0, {"above": 3}, "1500, above 3"),
    (6.9e14, {"above": 1e6}, "6.9e+14, above 1e+06"),
    (float("inf"), {"above": 1e6}, "inf, above 1e+06"),
]
FALSE = [
    (1e-6, {"below": 1e-6}),
    (1, {"above": 1}),
    (1.1, {"at_most": 1.0}),
    (2, {"at_least": 3}),
    (0.179, {"between": (0.18, 0.22)}),
    (0.221, {"between": (0.18, 0.22)}),
    ((2, 4), {"equals": (2, 3)}),
    (2.0, {"below": 1.0, "varies": "rounding"}),
    *[(float("nan"), {kind: 1.0}) for kind in ("below", "above", "at_most", "at_least", "equals")],
    (float("nan"), {"between": (0, 1)}),
]


@pytest.mark.parametrize("measured, bound, printed", TRUE)
def test_true_claims_print_what_was_measured_and_the_bound(capsys, measured, bound, printed):
    claim("All is well", measured, **bound)
    assert capsys.readouterr().out == f"✓ All is well  [{printed}]\n"


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
        (("a", 1), {"between": 2}),
        (("a", 1), {"between": (2, 0)}),
        (("a", 1), {"between": (0, 1, 2)}),
        (("a", 1), {"below": (0, 2)}),
        (("a", 1), {"below": 2, "varies": "often"}),
    ],
)
def test_claims_that_say_nothing(arguments, bound):
    with pytest.raises(TypeError):
        claim(*arguments, **bound)


def test_ledger(tmp_path):
    records = [
        {"sentence": "A | B", "measured": 1.23456e-7, "bound": "below 1e-06", "unit": "°C", "varies": None},
        {"sentence": "Rounding", "measured": 2.4e-8, "bound": "below 1e-06", "unit": "", "varies": "rounding"},
    ]
    outputs = [nbformat.v4.new_output("display_data", metadata={"lstm_notes_claim": record}) for record in records]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("1", outputs=outputs), nbformat.v4.new_markdown_cell("text")]
    path = tmp_path / "01_one.ipynb"
    path.write_text(nbformat.writes(notebook))
    claims = collect_claims(tmp_path)
    assert claims == [record | {"notebook": "01_one"} for record in records]
    page = ledger(claims)
    assert "## 01_one" in page and "| A \\| B | below 1e-06 | 1.2e-07 °C |" in page and "Where they hold" not in page
    assert "| Rounding | below 1e-06 | (2.4e-08; rounding) |" in page
    json.dumps(claims)

    digest = text_digest(path)
    machines = {"versions": "NumPy", "notebooks": {"01_one": {"digest": digest, "same on": ["an abacus", "a loom"]}}}
    assert "| an abacus | 01_one |\n| a loom | 01_one |" in ledger(claims, machines, {"01_one": digest})
    notebook.cells[1].source = "another text"
    path.write_text(nbformat.writes(notebook))
    assert "| (not run since the last change) | 01_one |" in ledger(claims, machines, {"01_one": text_digest(path)})


def test_largest_difference_hides_nothing():
    assert largest_difference(np.float32([1, 2]), [1, 4]) == 2
    with pytest.raises(ClaimError):
        claim("Equal", largest_difference([1.0, np.nan], [1.0, 2.0]), below=1)
    with pytest.raises(ValueError, match="one shape is needed"):
        largest_difference(np.zeros((3, 1)), np.zeros(3))
