"""The picture of notebook 07: its dots stand where the numbers say."""

import re

import numpy as np
import pytest

from lstm_notes.pictures import diagrams
from lstm_notes.pictures.svg import format_number


@pytest.mark.parametrize("scale", [1e-6, 1.0, 37.0, 1e4])
def test_myth_against_fact(scale):
    wrong, right = scale * np.array([4.2, 5.9, 5.0]), scale * np.array([2.1, 0.0])
    d = diagrams.myth_against_fact({
        "One.": ("MAE, °C", ("as the myth", wrong), ("as it is", right)),
        "Two.": ("change", ("carried", right), ("reset", [0.0])),
    })  # fmt: skip
    scale = re.search(r'data-scale="([^"]+)"', d.svg).group(1)
    left, _, width, _, low, high, *_ = map(float, scale.split())
    assert low == 0 and high >= wrong.max() > high / 2.5
    dots = [float(x) for x in re.findall(r'<circle [^>]*cx="([^"]+)"', d.svg)]
    np.testing.assert_allclose(dots[:5], left + width * np.r_[wrong, right] / high, atol=0.1)
    assert len(dots) == 8 and "nan" not in d.svg
    assert "“One.” MAE, °C; as the myth: " in d.description and d.description.endswith("reset: 0.00.")
    assert f"as it is: {', '.join(map(format_number, right))}; “Two.”" in d.description


def test_all_zero_has_an_axis():
    d = diagrams.myth_against_fact({"None.": ("change", ("myth", [0.0]), ("fact", [0.0]))})
    assert "nan" not in d.svg and "inf" not in d.svg
