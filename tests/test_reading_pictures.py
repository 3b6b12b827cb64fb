"""The pictures of notebooks 11 to 12b: they say what they show."""

import re

import numpy as np
import pytest

from lstm_notes.pictures import directions, letters


@pytest.fixture
def shown(monkeypatch):
    """What `show` and `display` are given, in place of a notebook."""
    found = []
    for module in (directions, letters):
        monkeypatch.setattr(module, "show", lambda figure, words: found.append((figure, words)))
    monkeypatch.setattr(letters, "display", found.append)
    return found


def test_two_directions_names_its_days():
    drawing = directions.two_directions(("Mon", "Tue"))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)
    assert texts.count("forward") == texts.count("backward") == 2 and {"Mon", "Tue", "h₁, 2 · units"} <= set(texts)
    assert "Mon, Tue" in drawing.description and "from Tue to Mon" in drawing.description


def test_what_is_seen_is_counted(shown):
    causal = np.tri(5)
    directions.seen({"one": causal, "all": np.ones((5, 5))})
    figure, words = shown.pop()
    assert "one: 0 of 10 fields above the diagonal moved; all: 10 of 10" in words
    image = figure.axes[0].images[0]
    assert image.get_array().shape == (5, 5) and (image.get_array() == np.where(causal, 0, -6)).all()


def test_attended_bars_are_the_weights(shown):
    values, weights = np.arange(20.0, 30.0), np.full(10, 0.05)
    weights[3] = 0.55
    directions.attended(values, weights, weights[::-1], unit="°C", moved=np.arange(10.0))
    figure, words = shown.pop()
    bars = [bar.get_height() for bar in figure.axes[1].patches]
    assert bars[:10] == weights.tolist() and bars[10:] == weights[::-1].tolist()
    for said in ("0.55, of day 4", "of the other weights 0.55, of day 7", "by 9.00 °C, without day 10", "share, 0.100"):
        assert said in words


def test_one_hot_names_characters_and_shares():
    drawing = letters.one_hot("ab", np.array([[0.5, -1.25, 0], [1, 2, 3.0]]), [66, 67], {"c": 0.75, " ": 0.2})
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)
    assert {"a", "b", "66", "67", "−1.25"} <= set(texts)
    assert "'a' is 66, 'b' is 67" in drawing.description and "'c' 0.75, ' ' 0.20" in drawing.description


def test_a_text_in_colours_keeps_its_letters(shown):
    letters.coloured('<a & "b"', [0.5, -1, 0, 0, 0, 0, 0, 1], "h of unit 3")
    bundle = shown.pop()
    spans = re.findall(r"<span[^>]*rgba\((.*?)\)\">(.*?)</span>", bundle["text/html"])
    assert [each for _, each in spans] == ["&lt;", "a", " ", "&amp;", " ", "&quot;", "b", "&quot;"]
    assert spans[0][0] == f"{letters.WARM}, 0.50" and spans[1][0] == f"{letters.COOL}, 1.00"
    assert bundle["text/plain"].startswith("h of unit 3: from -1.0 to 1.0")


def test_temperatures_are_bars_side_by_side(shown):
    letters.temperatures({"cold": np.array([0.9, 0.1]), "hot": np.array([0.5, 0.5])}, ["e", " "])
    figure, words = shown.pop()
    assert [bar.get_height() for bar in figure.axes[0].patches] == [0.9, 0.1, 0.5, 0.5]
    assert "cold: 0.90 for the likeliest; hot: 0.50" in words
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["e", "space"]
