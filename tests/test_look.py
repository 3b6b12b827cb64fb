"""The vocabulary of colours, held to measures: distance under three kinds of colour blindness, contrast on white."""

import itertools

import numpy as np
import pytest

from lstm_notes import History, LSTMWeights, load_weather
from lstm_notes.pictures import plots
from lstm_notes.pictures.palette import DARK_FAINT, DARK_INK, DARK_PAGE, FAINT, GATES, INK, LOOK, PAGE, PARTS, SERIES

# Machado, Oliveira and Fernandes 2009 (IEEE Transactions on Visualization and Computer Graphics 15), full severity.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(color):
    values = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    t = np.array(matrix) @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    """WCAG 2's contrast ratio."""
    bright, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def smallest_distance(names, matrix, page):
    seen = {name: lab(np.array(matrix) @ linear(getattr(LOOK[name], page))) for name in names}
    return min((np.linalg.norm(seen[a] - seen[b]), a, b) for a, b in itertools.combinations(names, 2))


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("names, least", [(GATES, 20), (SERIES, 20), (PARTS, 15)], ids=["gates", "series", "parts"])
@pytest.mark.parametrize("page", ["color", "dark"])
def test_colours_can_be_told_apart(sight, names, least, page):
    distance, one, other = smallest_distance(names, SIGHT[sight], page)
    assert distance >= least, f"{one} and {other} under {sight}: {distance:.1f}"


@pytest.mark.parametrize("name", LOOK)
def test_colours_can_be_read(name):
    look = LOOK[name]
    for color, tint, ink, page in (
        (look.color, look.tint, INK, PAGE),
        (look.dark, look.dark_tint, DARK_INK, DARK_PAGE),
    ):
        assert contrast(color, page) >= 4.5  # as text
        assert contrast(ink, tint) >= 7  # ink on its area


def test_faint_lines_can_be_seen():
    assert contrast(FAINT, PAGE) >= 4.5 and contrast(DARK_FAINT, DARK_PAGE) >= 4.5


def test_the_measure_knows_a_bad_pair():
    """Red and green of one lightness are the classic: far apart, but not for the colour-blind."""
    red, green = "#a05a00", "#6b7000"
    apart = [
        np.linalg.norm(lab(np.array(SIGHT[s]) @ linear(red)) - lab(np.array(SIGHT[s]) @ linear(green))) for s in SIGHT
    ]
    assert apart[0] > 25 and apart[1] < 15


def test_nothing_is_said_by_colour_alone():
    for names in (GATES, PARTS):
        assert len({LOOK[name].symbol for name in names}) == len(names)
    for names in (GATES, SERIES):
        assert len({LOOK[name].dash for name in names}) == len(names)
        assert len({LOOK[name].marker for name in names}) == len(names)


def test_axes_say_what_they_measure(monkeypatch):
    """Every axis of every plot has words: a label, or ticks that are words or dates."""
    shown = []
    monkeypatch.setattr(plots, "show", lambda figure, description, *file: shown.append((figure, description)))
    weather = load_weather()[:50]
    history = History(loss=[2.0, 1.0], validation_loss=[3.0, 2.5], best_epoch=2)
    plots.lines({"C": [1.0, 2.0], "own": [2.0, 3.0]})
    plots.states(np.random.default_rng(0).normal(size=(5, 3)), np.ones((5, 3)))
    plots.weights(LSTMWeights.initial(2, 3))
    plots.errors({"day 1": {"LSTM": np.array([1.0, 2.0]), "persistence": 3.0}}, unit="°C")
    plots.losses(history)
    plots.forecasts(weather["date"], weather["temp_max"], {"LSTM": weather["temp_max"]}, unit="°C")
    public = [name for name, thing in vars(plots).items() if getattr(thing, "__module__", "") == plots.__name__]
    assert len(shown) == len([name for name in public if name not in ("axes", "show", "_line")])
    for figure, description in shown:
        assert len(description) > 50
        for ax in figure.axes:
            for axis in (ax.xaxis, ax.yaxis):
                ticks = [label.get_text() for label in axis.get_ticklabels()]
                words = any(any(letter.isalpha() for letter in tick.replace("−", "")) for tick in ticks)
                bar = not ticks or not axis.get_visible() or (ax.get_label() == "<colorbar>" and axis is ax.xaxis)
                dates = type(axis.get_major_locator()).__name__ == "AutoDateLocator"
                assert axis.get_label_text() or words or bar or dates, description
