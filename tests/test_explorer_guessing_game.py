"""The guessing game in Python: its errors, what it hides, its state's limits, its words."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from lstm_notes import load_weather, mae, random_walk
from lstm_notes.explorers.guessing_game import ROUNDS, GuessingGame

WEATHER = load_weather()
TEMPERATURE = WEATHER["temp_max"]
SERIES = {
    "weather": TEMPERATURE,
    "walk": random_walk(400, seed=1),
    "large": np.sin(np.arange(300.0)) * 1e6,
    "small": np.sin(np.arange(300.0)) * 1e-6,
    "constant": np.full(200, 7.0),
    "whole numbers": np.arange(200),
}


def shown(game):
    """The texts of the picture's named parts."""
    return {name: part["words"] for name, part in game.drawing().parts.items() if part["tag"] == "text"}


def number(words):
    """The number that a text of the picture is."""
    return float(words.replace("−", "-"))


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("size", [{}, {"days": 1, "history": 1}])
def test_errors_are_maes(name, size):
    series, rng = SERIES[name], np.random.default_rng(0)
    game = GuessingGame(series, **size)
    for k, place in enumerate(game.places):
        guess = np.clip(place[game.history - 1] + series.std() * rng.normal(size=game.days), -1e6, 1e6)
        game.guess(guess).compare()
        persistence = np.full(game.days, place[game.history - 1])
        expected = [mae(np.array(each), np.array(game.truth)) for each in (guess, persistence)]
        assert game.scores[k] == pytest.approx(expected, rel=1e-6)
        assert shown(game)[f"you-{k}"].endswith(re.sub(r"^.*by (\S+) .*average.*$", r"\1", shown(game)["said"]))
        for name, error in zip(("you", "persistence"), game.scores[k]):
            assert number(shown(game)[f"{name}-{k}"].removeprefix("✓ ")) == pytest.approx(error, rel=0.05, abs=1e-12)
        assert not re.search("nan|infinity|undefined", game.drawing().svg, re.I)
        game.next()
    means = np.mean(game.scores, axis=0)
    for name, mean in zip(("you", "persistence"), means):
        error = shown(game)[f"{name}-mean"].removeprefix("✓ ")
        assert number(error) == pytest.approx(mean, rel=0.05)
        assert f"by {error}" in game.drawing().description.split("Over the rounds")[1]
    assert (game.ask("beaten")[0], "✓" in shown(game)["you-mean"]) == (means[0] < means[1],) * 2
    assert shown(game)["won"] == f"you are closer in {sum(a < b for a, b in game.scores)} of {len(game.scores)}"


def test_the_places_are_stretches_of_the_series_that_share_no_day():
    for seed in range(20):
        game = GuessingGame(TEMPERATURE[:200], seed=seed)
        starts = []
        for place in game.places:
            (start,) = (k for k in range(200) if np.allclose(TEMPERATURE[k : k + 35], place, rtol=1e-6))
            starts.append(start)
        assert len(starts) == ROUNDS and np.diff(sorted(starts)).min() >= 35
    assert len({str(GuessingGame(TEMPERATURE, seed=seed).places) for seed in range(5)}) == 5
    assert GuessingGame(TEMPERATURE, seed=3).places == GuessingGame(TEMPERATURE, seed=3).places


def test_a_short_series_has_fewer_rounds():
    assert [len(GuessingGame(np.arange(n)).scores) for n in (35, 69, 70, 123, 175, 1000)] == [1, 1, 2, 3, 5, 5]


def test_the_truth_is_hidden_until_it_is_compared():
    """Two series that differ in the days to come alone look the same, to the eye and to a screen reader."""
    other = TEMPERATURE.copy()
    for place in GuessingGame(TEMPERATURE).places:
        (start,) = (k for k in range(len(other) - 34) if np.allclose(TEMPERATURE[k : k + 35], place, rtol=1e-6))
        other[start + 30 : start + 35] = [33.0, -1.5, 12.0, 35.0, 0.5]
    assert (other.min(), other.max()) == (TEMPERATURE.min(), TEMPERATURE.max())  # which anybody may know
    for k in range(ROUNDS):
        games = [GuessingGame(series, round=k) for series in (TEMPERATURE, other)]
        assert games[0].truth != games[1].truth
        for narrow in (False, True):
            pictures = [game.drawing(narrow) for game in games]
            assert pictures[0].svg == pictures[1].svg
            assert pictures[0].description == pictures[1].description and "is not shown yet" in pictures[0].description
            assert not [name for name in pictures[0].parts if name.startswith(("truth", "off"))]
        assert shown(games[0])["headline"] == f"round {k + 1} of 5: a hidden stretch of days"
        for game in games:
            game.compare()
            assert {"truth", *(f"truth-{k}" for k in range(5))} < set(game.drawing().parts)
        assert games[0].drawing().svg != games[1].drawing().svg


