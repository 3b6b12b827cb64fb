"""The explorer of windows: its picture against make_windows, its state's limits, its words."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from lstm_notes import load_weather, make_windows, toy_days
from lstm_notes.explorers import WindowsExplorer
from tests.pictures import texts

ROWS, CELLS, Y_CELLS = 5, {False: 7, True: 3}, 3  # as in windows.js; narrow or not
RNG = np.random.default_rng(0)
WEATHER = load_weather()
STATES = [
    (toy_days(11), {}),
    (toy_days(11), {"look_back": 3, "position": 7}),
    (toy_days(11), {"look_back": 10, "horizon": 1}),
    (toy_days(11), {"look_back": 1, "horizon": 2, "stride": 4, "position": 2}),
    (toy_days(2), {}),
    (WEATHER["temp_max"], {"look_back": 14, "horizon": 3, "position": 700}),
    (WEATHER["temp_max"], {"look_back": 60, "horizon": 30, "stride": 60, "position": 22}),
    (WEATHER["temp_max"], {"look_back": 1460}),
    (RNG.normal(size=90) * 1e4, {"look_back": 20, "stride": 7, "position": 3}),
]


def shown(explorer, narrow=False):
    return texts(explorer, narrow, several=("headline", "formula", "asked"))


def ends(values, most):
    return values if len(values) <= most else [*values[: most // 2], None, *values[-(most // 2) :]]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("series, state", STATES)
def test_the_rows_shown_are_those_of_make_windows(series, state, narrow):
    explorer = WindowsExplorer(series, **state)
    X, y = make_windows(series, explorer.look_back, explorer.horizon, explorer.stride)
    assert all(np.array_equal(*pair) for pair in zip(explorer.windows, (X, y)))
    texts, parts = shown(explorer, narrow), explorer.drawing(narrow).parts
    heights = dict(zip(explorer.words, np.frombuffer(explorer.heights, "<f4")))
    assert texts["X"].endswith(str(X.shape)) and texts["y"].endswith(str(y.shape)) and explorer.count == len(X)
    assert texts["formula"].endswith(f" = {len(X)} window{'s' * (len(X) > 1)}")
    listed = [k for k in range(ROWS) if f"window-{k}" in texts]
    assert len(listed) == min(ROWS, len(X))
    for k in listed:
        mark, number = re.fullmatch(r"(▶ )?(?:window )?(\d+)", texts[f"window-{k}"]).groups()
        assert bool(mark) == (int(number) == explorer.position)
        for name, most, row in (("x", CELLS[narrow], X[int(number), :, 0]), ("y", Y_CELLS, y[int(number)])):
            cells = [texts[f"cell-{name}-{k}-{j}"] for j in range(most) if f"cell-{name}-{k}-{j}" in texts]
            for j, (cell, value) in enumerate(zip(cells, ends(list(row), most), strict=True)):
                assert cell == "…" if value is None else abs(float(cell.replace("−", "-")) - value) <= 0.5
                high = 0 if value is None else 22 * heights[cell]
                assert abs(parts[f"bar-{name}-{k}-{j}"]["height"] - high) < 0.01  # as high as the value
    svg = explorer.drawing(narrow).svg
    assert not re.search('nan|NaN|Infinity|undefined|"None"', svg)


def test_values_are_written_with_the_digits_they_have():
    assert WindowsExplorer(toy_days(3)).words == ["1", "2", "3"]
    assert WindowsExplorer([1.5, -2.0]).words == ["1.5", "−2.0"]
    assert WindowsExplorer([1e-5, -2e-12]).words == ["1.0e−5", "−2.0e−12"]
    assert max(map(len, WindowsExplorer(RNG.normal(size=50) * 1e-5 + 9e4).words)) <= 8


@pytest.mark.parametrize("scale", [1e-300, 1.0, 5e307])
def test_the_curve_stays_in_its_frame_whatever_the_scale(scale):
    explorer = WindowsExplorer(np.linspace(-3, 3, 30) * scale)
    heights = np.frombuffer(explorer.heights, "<f4")
    assert heights.min() == np.float32(0.08) and heights.max() == np.float32(0.92)
    assert np.ptp(np.frombuffer(WindowsExplorer([5, 5, 5]).heights, "<f4")) == 0


@pytest.mark.parametrize("series, state", STATES)
def test_how_often_each_day_is_asked_for(series, state):
    explorer = WindowsExplorer(series, **state)
    days = np.arange(len(series))
    targets = make_windows(days, explorer.look_back, explorer.horizon, explorer.stride)[1]
    assert explorer.ask("asked") == [(targets == day).sum() for day in days[explorer.look_back :]]


@pytest.mark.parametrize("series, state", STATES)
def test_bars_show_how_often_the_days_in_the_picture_are_asked_for(series, state):
    explorer = WindowsExplorer(series, **state)
    bars = re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", explorer.drawing().parts["asked-bars"]["d"])
    heights = np.array([float(low) - float(high) for _, low, high in bars])
    first, days = explorer.ask("view", 60)
    times = np.array(explorer.ask("asked"))[max(first - explorer.look_back, 0) : first + days - explorer.look_back]
    assert np.allclose(heights, 22 * times / max(*explorer.ask("asked"), 2), atol=0.11)


def test_the_tasks_answer():
    """The task: a horizon of 2 or more, each day after the first window asked for once."""
    explorer = WindowsExplorer(toy_days(11), look_back=3, horizon=2)
    assert set(explorer.ask("asked")) == {1, 2}
    explorer.stride = 2
    assert set(explorer.ask("asked")) == {1} and shown(explorer)["asked"].endswith("is asked for (in y) once")


@pytest.mark.parametrize(
    "horizon, stride, words",
    [
        (1, 1, "once"),
        (2, 1, "1 to 2 times"),
        (3, 3, "once; 2 days at the end are too few for a window"),
        (7, 7, "once; 1 day at the end is too few for a window"),
        (1, 3, "0 to 1 times; 1 day at the end is too few for a window"),
    ],
)
def test_days_at_the_end_are_named_apart(horizon, stride, words):
    explorer = WindowsExplorer(toy_days(11), look_back=3, horizon=horizon, stride=stride)
    assert explorer.ask("often") == words
    for narrow in (False, True):
        assert shown(explorer, narrow)["asked"] == f"each day after the first window is asked for (in y) {words}"
    longest = WindowsExplorer(WEATHER["temp_max"], horizon=19, stride=60).drawing(narrow=True).parts
    assert (
        longest["asked-1"]["words"].endswith("59 days at the end are too few for a window") and "asked-2" not in longest
    )


def test_the_present_window_is_framed():
    explorer = WindowsExplorer(toy_days(11), look_back=3, horizon=2, position=4)  # Days 5–7 → Days 8–9
    parts = explorer.drawing().parts
    frames = {name: (parts[name]["x"], parts[name]["x"] + parts[name]["width"]) for name in ("window", "target")}
    day = 830 / 11
    assert np.allclose(frames["window"], (60 + 4 * day, 60 + 7 * day), atol=0.01)
    assert np.allclose(frames["target"], (60 + 7 * day, 60 + 9 * day), atol=0.01)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("series, state", STATES)
def test_the_window_is_in_the_picture(series, state, narrow):
    """All of it, wherever it lies, and while it is dragged."""
    explorer = WindowsExplorer(series, **state)
    held = {"name": "slide", "state": {name: getattr(explorer, name) for name in ("words", *explorer.state())}}
    for position in {0, min(3, explorer.count - 1), explorer.count // 2, explorer.count - 1}:
        explorer.position = position
        at, reach = position * explorer.stride, explorer.look_back + explorer.horizon
        for more in ([], [held]):
            parts = {part["data-part"]: part for _, part, _ in explorer.ask("scene", narrow, *more)["elements"]
                     if "data-part" in part}  # fmt: skip
            days = len(re.findall("[ML]", parts["days"]["d"]))
            width = sum(parts[name]["width"] for name in ("window", "target"))
            assert np.isclose(width, parts["series"]["width"] * reach / days, atol=0.02) and reach <= days
            handle = parts["touch-slide"]
            assert np.isclose(handle["x"], parts["window"]["x"]) and np.isclose(handle["width"], width, atol=0.02)
            assert at + reach <= len(series)


def test_what_is_seen_stays_while_the_window_is_dragged():
    explorer = WindowsExplorer(WEATHER["temp_max"], look_back=30, position=100)
    held = {"name": "slide", "state": {name: getattr(explorer, name) for name in ("words", *explorer.state())}}

    def left(*more):
        drawn = explorer.ask("scene", False, *more)["elements"]
        return next(part["x"] for _, part, _ in drawn if part.get("data-part") == "window")

    day, begun = 830 / 60, left()
    explorer.position = 104
    assert np.isclose(left(held), begun + 4 * day, atol=0.02) and np.isclose(left(), begun + 4 * day, atol=0.02)
    explorer.position = 115
    explorer.position = 109
    assert np.isclose(left(held), left(), atol=0.02)
    explorer.position = 115
    assert np.isclose(left(held), begun + 15 * day, atol=0.02)
    assert np.isclose(left(), begun - 5 * day, atol=0.02)  # let go, the picture has moved on, by a third


def test_the_picture_stays_while_the_window_grows():
    """Its left edge is dragged, or its target's right edge: let go, both are where they were."""
    seen = set()
    for look_back, horizon in [(each, 1) for each in range(1, 36)] + [(30, each) for each in range(1, 16)]:
        explorer = WindowsExplorer(WEATHER["temp_max"], look_back=look_back, horizon=horizon, position=130 - look_back)
        seen.add(tuple(explorer.ask("view", 60)))
    assert seen == {(90, 60)}


