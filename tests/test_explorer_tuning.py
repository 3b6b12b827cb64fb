"""TuningExplorer: its ranks and leads are NumPy's, its points lie where the settings are, its picture says what is so.
tests/test_explorers.py has it in a browser, tests/test_page.py on a page."""

import re

import numpy as np
import pytest
import traitlets

from lstm_notes import load_weather, mae
from lstm_notes.explorers import TuningExplorer
from lstm_notes.explorers._scene import ask
from lstm_notes.explorers.tuning import AXES, Survey, survey
from lstm_notes.pictures.svg import format_number
from lstm_notes.studies import recorded
from lstm_notes.studies.tuning import FOLDS

BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture
BYS, YEARS = ["all seeds", *(f"seed {seed}" for seed in range(5))], {"2013": [0, 1], "2014": [2, 3]}
YEARS["2013 and 2014"] = [0, 1, 2, 3]


@pytest.fixture(scope="module")
def explorer():
    made = TuningExplorer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def table():
    """What was recorded, not by way of the explorer: the settings as texts, and errors (settings, seeds, folds)."""
    rows = {}
    for row in recorded("survey"):
        setting = {name: row[name] for name in ("look_back", "units", "learning_rate", "epochs", "columns")}
        rows.setdefault(str(setting), []).append(row["folds"])
    return list(rows), np.array(list(rows.values()))


def put(explorer, **state):
    with explorer.hold_trait_notifications():
        for name, value in state.items():
            setattr(explorer, name, value)
    return explorer


def words(parts, begin):
    return " ".join(parts[name]["words"] for name in sorted(parts) if re.fullmatch(rf"{begin}-\d", name))


def place_of(part):
    """The middle of a point."""
    if part["tag"] == "circle":
        return part["cx"], part["cy"]
    corners = np.array([corner.split(",") for corner in part["points"].split()], float)
    return corners[2, 0], (corners[0, 1] * 1.15 + corners[2, 1] * 0.8) / 1.95


# -- The survey


def test_a_rank_is_the_records(explorer, table):
    names, errors = table
    means = errors.mean(axis=(1, 2))
    assert errors.shape == (64, 5, 4)
    for rank in (1, 2, 17, 64):
        put(explorer, rank=rank)
        at = names.index(str(explorer.setting))
        assert (means < means[at]).sum() == rank - 1
        np.testing.assert_array_equal(explorer.errors, errors[at])
    first = recorded("survey").where(**explorer.setting)
    np.testing.assert_array_equal(explorer.forecasts, first["forecast"])


def test_the_order_of_the_rows_does_not_matter(monkeypatch):
    """Seed by seed or setting by setting: a row belongs to its setting."""
    survey.cache_clear()
    before = survey()
    rows = list(recorded("survey"))
    turned = [row for seed in range(5) for row in rows if row["seed"] == seed]
    monkeypatch.setattr("lstm_notes.studies.record.Study.recorded", lambda study: turned)
    survey.cache_clear()
    try:
        for one, other in zip(before, survey()):
            assert np.array_equal(one, other)
    finally:
        survey.cache_clear()


def test_a_standing_is_worked_out_by_hand():
    errors = np.array([[[2.0, 4.0], [3.0, 3.0]], [[1.0, 9.0], [2.0, 8.0]], [[5.0, 1.0], [5.0, 2.0]]])
    tried = Survey([{}, {}, {}], errors, None)
    assert tried.means([0, 1], [0]).tolist() == [2.5, 1.5, 5.0]
    assert tried.standing(1, [0, 1], [0]) == (1.5, 1.0, 1) and tried.standing(1, [0], [1]) == (9.0, -5.0, 3)