@pytest.mark.parametrize("narrow", [False, True])
def test_the_lines_are_in_their_places(narrow):
    game = GuessingGame(TEMPERATURE).guess([10.0, 11.5, 12.0, 13.0, 14.0])
    hidden = game.drawing(narrow).parts
    parts, scale = game.compare().drawing(narrow).parts, game.ask("scale")
    before, after = parts["before"], parts["after"]
    place, today = game.places[0], game.places[0][29]

    def up(values):
        return before["y"] + before["height"] * (scale[-1] - np.array(values)) / (scale[-1] - scale[0])

    ahead = after["x"] + after["width"] * np.arange(6) / 5.5
    for name, xs, values in (
        ("past", before["x"] + before["width"] * (np.arange(-29, 1) + 29.5) / 29.5, place[:30]),
        ("persistence", ahead, [today] * 6),
        ("truth", ahead, place[29:]),
        ("guess", ahead, [today, *game.guesses[0]]),
    ):
        drawn = np.array(re.findall(r"([\d.]+) ([\d.]+)", parts[name]["d"]), float)
        assert np.allclose(drawn.T, [xs, up(values)], atol=0.051)
        for k in range(5 if name in ("truth", "guess") else 0):
            dot = parts[f"{name}-{k}"]
            assert [dot["cx"], dot["cy"]] == pytest.approx(drawn[k + 1], abs=0.06)
    for k in range(5):  # how far each is off, as a line from its forecast to the truth
        assert (
            parts[f"guess-{k}"]["r"] > parts[f"truth-{k}"]["r"] and parts[f"guess-{k}"]["r"] < hidden[f"guess-{k}"]["r"]
        )
        for look, forecast in (("LSTM", game.guesses[0][k]), ("persistence", today)):
            line = re.fullmatch(r"M (\S+) (\S+) L (\S+) (\S+)", parts[f"off-{look}-{k}"]["d"]).groups()
            line = np.array(line, float)
            assert line[0] == line[2] and abs(line[0] - ahead[k + 1]) < 5
            assert np.allclose(line[1::2], up([forecast, place[30 + k]]), atol=0.011)
        handle = hidden[f"touch-guess {k}"]  # in the middle of its day, from the top to the bottom
        assert abs(handle["x"] + handle["width"] / 2 - ahead[k + 1]) < 0.02
        assert (handle["y"], handle["height"], handle["data-thing"]) == (before["y"], before["height"], f"day-{k + 1}")
    assert not [name for name in parts if name.startswith("touch")]
    assert "off" in parts and "off" not in hidden  # what the lines mean
    assert parts["persistence"]["stroke-width"] > 2 * parts["guess"]["stroke-width"]  # seen though yours lies on it
    marks = np.array(re.findall(r"M([\d.]+) ", parts["days"]["d"]), float)  # a mark for each day before
    np.testing.assert_allclose(
        np.sort(marks), before["x"] + before["width"] * (np.arange(-29, 1) + 29.5) / 29.5, atol=0.051
    )


@pytest.mark.parametrize("narrow", [False, True])
def test_errors_are_bars_on_one_scale(narrow):
    game = GuessingGame(TEMPERATURE)
    for size in (0.0, 2.0, 9.0):
        game.guess(np.array(game.truth) + size).compare().next()
    parts = game.drawing(narrow).parts
    errors = [*game.scores[:3], np.mean(game.scores[:3], axis=0)]
    most, long = number(parts["most-0"]["words"]), 76 if narrow else 100
    assert most >= np.max(errors) and most in (1, 2, 5, 10, 20)
    for side, name in enumerate(("you", "persistence")):
        lengths = [parts[f"{name}-bar-{part}"]["width"] for part in (0, 1, 2, "mean")]
        np.testing.assert_allclose(lengths, [long * pair[side] / most for pair in errors], atol=0.011)
    assert not {"you-3", "you-bar-3", "persistence-bar-4"} & set(parts) and {"round-3", "zero-3"} < set(parts)


def test_dates_come_with_the_truth():
    game = GuessingGame(TEMPERATURE, WEATHER["date"])
    assert "20" not in shown(game)["headline"]
    game.compare()
    first, last = re.search(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)", shown(game)["headline"]).groups()
    at = int(np.flatnonzero(WEATHER["date"] == np.datetime64(first))[0])
    assert np.allclose(TEMPERATURE[at : at + 5], game.truth) and str(WEATHER["date"][at + 4]) == last
    assert re.fullmatch(r"round 1 of 5: days \d+–\d+", shown(GuessingGame(TEMPERATURE).compare())["headline"])


