"""The lab in Python: its numbers, its recorded table, its words. tests/test_explorers.py has it in a browser."""

import itertools
import re
import threading
from functools import cache

import numpy as np
import pytest
import traitlets
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from lstm_notes.explorers import lab as module
from lstm_notes.explorers._scene import Scene, ask
from lstm_notes.explorers.lab import RECORDED, SERIES, LabExplorer, key_of, measure, recorded, settings
from lstm_notes.studies import CHOICES, PROTOCOL, autoregression, drawn_windows, protocol_errors

RIGHT = {name: values[0] for name, values in CHOICES.items()}


@pytest.fixture(scope="module")
def lab():
    return LabExplorer(split="random")


def test_numbers_are_those_of_the_experiment(lab):
    each = [protocol_errors(autoregression(seed=seed), 100, seed=seed, split="random") for seed in range(3)]
    for name, values in lab.errors.items():
        np.testing.assert_array_equal(values, [errors[name] for errors in each])


def test_the_studies_have_every_setting_as_the_lab_trains_it():
    table = recorded()
    assert sorted(table) == sorted(key_of(data, chosen) for data in RECORDED for chosen in settings())
    assert all(np.shape(result) == (4, 3) and np.all(np.array(result) > 0) for result in table.values())
    for data, changed in (
        ("autoregression", {}),
        ("autoregression", {"split": "random", "windows": "one"}),
        ("temperature", {"scaler": "all days"}),
    ):
        chosen = RIGHT | changed
        np.testing.assert_allclose(measure(*SERIES[data][:2], chosen), table[key_of(data, chosen)], atol=6e-4, rtol=0)


def test_switches_move_words_and_dots(lab):
    before = lab.drawing()
    assert "Do not believe the error you see" in before.description and "Wrong: split random" in before.description
    signs = {name: before.parts[f"sign-{name}"]["words"] + before.parts[f"is-{name}"]["words"] for name in CHOICES}
    assert signs == {name: f"✓{name}: {values[0]}" for name, values in CHOICES.items()} | {"split": "✗split: random"}
    lab.split = "chronological"
    after = lab.drawing()
    assert "✗" not in after.svg and "Wrong" not in after.description
    assert after.parts["line-0"]["words"].startswith("Nothing is wrong with the experiment: one stretch")
    for when, name in enumerate(("seen", "later")):
        errors, rivals = lab.errors[name], lab.errors[f"persistence {name}"]
        own, other = (f"{values.min():.2f} – {values.max():.2f}" for values in (errors, rivals))
        assert after.parts[f"words-{when}"]["words"] == f"LSTM's error {own}"
        assert after.parts[f"rival-{when}"]["words"] == f"persistence's {other}"
        times = f"{np.mean(errors / rivals):.2f} times"
        assert after.parts[f"mean-words-{when}"]["words"] == times
        assert f"{own}, persistence {other}, on average {times}" in after.description
    lab.split = "random"
    assert lab.drawing().svg == before.svg


def test_a_card_says_what_a_wrong_choice_changes(lab):
    """What makes the number untrue is told from what makes another network: right and wrong are seen by three signs."""
    for name, values in CHOICES.items():
        parts = picture(lab, {"results": {}, "alone": True} | RIGHT | {name: values[1]}).parts
        leaks = name in ("split", "scaler")
        assert parts["line-0"]["words"].startswith("Do not believe" if leaks else "Nothing leaks")
        said = {other: parts[f"changes-{other}"]["words"] for other in CHOICES}
        assert said == dict.fromkeys(CHOICES, "right") | {name: "wrong test: a leak" if leaks else "wrong network"}
        assert parts[f"knob-{name}"]["cx"] < min(parts[f"knob-{other}"]["cx"] for other in CHOICES if other != name)
        assert parts[f"card-{name}"]["data-touch"] == f"card {name}"


def alone(lab, data, **changed):
    """The recorded picture of everything right but for what is changed."""
    return picture(lab, {"results": {}, "alone": True, "data": data, "seeds": 3} | RIGHT | changed)


def lines(drawing):
    return " ".join(drawing.parts[f"line-{k}"]["words"] for k in range(3))


