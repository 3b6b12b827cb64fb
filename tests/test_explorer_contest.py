"""ContestExplorer: its numbers are the studies', its interval is `compare`'s, its picture says what is so.
tests/test_explorers.py has it in a browser, tests/test_page.py on a page."""

import re
from itertools import chain

import numpy as np
import pytest
import traitlets

from lstm_notes import load_weather
from lstm_notes.explorers import ContestExplorer
from lstm_notes.explorers._scene import ask
from lstm_notes.explorers.contest import contests
from lstm_notes.pictures.svg import format_number
from lstm_notes.studies import recorded, weather_columns

FIRST, LAST = "Seattle: highest temperature, one column, 2014", "Seattle: highest temperature, all columns, day 7, 2015"
BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture
BARS = re.compile(r"M(\S+) (\S+?)V(\S+?)(?=M|$)")


@pytest.fixture(scope="module")
def explorer():
    made = ContestExplorer()
    yield made
    made.close()


def put(explorer, **state):
    with explorer.hold_trait_notifications():
        for name, value in state.items():
            setattr(explorer, name, value)
    return explorer


def stretches(rng, explorer, least=1):
    """Every contest and rival, each with a stretch."""
    for name in explorer.names:
        for rival in contests()[name].against:
            days = len(contests()[name].dates)
            length = int(rng.integers(least, days + 1))
            yield put(explorer, contest=name, rival=rival, start=int(rng.integers(days - length + 1)), length=length)


# -- The contests


def test_a_day_of_the_weather_is_the_day_that_was_forecast():
    """Persistence's error of a day is the change up to it."""
    for name, days in contests().items():
        if not name.startswith("Seattle"):
            continue
        column = "wind" if "wind" in name else "temp_min" if "lowest" in name else "temp_max"
        weather = load_weather()
        at = np.searchsorted(weather["date"], days.dates)
        assert str(days.dates[-1]) == f"{name[-4:]}-12-31" and len(days.dates) == (359 if days.ahead == 7 else 365)
        values = weather_columns(column, "one column")[:, 0]
        change = np.abs(values[at] - values[at - days.ahead])
        assert days.errors["persistence"] == pytest.approx(change, rel=6e-3, abs=1e-9)


def test_the_whole_is_what_was_recorded(explorer):
    for row in recorded("weather_columns"):
        days = next(
            each for name, each in contests().items()
            if name.startswith("Seattle") and each.against["linear AR"] == row["LSTM against linear AR"]
        )  # fmt: skip
        assert days.errors["LSTM"].mean() == pytest.approx(np.mean(row["LSTM"]), rel=2e-4)
        for rival, against in days.against.items():
            assert days.errors["LSTM"].mean() / days.errors[rival].mean() == pytest.approx(against[0], rel=5e-4)


def test_another_year_is_the_same_contest():
    for name, days in contests().items():
        if name.startswith("Seattle"):
            assert days.other[:-4] == name[:-4] and {days.other[-4:], name[-4:]} == {"2014", "2015"}
            assert contests()[days.other].other == name
        else:
            assert not days.other


def test_it_is_small(explorer):
    assert len(explorer.numbers) < 130_000 and len(str(explorer.table)) < 25_000


# -- The interval


def test_the_interval_of_a_stretch_is_that_of_compare(explorer):
    """With the same draws, so to rounding: of the days, to three letters."""
    seen = set()
    some, short = (stretches(np.random.default_rng(seed), explorer, least) for seed, least in ((0, 15), (1, 1)))
    for shown in chain(some, short):
        found = shown.ask("stretch")
        if shown.length == len(shown.days.dates):
            continue
        try:
            wanted = shown.comparison
        except ValueError as error:
            assert "low" not in found and f"{found['blocks']} blocks of {found['block']}" in str(error)
            continue
        for name in ("ratio", "low", "high"):
            assert found[name] == pytest.approx(getattr(wanted, name), rel=3e-4), repr(shown)
        assert found["detectable"] == pytest.approx(wanted.detectable, abs=3e-4) and found["block"] == wanted.block
        seen.add(wanted.verdict)
    assert seen == {"better", "worse", "not told apart"}


def test_of_all_days_the_recorded_interval_is_shown(explorer):
    for name in explorer.names:
        for rival, against in contests()[name].against.items():
            days = len(contests()[name].dates)
            found = put(explorer, contest=name, rival=rival, start=0, length=days).ask("stretch")
            assert [found[each] for each in ("ratio", "low", "high", "detectable")] == against
            near = put(explorer, start=0, length=days - 1).ask("stretch")
            if days > 300:
                assert near["ratio"] == pytest.approx(found["ratio"], abs=0.02)