def test_persistence_against_itself_is_a_draw():
    game = GuessingGame(TEMPERATURE).compare()
    you, other = game.scores[0]
    assert you == other and shown(game)["said"].endswith("level: you left it as persistence")
    wave = GuessingGame([0, 0, 0, 1, -1], days=2, history=3).guess([2.0, -2.0]).compare()
    assert wave.scores[0][0] == wave.scores[0][1] and shown(wave)["said"].endswith(": level")
    assert "✓" not in shown(game)["you-0"] + shown(game)["persistence-0"]


def test_the_closer_one_has_the_mark():
    game = GuessingGame(TEMPERATURE)
    game.guess(game.truth).compare().next().guess(np.array(game.truth) + 50).compare()
    texts = shown(game)
    assert texts["you-0"] == "✓ 0.00" and "✓" not in texts["persistence-0"]
    assert "✓" not in texts["you-1"] and texts["persistence-1"].startswith("✓ ")
    assert texts["won"] == "you are closer in 1 of 2" and texts["round-1"] == "▶ 2"


def test_reset_begins_again_with_the_same_places():
    game = GuessingGame(TEMPERATURE)
    before = game.drawing().svg
    for _ in range(7):
        game.guess([1, 2, 3, 4, 5]).compare().next()
    assert game.round == 4 and all(game.compared)
    assert game.reset().drawing().svg == before


def test_numbers_out_of_the_picture_stay_at_its_edge():
    game = GuessingGame(TEMPERATURE).guess([1e6, -1e6, 0, 1e4, -1e4])
    parts = game.drawing().parts
    places, frame = [parts[f"guess-{k}"]["cy"] for k in range(5)], parts["after"]
    top, bottom = frame["y"], frame["y"] + frame["height"]
    assert all(top <= y <= bottom for y in places) and (places[0], places[1]) == (top, bottom)


@pytest.mark.parametrize("name", SERIES)
def test_one_scale_holds_all_rounds_of_a_series(name):
    game = GuessingGame(SERIES[name])
    scale = game.ask("scale")
    assert scale[0] < SERIES[name].min() and SERIES[name].max() < scale[-1] and 5 <= len(scale) <= 10
    np.testing.assert_allclose(np.diff(scale), scale[1] - scale[0], rtol=1e-6)
    for k in range(len(game.places)):
        game.round = k
        for _ in range(2):  # before and after it is compared
            assert game.ask("scale") == scale
            words = [shown(game)[f"before-ytick-{tick}"] for tick in range(len(scale))]
            assert len(set(words)) == len(scale)
            assert np.allclose(list(map(number, words)), scale, rtol=0.05, atol=1e-9)
            game.compare()


def test_a_state_that_is_kept_draws_the_same():
    game = GuessingGame(TEMPERATURE).guess([10.0, 11.5, 12.0, 13.0, 14.0]).compare().next().guess([1.0] * 5)
    again = GuessingGame(TEMPERATURE, **game.state())
    for narrow in (False, True):
        assert again.drawing(narrow).svg == game.drawing(narrow).svg


def test_the_tasks_answer():
    """The task: your mean error over all rounds is below persistence's."""
    game = GuessingGame(TEMPERATURE[:70], seed=3)
    assert game.ask("beaten") == [False, "0 of 2 rounds compared."]
    done, words = game.guess(game.truth).compare().ask("beaten")
    assert not done and words.startswith(
        "1 of 2 rounds compared; over these you are off by 0.00 °C on average, persistence by "
    )
    done, words = game.next().guess(game.truth).compare().ask("beaten")
    assert done and words.startswith("Over all 2 rounds you are off by 0.00 °C")
    assert words.endswith("; you are closer in 2 of 2. 2 rounds are few: other days may end otherwise.")
    done, words = game.guess([100.0] * 5).ask("beaten")
    assert not done and words.startswith("Over all 2 rounds you are off by")
    assert words.endswith("Again: Reset, or other days with seed=4.")