def test_its_words_say_what_came_of_it(lab):
    """A leak is not to be believed, whatever came of it; what stands there is what the numbers are."""
    said = {
        (
            "autoregression",
        ): "honestly seen. You see that you are level with persistence; on later days you lose to it.",
        ("autoregression", "split"): "You seem to beat persistence; on later days you are level with it.",
        ("autoregression", "windows"): "is set up wrong. You lose to persistence, and on later days, too.",
        ("temperature",): "You see that you lose to persistence; on later days you beat it.",
        ("temperature", "split"): "and this time you do on later days; nothing guaranteed it.",
        ("temperature", "states"): "Nothing leaks: what you see is honest, but the network is set up wrong. You beat",
    }
    for (data, *wrong), words in said.items():
        assert words in lines(alone(lab, data, **{name: CHOICES[name][1] for name in wrong})), (data, *wrong)


def test_words_of_a_leak_that_gains_nothing(lab):
    """Level on both: what is seen stands beside what everything right shows."""
    result, best = [[1.0] * 3, [1.0] * 3, [1.0] * 3, [1.0] * 3], [[1.02] * 3, [1.0] * 3, [1.0] * 3, [1.0] * 3]
    state = {"results": {key_of("autoregression", RIGHT): best}, "data": "autoregression", "seeds": 3} | RIGHT
    for seen, gain in ((1.0, "The leak flatters"), (1.02, "No gain"), (1.04, "The leak does not even flatter")):
        leaky = key_of("autoregression", RIGHT | {"scaler": "all days"})
        drawn = picture(
            lab, state | {"scaler": "all days", "results": state["results"] | {leaky: [[seen] * 3, *result[1:]]}}
        )
        assert (
            f"You are level with persistence on both. {gain}: you see {seen:.2f}, with everything right 1.02."
            in lines(drawn)
        )


def test_the_days_that_train_and_the_levels_they_know(lab):
    """The picture's days are the experiment's; how far the later days lie beyond the levels is worked out anew."""
    target, look_back = PROTOCOL["look_back"] + PROTOCOL["horizon"] - 1, PROTOCOL["look_back"]
    far = {}
    for split, windows in itertools.product(CHOICES["split"], CHOICES["windows"]):
        drawn, beyond = alone(lab, "autoregression", split=split, windows=windows).parts, []
        for seed in range(3):
            values = np.round(autoregression(seed=seed), 2)
            training, one, test = drawn_windows(300 - target, split, seed)
            training = one if windows == "one" else training
            known = np.concatenate([values[training + day] for day in (*range(look_back), target)])
            later = values[300:]
            beyond.append(np.clip([known.min() - later, later - known.max()], 0, None).max(0).mean())
            assert drawn[f"beyond-{seed}"]["words"] == f"seed {seed}: later days lie {beyond[-1]:.1f} beyond the grey"
            says = f"the levels trained on: {known.min():.1f} to {known.max():.1f}".replace("-", "−")
            assert drawn[f"known-{seed}"]["data-says"] == says
            frame = drawn[f"walk-{seed}"]
            for kind, days in (("training", training + target), ("test", test + target)):
                places = sorted(float(x) for x in re.findall(r"M([\d.]+)", drawn[f"{kind}-{seed}"]["d"]))
                np.testing.assert_allclose(places, frame["x"] + np.sort(days) / 400 * frame["width"], atol=0.06)
            assert abs(drawn[f"later-{seed}"]["x"] - (frame["x"] + 0.75 * frame["width"])) < 0.01
        far[split, windows] = np.mean(beyond)
    right, one = far["chronological", "all"], far["chronological", "one"]
    assert one > right + 0.5
    words = (
        f"Later days lie {one:.1f} beyond the levels trained on (grey), on average; with everything right {right:.1f}."
    )
    assert words in lines(alone(lab, "autoregression", windows="one"))
    assert "stay at levels that the network was trained on" in lines(alone(lab, "temperature"))


def test_a_dot_tells_its_numbers(lab):
    drawn = alone(lab, "autoregression", split="random").parts
    assert drawn["dot-0-0"]["data-says"] == "seed 0: error 1.56, persistence 1.67: 0.94 times"
    assert drawn["ring-1-1"]["data-says"] == "everything right, seed 1: error 2.21, persistence 1.78: 1.24 times"