@pytest.mark.parametrize(
    "length, said", [(14, "14 days: 2 blocks of 5; an interval needs at least 3"), (1, "1 day: 0 blocks of 2")]
)
def test_a_short_stretch_has_a_sentence_instead(explorer, length, said):
    put(explorer, contest=FIRST, rival="linear AR", start=3, length=length)
    for narrow in (False, True):
        parts = explorer.drawing(narrow).parts
        assert said in words(parts, "said-1") and "interval-1" not in parts and "interval-0" in parts
    put(explorer, length=15)
    assert "interval-1" in explorer.drawing().parts


def words(parts, begin):
    return " ".join(parts[name]["words"] for name in sorted(parts) if name.startswith(begin))


def test_every_stretch_has_its_verdict(explorer):
    put(explorer, contest="Passengers: asked for growth", rival="as a year ago", start=3, length=40)
    found = explorer.days.verdicts("as a year ago", length=40)
    assert len(found) == 9 and found[3] == explorer.comparison.verdict


# -- The picture


@pytest.mark.parametrize("narrow", [False, True])
def test_the_picture_says_it(explorer, narrow):
    for shown in stretches(np.random.default_rng(2), explorer):
        drawing = shown.drawing(narrow)
        assert not BROKEN.search(drawing.svg)
        parts, days = drawing.parts, shown.days
        digits = 3 if max(each.mean() for errors in (shown.errors, days.errors) for each in
                          (errors["LSTM"], errors[shown.rival])) < 1 else 2  # fmt: skip
        for row, errors in enumerate((days.errors, shown.errors)):
            for part, method in ((f"own-{row}", "LSTM"), (f"its-{row}", shown.rival)):
                written = float(parts[part]["words"])
                assert written == pytest.approx(errors[method].mean(), abs=0.51 * 10.0**-digits + 1e-3)
        _, low, high, _ = days.against[shown.rival]
        verdict = "better" if high < 1 else "worse" if low > 1 else "not told apart"
        assert f": {verdict}" in words(parts, "said-0")
        part = days.dates[shown.start], days.dates[shown.start + shown.length - 1]
        assert parts["stretch-days"]["words"] == " to ".join(dict.fromkeys(map(str, part)))
        assert [parts[f"date-{k}"]["words"] for k in (0, 2)] == [str(days.dates[k]) for k in (0, -1)]


@pytest.mark.parametrize("narrow", [False, True])
def test_bars_and_the_stretch_are_where_the_days_are(explorer, narrow):
    put(explorer, contest=FIRST, rival="boosting", start=100, length=60)
    parts, days = explorer.drawing(narrow).parts, explorer.days
    gains = days.errors["LSTM"] - days.errors["boosting"]
    frame, size = parts["gains"], float(parts["gains-ytick-2"]["words"])
    bars = np.array([BARS.findall(parts[f"bars-{k}"]["d"]) for k in (0, 1)][0], float)
    below = np.flatnonzero(np.round(gains, 4) < -0.001)
    at = frame["x"] + frame["width"] * (below + 0.5) / 365
    near = np.abs(bars[:, :1] - at).argmin(axis=0)
    assert bars[near, 0] == pytest.approx(at, abs=0.06)
    middle = frame["y"] + frame["height"] / 2
    assert bars[near, 2] == pytest.approx(middle - gains[below] / size * frame["height"] / 2, abs=0.2)
    assert (bars[:, 2] >= bars[:, 1]).all()  # down: the LSTM is nearer
    for name in ("gains", "sums"):
        band, frame = parts[f"stretch-{name}"], parts[name]
        assert band["x"] == pytest.approx(frame["x"] + frame["width"] * 100 / 365, abs=0.02)
        assert band["width"] == pytest.approx(frame["width"] * 60 / 365, abs=0.02)
    places = np.array(re.findall(r"[ML](\S+) (\S+?)(?=L|$)", parts["sum"]["d"]), float)
    last = int(max(re.findall(r"sums-ytick-(\d)", " ".join(parts))))
    low, high = (float(parts[f"sums-ytick-{k}"]["words"].replace("−", "-")) for k in (0, last))
    frame = parts["sums"]
    wanted = frame["y"] + frame["height"] * (high - np.concatenate([[0], np.cumsum(gains)])) / (high - low)
    assert places[:, 1] == pytest.approx(wanted, abs=0.15)


def test_an_interval_beyond_the_axis_points_there(explorer):
    put(explorer, contest=FIRST, rival="linear AR", start=0, length=15)
    beyond = set()
    for start in range(0, 350, 14):
        parts, found = put(explorer, start=start).drawing().parts, explorer.ask("stretch")
        there = (found["low"] < 1 / 1.2, found["high"] > 1.2)
        assert ("beyond-1--1" in parts, "beyond-1-1" in parts) == there
        assert "beyond-0-1" not in parts
        beyond.add(there)
    assert len(beyond) > 1