def test_the_rows_stay_when_one_of_them_is_pressed():
    explorer = WindowsExplorer(WEATHER["temp_max"], look_back=30)

    def listed():
        texts = shown(explorer)
        return [texts[f"strip-{r}"] for r in range(ROWS)]

    for position in (0, 101, 1424):
        explorer.position = position
        rows = listed()
        assert str(position) in rows
        for row in rows:
            explorer.position = int(row)
            assert listed() == rows


@pytest.mark.parametrize("narrow", [False, True])
def test_a_window_that_leaves_the_picture_is_open_there(narrow):
    explorer = WindowsExplorer(WEATHER["temp_max"], look_back=30, stride=20, position=5)
    parts, cut = explorer.drawing(narrow).parts, set()
    first, days = explorer.ask("view", 30 if narrow else 60)
    for r in range(ROWS):
        k = int(parts[f"strip-{r}"]["words"])
        for name, begin, length in (("x", 20 * k, 30), ("y", 20 * k + 30, 1)):
            part = parts.get(f"strip-{name}-{r}")
            assert (part is not None) == (begin < first + days and begin + length > first)
            if part is None:
                continue
            whole = first <= begin and begin + length <= first + days
            assert part["tag"] == ("rect" if whole else "path")
            if not whole:  # its open side is at the picture's
                at, frame = float(part["d"].split()[1]), parts["series"]
                assert np.isclose(at, frame["x"] + frame["width"] * (begin >= first), atol=0.1)
                cut.add(begin < first)
    assert cut