# -- The winner


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("year", YEARS)
def test_the_winner_and_where_it_stands_are_numpys(explorer, table, by, year):
    names, errors = table
    put(explorer, by=by, year=year)
    seeds = list(range(5)) if by == "all seeds" else [int(by[-1])]
    others = [seed for seed in range(5) if seed not in seeds]
    looks = [(f"{by} in {year}", seeds, year)]
    if others:
        looks.append((f"other seeds in {year}", others, year))
    if year != "2013 and 2014":
        other = {"2013": "2014", "2014": "2013"}[year]
        looks.append((f"all seeds in {other}", list(range(5)), other))
    chosen = errors[:, seeds][:, :, YEARS[year]].mean(axis=(1, 2)).argmin()
    assert str(explorer.survey.settings[explorer.winner - 1]) == names[chosen]
    told = explorer.ask("chosen")
    assert told["winner"] == explorer.winner and list(explorer.standings) == [each[0] for each in looks]
    parts = explorer.drawing().parts
    assert f"(rank {explorer.winner}), by {by} in {year}" in words(parts, "winner-words")
    for k, ((said, own, when), front) in enumerate(zip(looks, told["standings"], strict=True)):
        means = errors[:, own][:, :, YEARS[when]].mean(axis=(1, 2))
        wanted = means[chosen], np.median(means) - means[chosen], 1 + (means < means[chosen]).sum()
        assert explorer.standings[said] == pytest.approx(wanted)
        assert front["words"] == said and front["rank"] == wanted[2]
        assert [front["value"], front["lead"]] == pytest.approx(wanted[:2], abs=1e-6)
        assert [parts[f"{name}-{k}"]["words"] for name in ("judge", "rank")] == [said, str(wanted[2])]
        for name, value in (("error", wanted[0]), ("lead", wanted[1])):
            written = float(parts[f"{name}-{k}"]["words"].replace("−", "-"))
            assert written == pytest.approx(value, abs=5.1e-4)
    assert ("nothing-left" in parts) == (len(looks) == 1)
    assert f"judge-{len(looks)}" not in parts and front["rank"] >= 1 and told["standings"][0]["rank"] == 1


# -- The picture


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("x, y", [("learning_rate", "units"), ("epochs", "look_back"), ("units", "epochs")])
def test_points_lie_where_the_settings_are(explorer, x, y, narrow):
    """On logarithmic axes; blue discs below the median, red triangles above, larger where the seeds differ more."""
    put(explorer, x=x, y=y, rank=5, beside=0)
    parts = explorer.drawing(narrow).parts
    tried = explorer.survey
    places = np.array([place_of(parts[f"point-{rank}"]) for rank in range(1, 65)])
    for side, name in enumerate((x, y)):
        logs = np.log([setting[name] for setting in tried.settings])
        slope, start = np.polyfit(logs, places[:, side], 1)
        np.testing.assert_allclose(places[:, side], start + slope * logs, atol=0.02)
        assert (slope > 0) == (side == 0)
    frame = parts["map"]
    assert (np.abs(places[:, 0] - frame["x"] - frame["width"] / 2) < frame["width"] / 2 - 10).all()
    assert (np.abs(places[:, 1] - frame["y"] - frame["height"] / 2) < frame["height"] / 2 - 10).all()
    means = tried.errors.mean(axis=(1, 2))
    discs = np.array([parts[f"point-{rank}"]["tag"] == "circle" for rank in range(1, 65)])
    np.testing.assert_array_equal(discs, means <= np.median(means))
    assert {parts[f"point-{rank}"]["class"] for rank in range(1, 65)} == {"plus", "minus"}
    fill = np.array([float(parts[f"point-{rank}"]["fill-opacity"]) for rank in range(1, 65)])
    wanted = np.minimum(np.abs(np.median(means) - means) / (np.median(means) - means[0]), 1)
    np.testing.assert_allclose(fill, wanted, atol=0.006)
    wide = [rank for rank in range(1, 65) if tried.settings[rank - 1]["columns"] == "all columns"]
    assert wide == sorted(int(name.split("-")[1]) for name in parts if re.fullmatch(r"columns-\d+", name))
    for rank in wide:
        assert (parts[f"columns-{rank}"]["cx"], parts[f"columns-{rank}"]["cy"]) == pytest.approx(
            places[rank - 1], abs=0.02
        )
    spread = np.ptp(tried.errors.mean(axis=2), axis=1)
    radii = np.array([float(parts[f"point-{rank + 1}"]["r"]) for rank in np.flatnonzero(discs)])
    radii = radii[spread[discs].argsort()]
    assert (np.diff(radii) >= 0).all() and radii[-1] > 1.4 * radii[0]