def test_the_last_words_say_what_decided():
    """The round without which it would have ended otherwise; and what was left where it began is counted."""
    game = GuessingGame(TEMPERATURE[:70], seed=3)
    errors = [np.abs(np.array(place[30:]) - place[29]).mean() for place in game.places]

    def ended(*by):
        for game.round, size in enumerate(by):
            start = game.places[game.round][29]
            truth = np.array(game.truth)
            game.guess([start] * 5 if size is None else truth + errors[game.round] - size).compare()
        return game.ask("beaten")

    done, words = ended(1.0, -0.5)
    assert done and "; you are closer in 1 of 2. Round 1 decides: without it persistence would be closer. 2" in words
    done, words = ended(0.5, -1.0)
    assert not done and "; you are closer in 1 of 2. Round 2 decides: without it you would be closer. 2" in words
    done, words = ended(None, 1.0)
    assert done and "closer in 1 of 2, 1 left as persistence. Round 2 decides: without it you would be level." in words
    done, words = ended(0.5, 1.0)
    assert done and "; you are closer in 2 of 2. 2 rounds are few" in words
    done, words = ended(None, None)
    assert not done and "; you are closer in 0 of 2, 2 left as persistence. 2 rounds are few" in words
    alone = GuessingGame(TEMPERATURE[:35]).compare().ask("beaten")[1]
    assert alone.startswith("Over the round you are") and "One round is little" in alone


def test_what_was_measured_is_named():
    game = GuessingGame(TEMPERATURE, what="Seattle, highest temperature of the day")
    assert shown(game)["what"] == "Seattle, highest temperature of the day, °C"
    assert shown(GuessingGame(TEMPERATURE))["what"] == "°C"
    assert "round 1 of 5: Seattle, highest" in game.drawing().description


def test_a_narrow_picture_says_as_much():
    game = GuessingGame(TEMPERATURE).guess([10.0] * 5).compare()
    you, other = game.scores[0]
    parts = game.drawing(narrow=True).parts
    assert parts["said"]["words"] == f"This round: you {you:.2f} °C off, persistence {other:.2f}:"
    assert parts["said-more"]["words"] in ("you are closer", "persistence is closer")


def test_the_browser_has_the_numbers_of_the_series():
    for series in (TEMPERATURE, TEMPERATURE.astype("float32")):
        game = GuessingGame(series)
        assert all(round(value, 1) == value for place in game.places for value in place)


def test_the_still_makes_sense_alone():
    game = GuessingGame(TEMPERATURE).guess([10.0, 11.5, 12.0, 13.0, 14.0])
    words = game.drawing().description
    assert "round 1 of 5" in words and "10.0, 11.5, 12.0, 13.0, 14.0" in words and "not shown yet" in words
    words = game.compare().drawing().description
    you, other = game.scores[0]
    assert f"off by {you:.2f} °C on average, persistence by {other:.2f}" in words
    assert ", ".join(f"{value:.1f}" for value in game.truth) in words


@pytest.mark.parametrize(
    "error, words, series, more",
    [
        (ValueError, r"series has shape \(2, 2\), 2 axes; \(time\) is needed", np.zeros((2, 2)), {}),
        (ValueError, "series has 1 values that are NaN or infinite", [1.0, np.nan], {}),
        (TypeError, "series has dtype", ["a", "b"], {}),
        (ValueError, "series has 34 values; history=30 and days=5 need at least 35", np.arange(34), {}),
        (ValueError, r"series goes up to 2e\+06 in size; at most 1e\+06", [2e6] * 40, {}),
        (ValueError, "dates has 2 entries; one for each of the 40 days", np.arange(40), {"dates": ["a", "b"]}),
        (ValueError, "days is 0; at least 1", np.arange(40), {"days": 0}),
        (TypeError, "history is 2.5; a whole number", np.arange(40), {"history": 2.5}),
        (ValueError, "seed is -1; at least 0", np.arange(40), {"seed": -1}),
        (TypeError, "GuessingGame has no rounds; it has compared, guesses, round", np.arange(40), {"rounds": 3}),
        (TraitError, "round is 1; the rounds are 0 … 0", np.arange(40), {"round": 1}),
        (TraitError, "guesses has 2 entries; one for each of 1 rounds", np.arange(40), {"guesses": [[1] * 5] * 2}),
        (TraitError, "guesses has 2 numbers for a round; 5 are needed", np.arange(40), {"guesses": [[1, 2]]}),
        (TraitError, "nan.; numbers between", np.arange(40), {"guesses": [[1, 2, 3, 4, np.nan]]}),
        (TraitError, "compared has 2 entries", np.arange(40), {"compared": [True, False]}),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused_with_words(error, words, series, more):
    with pytest.raises(error, match=words):
        GuessingGame(series, **more)


def test_a_refused_guess_changes_nothing():
    game = GuessingGame(TEMPERATURE)
    before = game.state()
    for values in ([1.0] * 4, [np.inf] * 5, [1e7] * 5):
        with pytest.raises(TraitError):
            game.guess(values)
        assert game.state() == before