@pytest.mark.parametrize("seeds", [1, 2, 3])
def test_a_dot_and_a_ring_for_each_seed_stand_at_their_ratio(lab, seeds):
    """The dot is this setting, the ring everything right, on the same series; a bar is the dots' mean."""
    lab.seeds = seeds
    right = dict(zip(("seen", "later", "persistence seen", "persistence later"), lab.results[key_of(lab.data, RIGHT)]))
    for narrow in (False, True):
        shown = lab.drawing(narrow).parts
        kinds = [f"{kind}-{when}-{seed}" for when in (0, 1) for seed in range(seeds) for kind in ("dot", "ring", "way")]
        assert sorted(name for name in shown if re.match(r"(dot|ring|way)-", name)) == sorted(kinds)
        assert shown["seeds"]["words"] == ("1 seed" if seeds == 1 else f"mean of {seeds} seeds")
        for when, name in enumerate(("seen", "later")):
            frame = shown[f"ratio-{when}"]

            def place(ratio, frame=frame):
                return frame["x"] + frame["width"] * np.log10(ratio / 0.5)

            for kind, errors in (("dot", lab.errors), ("ring", right)):
                ratios = np.array(errors[name]) / errors[f"persistence {name}"]
                for seed in range(seeds):
                    assert abs(shown[f"{kind}-{when}-{seed}"]["cx"] - place(ratios[seed])) < 0.01
            mean = np.mean((lab.errors[name] / lab.errors[f"persistence {name}"])[:seeds])
            assert abs(shown[f"mean-{when}"]["x"] + 2 - place(mean)) < 0.01


def test_one_switch_alone_makes_the_illusion(lab):
    """Of all settings of the table the task takes one, on the autoregression; everything wrong is none."""
    solving = []
    for data in RECORDED:
        for chosen in settings():
            state = {"results": {}, "alone": True, "data": data, "seeds": 1} | chosen
            solves, words = ask(lab._front, "illusion", {name: getattr(lab, name) for name in lab._scene_names} | state)
            if solves:
                solving.append((data, chosen))
            seen, later, *rivals = map(np.array, recorded()[key_of(data, chosen)])
            times = [f"{np.mean(errors / rival):.2f}" for errors, rival in zip((seen, later), rivals)]
            if data == "autoregression":
                assert f"you see {times[0]}, later {times[1]}, over 3 seeds." in words
    assert solving == [("autoregression", RIGHT | {"split": "random"})]


@cache
def width_of(words, size, weight):
    font = FontProperties(family="DejaVu Sans", weight=weight)
    return TextPath((0, 0), words, size=size, prop=font).get_extents().x1


@pytest.mark.parametrize("narrow", [False, True])
def test_all_words_have_their_room(lab, narrow):
    """In every setting of the table none of them leaves the picture."""
    for data in RECORDED:
        for chosen in settings():
            drawn = picture(lab, {"results": {}, "alone": True, "data": data} | chosen, narrow)
            for tag, place, words in drawn.elements:
                if tag == "text":
                    wide = width_of(words, place["font-size"], place.get("font-weight", "normal"))
                    left = place["x"] - {"start": 0, "middle": wide / 2, "end": wide}[place["text-anchor"]]
                    assert left >= 0 and left + wide <= drawn.width and place["y"] < drawn.height - 5, words


def test_its_state_restores_it(lab):
    lab.seeds = 2
    assert LabExplorer(**lab.state()).drawing().svg == lab.drawing().svg


def picture(lab, state, narrow=False):
    """The scene of a state that differs from the lab's."""
    return Scene(**ask(lab._front, "scene", {name: getattr(lab, name) for name in lab._scene_names} | state, narrow))


def test_without_a_kernel_the_recorded_results_are_drawn(lab):
    for data in RECORDED:
        empty = {"results": {}, "data": data, "seeds": 3} | RIGHT | {"scaler": "all days"}
        waiting = picture(lab, empty)
        assert [waiting.parts[f"mean-words-{when}"]["words"] for when in (0, 1)] == ["training…"] * 2
        assert not any(name.startswith(("dot-", "ring-")) for name in waiting.parts)
        assert waiting.description.endswith("training…")
        drawn = picture(lab, empty | {"alone": True})
        unit = SERIES[data][2]
        for chosen, said in ((RIGHT | {"scaler": "all days"}, "Wrong: scaler all days"), (RIGHT, "Everything right")):
            seen, later, *_ = recorded()[key_of(data, chosen)]
            words = [f"{min(errors):.2f} – {max(errors):.2f} {unit}".strip() for errors in (seen, later)]
            assert f"{said}: the error you see {words[0]}, " in drawn.description
            assert f"the error on later days {words[1]}, " in drawn.description
            if chosen != RIGHT:
                assert [drawn.parts[f"words-{when}"]["words"] for when in (0, 1)] == [
                    f"LSTM's error {each}" for each in words
                ]