def test_the_still_says_what_it_shows(explorer):
    put(explorer, contest=LAST, rival="linear AR", start=0, length=60)
    said = explorer.drawing().description
    own, its = (format_number(each.mean()) for each in explorer.errors.values())
    assert f"an LSTM against linear AR, 359 days from {explorer.days.dates[0]} to 2015-12-31" in said
    assert f"60 days, they are {own} and {its} °C, their ratio " in said and explorer.comparison.verdict in said
    told = explorer.ask("told", 3.2)
    assert told.startswith(
        f"{explorer.days.dates[3]}: LSTM {format_number(explorer.days.errors['LSTM'][3], 3)}, linear AR"
    )


# -- The tasks


def test_no_preset_solves_the_task():
    """Neither how it opens, nor another contest, rival, year, nor the whole."""
    explorer = ContestExplorer()
    assert not explorer.ask("found")[0] and explorer.ask("held", None) == [False, "First find it."]
    begin = explorer.state()
    for name, days in contests().items():
        put(explorer, **begin)
        if len(days.dates) == len(explorer.days.dates):  # otherwise the menu takes the whole
            explorer.contest = name
            assert not explorer.ask("found")[0]
        put(explorer, contest=name, rival=next(iter(days.against)), start=0, length=len(days.dates))
        assert not explorer.ask("found")[0]
    explorer.close()


def test_the_task_can_be_solved_and_the_other_year_answers(explorer):
    found = {}
    for name, days in contests().items():
        if days.other:
            put(explorer, contest=name, rival="linear AR", length=60, start=0)
            solved = [start for start in range(0, 300, 12) if put(explorer, start=start).ask("found")[0]]
            for start in solved:
                assert put(explorer, start=start).comparison.verdict == "better"
                kept = explorer.ask("keep")
                assert explorer.ask("held", kept) == [False, ""]
                explorer.contest = explorer.days.other
                done, said = explorer.ask("held", kept)
                wanted = "It held, this time." if explorer.comparison.verdict == "better" else "It did not hold."
                assert done and said.endswith(wanted)
                explorer.length = 61
                assert explorer.ask("held", kept)[1].startswith("Not the stretch that you found")
                put(explorer, contest=name, length=60)
            found[name] = len(solved)
    assert sum(map(bool, found.values())) >= 2 and max(found.values()) < 25


def test_the_task_says_what_is_lacking(explorer):
    def said(**state):
        done, words = put(explorer, **state).ask("found")
        assert not done
        return words

    assert said(contest=FIRST, rival="boosting", start=0, length=80) == "The rival is boosting; choose linear AR."
    assert "have no other year" in said(contest="Prices: IBM, log return", rival="linear AR", start=0, length=20)
    assert "told apart: worse" in said(contest="Seattle: lowest temperature, all columns, 2014", rival="linear AR")
    assert "At least 60 are asked for" in said(contest=FIRST, start=0, length=20)


# -- The state


def test_another_contest_keeps_what_it_can(explorer):
    put(explorer, contest=FIRST, rival="boosting", start=300, length=60)
    explorer.contest = FIRST.replace("2014", "2015")
    assert (explorer.rival, explorer.start, explorer.length) == ("boosting", 300, 60)
    explorer.contest = LAST
    assert (explorer.start, explorer.length) == (0, 359)
    explorer.contest = "Passengers: asked for growth"
    assert explorer.rival == "as the month before" and (explorer.start, explorer.length) == (0, 48)
    assert explorer.rivals[0] == explorer.rival and list(explorer.errors) == ["LSTM", explorer.rival]


@pytest.mark.parametrize(
    "state, said",
    [
        ({"contest": "Paris"}, "contest is 'Paris'; one of Seattle"),
        ({"rival": "luck"}, "rival is 'luck'; one of linear AR, MLP"),
        ({"start": 300, "length": 66}, "end at day 366; the contest has 365"),
        ({"start": 365}, "the contest has 365"),
        ({"length": 0}, "length"),
        ({"start": -1}, "start"),
    ],
)
def test_what_is_not_there_is_refused(state, said):
    with pytest.raises(traitlets.TraitError, match=said):
        ContestExplorer(**state)


def test_an_address_that_makes_no_sense_is_passed_over():
    explorer = ContestExplorer()
    explorer.set_trait("looked", 3)
    wrong = {name: getattr(explorer, name) for name in explorer._scene_names}
    wrong |= {"contest": "q", "rival": "q", "start": 900, "length": 1e9}
    assert ask("contest.js", "scene", wrong)["description"].startswith(f"A contest: {FIRST}, an LSTM against linear AR")