@pytest.mark.parametrize("narrow", [False, True])
def test_the_marks_are_on_their_points(explorer, narrow):
    put(explorer, x="learning_rate", y="units", rank=20, beside=40, by="seed 1", year="2013")
    parts = explorer.drawing(narrow).parts
    for name, rank in (("selected", 20), ("kept", 40), ("winner", explorer.winner)):
        x, y = map(float, re.match(r"M(\S+) (\S+?)[ahl]", parts[name]["d"]).groups())
        across, up = place_of(parts[f"point-{rank}"])
        assert {"selected": y == pytest.approx(up, abs=0.02) and x < across, "kept": x < across and y < up,
                "winner": x == pytest.approx(across, abs=0.02) and y < up}[name]  # fmt: skip
    put(explorer, beside=0)
    parts = explorer.drawing(narrow).parts
    assert "kept" not in parts and "none is kept" in words(parts, "kept-words")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("beside", [0, 30])
def test_every_seed_is_a_dot_at_its_error(explorer, beside, narrow):
    """On each fold, and on all four; the best, the median and "as today" are lines."""
    put(explorer, rank=7, beside=beside)
    parts = explorer.drawing(narrow).parts
    frame, ticks = parts["folds"], [name for name in parts if re.fullmatch(r"folds-ytick-\d", name)]
    low, high = (float(parts[f"folds-ytick-{k}"]["words"]) for k in (0, len(ticks) - 1))
    up = lambda value: frame["y"] + frame["height"] * (high - value) / (high - low)  # noqa: E731
    errors = explorer.survey.errors
    errors = np.concatenate([errors, errors.mean(axis=2, keepdims=True)], axis=2)
    for seed in range(5):
        for fold in range(5):
            dot = parts[f"seed-{seed}-{fold}"]
            assert dot["cy"] == pytest.approx(up(errors[6, seed, fold]), abs=0.02)
            assert frame["x"] + fold / 5 * frame["width"] < dot["cx"] < frame["x"] + (fold + 1) / 5 * frame["width"]
            assert dot["data-says"].endswith(f": {format_number(errors[6, seed, fold], 3)} °C")
            if beside:
                bar = parts[f"other-{seed}-{fold}"]
                assert bar["y"] + 3.2 == pytest.approx(up(errors[beside - 1, seed, fold]), abs=0.02)
    assert ("other-0-0" in parts) == bool(beside)
    temperature, today = load_weather()["temp_max"], []
    dates = load_weather()["date"]
    for name in FOLDS:
        year, half = name.split(", ")
        month = 1 if half == "first half" else 7
        inside = (dates.astype("M8[Y]").astype(str) == year) & (
            (dates.astype("M8[M]").astype(int) % 12 < 6) == (month == 1)
        )
        at = np.flatnonzero(inside)
        today.append(mae(temperature[at - 1], temperature[at]))
    means = errors.mean(axis=1)
    for name, wanted in (("best", means[0]), ("median", np.median(means, axis=0)),
                         ("persistence", [*today, np.mean(today)])):  # fmt: skip
        drawn = [float(y) for y in re.findall(r"M\S+ (\S+?)h", parts[f"line-{name}"]["d"])]
        np.testing.assert_allclose(drawn, [up(value) for value in wanted], atol=0.02)