def test_the_axis_names_the_ends_and_round_numbers():
    parts = WindowsExplorer(WEATHER["temp_max"]).drawing().parts
    ticks = {part["words"]: part["y"] for name, part in parts.items() if name.startswith("series-ytick")}
    assert list(ticks) == ["−1.6", "35.6", "10", "20", "30"]
    values = np.array([-1.6, 35.6, 10, 20, 30])
    places = np.array([*ticks.values()])
    assert np.allclose(places, places[0] - (values + 1.6) / 37.2 * (places[0] - places[1]), atol=0.02)
    assert np.diff(np.sort(places)).min() > 13


def test_stride_is_named_wherever_there_is_room():
    """Beside the window or in it."""
    for look_back, narrow in ((30, False), (30, True), (14, True), (58, False)):
        explorer = WindowsExplorer(WEATHER["temp_max"], look_back=look_back, position=100)
        assert shown(explorer, narrow)["stride"] == "stride 1" and "stride-line" in explorer.drawing(narrow).parts


def test_a_state_is_drawn_again():
    explorer = WindowsExplorer(WEATHER["temp_max"], look_back=20, horizon=4, stride=3, position=50)
    again = WindowsExplorer(WEATHER["temp_max"], **explorer.state())
    assert again.drawing().elements == explorer.drawing().elements