def test_a_setting_is_trained_once(lab, monkeypatch):
    assert lab.errors
    asked = []
    monkeypatch.setattr(module, "measure", lambda *args: asked.append(args[2]) or [[1.0] * 3] * 4)
    lab.weights = "separate"
    assert lab.errors["seen"].tolist() == [1.0, 1.0, 1.0]
    lab.weights = "shared"
    lab.weights = "separate"
    assert lab.errors
    assert asked == [RIGHT | {"split": lab.split, "weights": "separate"}]
    lab.weights = "shared"


def test_a_switch_answers_at_once(monkeypatch):
    """While the thread trains, the switch has moved, and no result is there yet."""
    lab, go = LabExplorer(), threading.Event()
    monkeypatch.setattr(module, "measure", lambda *args: go.wait(10) and [[2.0] * 3] * 4)
    lab.windows = "one"
    key = key_of("autoregression", RIGHT | {"windows": "one"})
    assert lab.windows == "one" and key not in lab.results
    go.set()
    assert lab.errors["later"].tolist() == [2.0, 2.0, 2.0] and key in lab.results


def test_it_tells_how_many_seeds_are_trained(monkeypatch):
    """While they train; and of another setting than the present one nothing is said."""
    lab, told, go = LabExplorer(), threading.Event(), threading.Event()
    assert lab.errors

    def slow(series, later, *, seed, **chosen):
        if seed == 2:
            told.set()
            go.wait(10)
        return dict.fromkeys(module.NAMES, 1.0)

    monkeypatch.setattr(module, "protocol_errors", slow)
    lab.windows = "one"
    assert told.wait(10)
    words = [
        picture(lab, {"windows": windows, "results": {}}).parts["mean-words-0"]["words"] for windows in ("one", "all")
    ]
    assert words == ["training… 2 of 3 seeds", "training…"]
    go.set()


def test_what_goes_wrong_in_the_thread_is_said(monkeypatch):
    lab = LabExplorer()

    def broken(*args):
        raise FloatingPointError("the loss is nan")

    monkeypatch.setattr(module, "measure", broken)
    lab.scaler = "all days"
    with pytest.raises(RuntimeError, match="FloatingPointError: the loss is nan"):
        print(lab.errors)
    assert "FloatingPointError: the loss is nan" in lab.drawing().description
    assert lab.drawing().parts["mean-words-0"]["words"] == "FloatingPointError: the loss is nan"
    monkeypatch.undo()
    lab.scaler = "training days"
    assert lab.trouble == "" and "Nothing is wrong" in lab.drawing().description


@pytest.mark.parametrize(
    "series", [1e4 * np.sin(np.arange(100)), np.tile([0.0, 1, 0, 0, 1], 24), -(np.arange(120) ** 2)]
)
def test_a_series_of_ones_own(series):
    """Also where persistence makes no error at all, and where the dots leave the axis."""
    lab = LabExplorer(series, unit="kg", windows="one")
    drawing = lab.drawing()
    assert not re.search("nan|infinity|undefined", drawing.svg, re.I)
    assert "your own series" in drawing.parts["about-0"]["words"] and drawing.parts["words-0"]["words"].endswith(" kg")
    for name, part in drawing.parts.items():
        if name.startswith("dot-"):
            frame = drawing.parts[f"ratio-{name[4]}"]
            assert frame["x"] <= part["cx"] <= frame["x"] + frame["width"]
    without = picture(lab, {"results": {}, "alone": True})
    assert without.parts["mean-words-0"]["words"] == "not trained: no kernel"
    assert lab.fixed["recorded"] == {} and lab.data == "your own"
    with pytest.raises(traitlets.TraitError, match="data is 'temperature'; 'your own' is needed"):
        lab.data = "temperature"


def test_wrong_arguments_are_refused(lab):
    with pytest.raises(ValueError, match="series has 99 values; at least 100"):
        LabExplorer(np.arange(99.0))
    with pytest.raises(ValueError, match="series has 1 values that are NaN"):
        LabExplorer(np.r_[np.nan, np.arange(200.0)])
    with pytest.raises(TypeError, match="unit is 3; text"):
        LabExplorer(unit=3)
    with pytest.raises(TypeError, match="has no epochs; it has data, scaler"):
        LabExplorer(epochs=3)
    for name, value in (("seeds", 0), ("seeds", 4), ("split", "by hand"), ("data", "your own")):
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(lab, name, value)