@pytest.mark.parametrize("narrow", [False, True])
def test_forecasts_stand_at_their_days(explorer, narrow):
    put(explorer, rank=3)
    parts = explorer.drawing(narrow).parts
    weather, frame = load_weather(), parts["days"]
    first = int(np.searchsorted(weather["date"], np.datetime64("2014-07-01")))
    ticks = [name for name in parts if re.fullmatch(r"days-ytick-\d", name)]
    low, high = (float(parts[f"days-ytick-{k}"]["words"]) for k in (0, len(ticks) - 1))
    lines = {f"forecast-{seed}": explorer.forecasts[seed] for seed in range(5)}
    lines |= {
        "measured": weather["temp_max"][first : first + 60],
        "as-today": weather["temp_max"][first - 1 : first + 59],
    }
    for name, values in lines.items():
        places = np.array(re.findall(r"[ML](\S+) (\S+?)(?=L|$)", parts[name]["d"]), float)
        across = frame["x"] + frame["width"] * (np.arange(60) + 0.5) / 60
        up = frame["y"] + frame["height"] * (high - values) / (high - low)
        np.testing.assert_allclose(places, np.stack([across, up], axis=1), atol=0.06)
    assert [parts[f"date-{k}"]["words"] for k in (0, 2)] == ["2014-07-01", "2014-08-29"]
    told = explorer.ask("told", 3.2)
    own = [format_number(each(explorer.forecasts[:, 3]), 1) for each in (np.min, np.max)]
    assert told.startswith(
        f"2014-07-04: measured {format_number(weather['temp_max'][first + 3], 1)} °C\nforecasts {own[0]} to {own[1]}"
    )


@pytest.mark.parametrize("narrow", [False, True])
def test_every_state_can_be_drawn(explorer, narrow):
    rng = np.random.default_rng(0)
    for _ in range(60):
        x, y = rng.permutation(AXES)[:2]
        put(explorer, x=str(x), y=str(y), rank=int(rng.integers(1, 65)), beside=int(rng.integers(65)),
            by=BYS[rng.integers(6)], year=list(YEARS)[rng.integers(3)])  # fmt: skip
        drawing = explorer.drawing(narrow)
        assert not BROKEN.search(drawing.svg)
        assert f"rank {explorer.rank} of 64, " in words(drawing.parts, "selected-words")
        assert len(re.findall(r"data-part=\"(selected|kept|winner)-words-[2-9]\"", drawing.svg)) == 0


def test_the_still_says_what_it_shows(explorer):
    put(explorer, x="learning_rate", y="units", rank=3, beside=9, by="seed 2", year="2013")
    said, setting = explorer.drawing().description, explorer.setting
    seeds = explorer.errors.mean(axis=1)
    assert "64 settings of an LSTM, learning rate across and units up" in said
    assert f"rank 3, look_back {setting['look_back']}, {setting['units']} units" in said
    own = format_number(explorer.errors.mean(), 3)
    assert f": {own} °C, its seeds {format_number(seeds.min(), 3)} to {format_number(seeds.max(), 3)} °C. Kept" in said
    for name, (error, lead, rank) in explorer.standings.items():
        side = "above" if lead < 0 else "below"
        assert (
            f"by {name} {format_number(error, 3)} °C, {format_number(abs(lead), 3)} {side} the median, rank {rank}"
            in said
        )


def test_it_is_small(explorer):
    assert len(explorer.numbers) + len(explorer.lines) < 100_000 and len(str(explorer.table)) < 10_000


# -- The tasks


def test_the_winner_that_falls_furthest_is_found(explorer, table):
    """Once all five seeds were looked at, and not before; the words are the record's."""
    _, errors = table
    by_year = errors[:, :, :2].mean(axis=2), errors[:, :, 2:].mean(axis=2)
    ranks, back = (
        [1 + int((other.mean(axis=1) < other[k].mean()).sum()) for k in own.argmin(axis=0)]
        for own, other in (by_year, by_year[::-1])
    )
    every = [f"seed {seed}" for seed in range(5)]
    put(explorer, year="2013")
    for seed, by in enumerate(every):
        put(explorer, by=by)
        put(explorer, rank=explorer.winner)
        said = f"The winner by seed {seed}: rank {ranks[seed]} of 64 in 2014."
        assert explorer.ask("fallen", every[:3]) == [False, f"{said} Seeds looked at: 3 of 5."]
        done, told = explorer.ask("fallen", every)
        assert done == (ranks[seed] == max(ranks)) and told.startswith(said)
        both = [", ".join(map(str, each)) for each in (ranks, back)]
        assert told.endswith(
            f"ranks {both[0]}; those of 2014, in 2013: {both[1]}." if done else "Another one falls further."
        )
        put(explorer, rank=explorer.winner % 64 + 1)
        done, told = explorer.ask("fallen", every)
        assert not done and (ranks[seed] < max(ranks)) == told.endswith("falls further.")
    for state in ({"by": "all seeds"}, {"by": "seed 0", "year": "2014"}):
        assert put(explorer, **state).ask("fallen", every) == [False, "Choose by one seed, in 2013."]


