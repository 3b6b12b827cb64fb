"""The committed figures are what the code draws, and each says in words what it shows."""

import io
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from tools import figures

TOLERANCE = 3e-4  # of the PNG's values between 0 and 1, on average: a new label is above it
FOLDER = Path(__file__).resolve().parent.parent / "figures"


@pytest.fixture(scope="module")
def drawings():
    return figures.draw()


@pytest.mark.parametrize("name", figures.NOTEBOOKS)
def test_committed_figures_are_what_the_code_draws(drawings, name):
    assert (FOLDER / f"{name}.svg").read_text("utf-8") == drawings[name].svg
    committed, drawn = imread(FOLDER / f"{name}.png"), imread(io.BytesIO(drawings[name].png))
    assert committed.shape == drawn.shape
    assert np.abs(committed - drawn).mean() < TOLERANCE


def test_a_changed_figure_would_be_seen(drawings):
    drawing = figures.diagrams.cell_structure()
    before = imread(io.BytesIO(drawing.png))
    changed = figures.diagrams.cell_structure()
    changed.box(460, 210, 60, 60, "f", "new")
    assert changed.svg != drawing.svg
    assert np.abs(imread(io.BytesIO(changed.png)) - before).mean() > TOLERANCE


def test_the_forecasts_picture_is_what_the_code_draws(tmp_path):
    """To the letter in its words; its curves, of six digits each, to a thousandth of a point."""
    figures.draw_forecast(tmp_path / "forecast.svg")
    texts = [path.read_text("utf-8") for path in (FOLDER / "forecast.svg", tmp_path / "forecast.svg")]
    paths = [" ".join(re.findall(r' d="([^"]+)"', text)) for text in texts]
    words = [re.sub(r' d="[^"]+"| (?:x|y|cx|cy|transform)="[^"]+"', "", text) for text in texts]
    assert words[0] == words[1]
    numbers = [np.array(re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", path), "float64") for path in paths]
    np.testing.assert_allclose(numbers[0], numbers[1], atol=1e-3)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_every_saved_figure_has_words(path):
    root = ElementTree.fromstring(path.read_text("utf-8"))
    title, description = (root.find(f"{{http://www.w3.org/2000/svg}}{tag}").text for tag in ("title", "desc"))
    assert len(title) > 5 and len(description) > 100


@pytest.mark.parametrize("name", figures.NOTEBOOKS)
def test_every_drawing_has_words(drawings, name):
    root = ElementTree.fromstring(drawings[name].svg)
    title, description = (root.find(f"{{http://www.w3.org/2000/svg}}{tag}").text for tag in ("title", "desc"))
    assert (title, description) == (drawings[name].title, drawings[name].description)
    shown = drawings[name]._repr_mimebundle_()
    assert re.match(r'<img alt="[^"]{100,}" src="data:image/png', shown["text/html"])


@pytest.mark.parametrize("name", figures.NOTEBOOKS)
def test_nothing_is_clipped(drawings, name):
    """Ink stays away from the edges, so no label is cut off."""
    picture = imread(io.BytesIO(drawings[name].png))[:, :, :3]
    for edge in (picture[:6], picture[-6:], picture[:, :6], picture[:, -6:]):
        assert (edge > 0.99).all()


def test_gallery_is_what_the_code_writes(drawings):
    assert (FOLDER / "README.md").read_text("utf-8") == figures.gallery(drawings)