def test_position_stays_among_the_windows():
    explorer = WindowsExplorer(toy_days(11), position=7)
    explorer.horizon = 4
    assert (explorer.count, explorer.position) == (5, 4)
    explorer.stride = 20
    assert (explorer.count, explorer.position) == (1, 0)


def test_the_still_says_what_it_shows():
    names = WEATHER["date"]
    explorer = WindowsExplorer(WEATHER["temp_max"], unit="°C", names=names, look_back=2, horizon=1, position=1)
    words = explorer.drawing().description
    first, last, target = WEATHER["temp_max"][1:4]
    for part in (
        "1461 days, in °C,",
        "look_back 2, horizon 1, stride 1",
        "1461 − 2 − 1 + 1 = 1459 windows",
        f"2012-01-02 to 2012-01-03 with the values {first}, {last};",
        f"asks for 2012-01-04: {target}.",
        "X has shape (1459, 2, 1), y (1459, 1)",
    ):
        assert part in words
    assert "Days 8–10 with the values 8, 9, 10; it asks for Day 11: 11" in (
        WindowsExplorer(toy_days(11), position=7).drawing().description
    )


def test_long_names_are_shortened():
    explorer = WindowsExplorer([1, 2, 3], names=["a" * 30, "b", "c"])
    assert explorer.names == ["a" * 11 + "…", "b", "c"]


@pytest.mark.parametrize(
    "error, words, series, more",
    [
        (ValueError, r"series has shape \(2, 2\), 2 axes; \(time\) is needed", np.zeros((2, 2)), {}),
        (ValueError, "series has 1 values that are NaN or infinite, the first at index 1", [1.0, np.nan, 2.0], {}),
        (ValueError, "series has 1 values; at least 2", [1.0], {}),
        (TypeError, "series has dtype", ["a", "b"], {}),
        (ValueError, "names has 2 entries; one for each of the 3 days", [1, 2, 3], {"names": ["a", "b"]}),
        (TypeError, "WindowsExplorer has no look_bak; it has horizon, look_back", [1, 2, 3], {"look_bak": 1}),
        (TraitError, "look_back=3 and horizon=1 need a series of at least 4 values; series has 3", [1, 2, 3],
         {"look_back": 3}),
        (TraitError, "look_back=1 and horizon=3 need", [1, 2, 3], {"horizon": 3}),
        (TraitError, "'look_back' trait .* less than 1", [1, 2, 3], {"look_back": 0}),
        (TraitError, "position is 8; the windows are 0 … 7", toy_days(11), {"position": 8}),
        (TraitError, "'stride' trait", [1, 2, 3], {"stride": 1.5}),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_with_words(error, words, series, more):
    with pytest.raises(error, match=words):
        WindowsExplorer(series, **more)


def test_a_refused_state_changes_nothing():
    explorer = WindowsExplorer(toy_days(11), position=7)
    for name, value in (("look_back", 11), ("horizon", 9), ("position", 8), ("stride", 0)):
        before = explorer.state()
        with pytest.raises(TraitError, match=name):
            setattr(explorer, name, value)
        assert explorer.state() == before


@pytest.mark.parametrize("series", [[-3.89941, 2.12345], [-1e-12, 2e-5], [-99999, 12.5], [0.12345, -0.98765]])
def test_the_ends_of_the_axis_fit_beside_it(series):
    for narrow in (False, True):
        parts = WindowsExplorer(series).drawing(narrow).parts
        ticks = [parts[name] for name in parts if name.startswith("series-ytick")]
        assert len(ticks) >= 2 and all(tick["x"] - 7.5 * len(tick["words"]) >= -6 for tick in ticks)