def test_two_that_the_seeds_do_not_tell_apart_are_found(explorer):
    """Held to NumPy for every pair among the best twelve, on every map."""
    tried, seen = explorer.survey, set()
    own = tried.errors.mean(axis=2)
    for x, y in (("learning_rate", "units"), ("look_back", "epochs")):
        logs = np.log([[setting[name] for name in (x, y)] for setting in tried.settings])
        gaps = np.abs(logs[:, None] - logs) / (np.ptp(logs, axis=0) * 1.14)
        for one in range(12):
            for other in range(12):
                put(explorer, x=x, y=y, rank=one + 1, beside=other + 1)
                done, said = explorer.ask("apart")
                if one == other:
                    kind = "then select another"
                elif max(one, other) >= 10:
                    kind = "is not among the best 10"
                elif gaps[one, other].max() < 0.5:
                    kind = "of the height"
                else:
                    overlap = own[one].min() <= own[other].max() and own[other].min() <= own[one].max()
                    kind = "and from" if overlap else "They do not overlap"
                assert kind in said and done == (kind == "and from"), said
                seen.add(kind)
    assert {"and from", "of the height", "is not among the best 10", "then select another"} <= seen
    put(explorer, beside=0)
    assert explorer.ask("apart") == [False, "Keep one to compare, then select another."]


def test_no_preset_solves_a_task():
    """Neither how it opens, nor one button, nor one choice."""
    every = [f"seed {seed}" for seed in range(5)]
    explorer = TuningExplorer()
    begin = explorer.state()
    presets = [
        {},
        {"rank": 64},
        {"rank": explorer.winner},
        {"beside": 1},
        {"year": "2013"},
        *({"by": by} for by in every),
    ]
    for state in presets:
        put(explorer, **(begin | state))
        assert not explorer.ask("apart")[0] and not explorer.ask("fallen", [])[0]
    explorer.close()


# -- The state


def test_two_axes_are_two_settings():
    explorer = TuningExplorer(x="units")
    assert (explorer.x, explorer.y) == ("units", "learning_rate")
    explorer.y = "units"
    assert (explorer.x, explorer.y) == ("learning_rate", "units")
    put(explorer, x="epochs", y="look_back")
    assert (explorer.x, explorer.y) == ("epochs", "look_back")
    explorer.close()


@pytest.mark.parametrize(
    "state, said",
    [
        ({"x": "columns"}, "columns"),
        ({"rank": 65}, "rank is 65; 64 at most is needed"),
        ({"beside": 70}, "beside is 70; 64 at most is needed"),
        ({"rank": 0}, "rank"),
        ({"by": "seed 5"}, "seed 5"),
        ({"year": "2015"}, "2015"),
    ],
)
def test_what_is_not_there_is_refused(state, said):
    with pytest.raises(traitlets.TraitError, match=said):
        TuningExplorer(**state)


def test_a_survey_that_is_not_recorded_is_missed_in_a_sentence(monkeypatch, tmp_path):
    from lstm_notes.studies import StudyError
    from lstm_notes.studies.record import Study

    asked = Study.recorded
    monkeypatch.setattr(Study, "recorded", lambda study: asked(study, tmp_path))
    survey.cache_clear()
    with pytest.raises(StudyError, match="survey is not recorded yet: run make studies NB=survey"):
        TuningExplorer()


def test_an_address_that_makes_no_sense_is_passed_over(explorer):
    wrong = {name: getattr(explorer, name) for name in explorer._scene_names}
    wrong |= {"x": "q", "y": "learning_rate", "rank": 900, "beside": "q", "by": "q", "year": 7}
    said = ask("tuning.js", "scene", wrong)["description"]
    assert "learning rate across and units up" in said and "Selected is rank 64, " in said
    assert "The winner by all seeds in 2013 and 2014, rank 1 by all" in said and "Kept" not in said
