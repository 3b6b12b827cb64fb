"""The two diagrams of the course: what they say is what they were given, and nothing is cut off."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from lstm_notes.pictures.course_diagrams import MAP, course_map, three_sequences

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
WEATHER = ("weather", "day, and °C", [("01-01", "12.8"), ("01-02", "10.6")], "a number, in °C")
TEXT = (
    "text",
    "character, its number",
    [(letter, f"{k}") for k, letter in enumerate("Beauti")],
    "a probability for each",
)


def texts(drawing):
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)


def test_each_step_stands_in_the_picture_and_in_its_description():
    drawing = three_sequences([WEATHER, TEXT])
    for kind, unit, steps, asked in (WEATHER, TEXT):
        for words in (kind, unit, asked, *(word for step in steps for word in step)):
            assert words in texts(drawing) and words in drawing.description
    assert texts(drawing).count("?") == 2 and drawing.description.startswith("2 kinds of sequence. ")


@pytest.mark.parametrize("steps, count", [([], 0), ([("a", "b")] * 7, 7)])
def test_rows_without_steps_or_with_too_many_are_refused(steps, count):
    with pytest.raises(ValueError, match=rf"rows have \[{count}\] steps; at least one row of 1 to 6"):
        three_sequences([("weather", "°C", steps, "a number")])
    with pytest.raises(ValueError, match=r"rows have \[\] steps"):
        three_sequences([])


def test_the_map_shows_notebooks_that_are_there_in_their_order():
    there = {path.name.split("_")[0] for path in NOTEBOOKS.glob("*.ipynb")}
    numbers = [number for number, *_ in MAP]
    assert numbers == sorted(numbers) and set(numbers) <= there
    shown = texts(course_map())
    for number, name, first, second, _ in MAP:
        assert all(words in shown for words in (number, name, first, second))
        assert f"{number} {name}: {first} {second}" in course_map().description


def test_the_map_says_where_you_are():
    assert "you are here" not in texts(course_map())
    assert texts(course_map("05")).count("you are here") == 1
    assert course_map("05").description.endswith("You are in 05.")
    with pytest.raises(ValueError, match="here is '5'; one of 01, 02"):
        course_map("5")


def test_nothing_is_clipped_and_words_fit_their_boxes():
    for drawing in (three_sequences([WEATHER, TEXT]), course_map("01")):
        picture = imread(io.BytesIO(drawing.png))[:, :, :3]
        for edge in (picture[:6], picture[-6:], picture[:, :6], picture[:, -6:]):
            assert (edge > 0.99).all()
    # Between two boxes of the map, below its arrows, there is only paper.
    picture = imread(io.BytesIO(course_map().png))[:, :, :3]
    for k in range(3):
        left, right = 2 * (122 + 239 * k + 107), 2 * (122 + 239 * (k + 1) - 107)
        assert np.all(picture[184:280, left:right] > 0.99)
