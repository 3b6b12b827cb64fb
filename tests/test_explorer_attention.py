"""AttentionExplorer: its weights, forecasts and moves are the network's, its picture says what is so.
tests/test_explorers.py has it in a browser, tests/test_page.py on a page."""

import re

import numpy as np
import pytest
import traitlets

from lstm_notes import Adam, NumpyForecaster, Scaler, lstm_forward, mae, split_by_time
from lstm_notes.explorers import AttentionExplorer
from lstm_notes.explorers._scene import ask
from lstm_notes.pictures.svg import format_number
from lstm_notes.variants import AttentionNetwork, LSTMNetwork, NetworkForecaster

BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture
KINDS = ["learned", "even", "elsewhere"]
T, DAYS = 9, 40

rng = np.random.default_rng(0)
SERIES = 12 + 8 * np.sin(np.arange(160) / 9) + rng.normal(size=160)
DATES = np.datetime64("2015-01-01") + np.arange(160)
SPLIT = split_by_time(SERIES, look_back=T, validation=30, test=DAYS)
MODEL = NetworkForecaster(AttentionNetwork, units=3, scaler=Scaler().fit(SERIES[:90]), seed=5)
MODEL.fit(*SPLIT.train, epochs=30, optimizer=Adam(0.03), progress=False)
X = MODEL.scaler.transform(SPLIT.test.X)
OWN = MODEL.predict(SPLIT.test.X)[:, 0]
LEARNED = MODEL.net.attention(X)


@pytest.fixture(scope="module")
def explorer():
    made = AttentionExplorer(MODEL, SPLIT, DATES)
    yield made
    made.close()


def put(explorer, **state):
    with explorer.hold_trait_notifications():
        for name, value in state.items():
            setattr(explorer, name, value)
    return explorer


def without(day, step):
    """How far the forecast of a test day moves, from a window of its own in the series' unit."""
    window = SPLIT.test.X[[day]].copy()
    window[0, step] = SERIES[:90].mean()
    return (MODEL.predict(window) - OWN[day]).item()


def written(words):
    return float(words.removeprefix("≈ ").replace("−", "-"))


# -- The numbers


@pytest.mark.parametrize("day", [0, 17, 39])
def test_weights_and_forecasts_are_the_networks(explorer, day):
    put(explorer, day=day, weights="learned")
    np.testing.assert_allclose(explorer.shares, LEARNED[day], atol=1e-7)
    assert explorer.date == str(DATES[120 + day]) and explorer.truth == pytest.approx(SERIES[120 + day], abs=1e-5)
    assert explorer.forecasts["learned"] == pytest.approx(OWN[day], abs=1e-5)
    h = lstm_forward(X, MODEL.net.cells["lstm"]).h
    for kind in KINDS:
        shares = put(explorer, weights=kind).shares
        assert shares.sum() == pytest.approx(1, abs=1e-6) and (shares >= 0).all()
        mixed = np.concatenate([h[day, -1], shares @ h[day]]) @ MODEL.net.head_kernel + MODEL.net.head_bias
        forecast = MODEL.scaler.inverse_transform(mixed[None]).item()
        assert explorer.forecasts[kind] == pytest.approx(forecast, abs=1e-4)
    assert put(explorer, weights="even").shares == pytest.approx(np.full(T, 1 / T))


def test_elsewhere_the_forecasts_are_the_same_and_the_weights_are_not(explorer):
    apart, moved = [], []
    for day in range(DAYS):
        shares = put(explorer, day=day, weights="elsewhere").shares
        apart.append(abs(explorer.forecasts["elsewhere"] - explorer.forecasts["learned"]))
        moved.append(np.abs(shares - LEARNED[day]).sum() / 2)
    assert max(apart) < 1e-5 and np.median(moved) > 0.2


@pytest.mark.parametrize("day", [0, 23, 39])
def test_it_moves_as_far_as_without_the_day(explorer, day):
    moved = put(explorer, day=day).moved
    assert moved == pytest.approx([without(day, step) for step in range(T)], abs=1e-5)


def test_errors_and_the_count_are_those_of_all_days(explorer):
    assert explorer.mae["learned"] == pytest.approx(mae(OWN, SPLIT.test.y[:, 0]))
    even = MODEL.net.forecast_with(X, np.full((DAYS, T), 1 / T))
    assert explorer.mae["even"] == pytest.approx(mae(MODEL.scaler.inverse_transform(even), SPLIT.test.y))
    assert explorer.mae["elsewhere"] == pytest.approx(explorer.mae["learned"], abs=1e-9)
    hangs = [np.argmax([abs(without(day, step)) for step in range(T)]) for day in range(DAYS)]
    same = int((LEARNED.argmax(axis=1) == hangs).sum())
    assert explorer.about["same"] == same
    parts = explorer.drawing().parts
    assert parts["same-0"]["words"].endswith(f" in {same} of {DAYS} windows.")


# -- The picture


def scale_of(parts, name):
    """From a place up to a value, by the ends of the axes and their ticks."""
    frame = parts[name]
    ticks = [part for part in parts if re.fullmatch(rf"{name}-ytick-\d", part)]
    low, high = (written(parts[f"{name}-ytick-{k}"]["words"]) for k in (0, len(ticks) - 1))
    return lambda y: high - (high - low) * (y - frame["y"]) / frame["height"]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_bar_is_a_weight_and_every_stem_a_move(explorer, kind, narrow):
    put(explorer, day=11, step=4, weights=kind)
    parts = explorer.drawing(narrow).parts
    weight, move, value = (scale_of(parts, name) for name in ("weights", "moved", "window"))
    for k in range(T):
        bar, dot = parts[f"weight-{k + 1}"], parts[f"moved-{k + 1}"]
        assert weight(bar["y"]) == pytest.approx(explorer.shares[k], abs=2e-3)
        assert weight(bar["y"] + bar["height"]) == pytest.approx(0, abs=2e-3)
        assert bar["x"] + bar["width"] / 2 == pytest.approx(dot["cx"], abs=0.02)  # one below the other
        assert move(dot["cy"]) == pytest.approx(explorer.moved[k], abs=0.01)
        outlined = parts.get(f"learned-{k + 1}")
        assert (outlined is None) == (kind == "learned")
        if outlined:
            assert weight(outlined["y"]) == pytest.approx(LEARNED[11, k], abs=2e-3)
    frame = parts["weights"]
    even = float(parts["even"]["d"].split()[2])
    assert frame["y"] < even < frame["y"] + frame["height"] and weight(even) == pytest.approx(1 / T, abs=2e-3)
    curve = np.array(re.findall(r"[ML](\S+) (\S+?)(?=L|$)", parts["window-curve"]["d"]), float)
    np.testing.assert_allclose(value(curve[:, 1]), SPLIT.test.X[11, :, 0], atol=0.05)
    assert parts["step-dot"]["cx"] == pytest.approx(curve[3, 0], abs=0.06) == parts["moved-4"]["cx"]
    for name, wanted in (("forecast", explorer.forecasts[kind]), ("measured", SERIES[131])):
        assert value(parts[f"dot-{name}"]["cy"]) == pytest.approx(wanted, abs=0.05)
        assert parts[f"dot-{name}"]["cx"] > curve[-1, 0]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_words_are_those_of_the_day(explorer, kind, narrow):
    put(explorer, day=20, step=5, weights=kind)
    words = {name: part["words"] for name, part in explorer.drawing(narrow).parts.items()}
    assert words["title"] == f"test day 20: {DATES[140]}"
    assert words["label-forecast"] == f"forecast {format_number(explorer.forecasts[kind])}"
    assert words["label-measured"] == f"measured {format_number(SERIES[140], 1)}"
    for name in KINDS:
        assert words[f"forecast-{name}"] == format_number(explorer.forecasts[name])
        assert words[f"mae-{name}"] == format_number(explorer.mae[name])
        moved = explorer.forecasts[name] - explorer.forecasts["learned"]
        assert name == "learned" or written(words[f"move-{name}"]) == pytest.approx(moved, abs=5.1e-3)
    assert written(words["move-elsewhere"]) == 0 and words["move-learned"] == ""
    ranks = [1 + int((np.abs(each) > abs(each[4])).sum()) for each in (LEARNED[20], explorer.moved)]
    assert words["step-words-0"] == f"{DATES[135]}, day 5: {format_number(SERIES[135], 1)} °C"
    assert words["step-words-2"] == f"learned weight {format_number(LEARNED[20, 4], 3)}: rank {ranks[0]} of {T}"
    assert re.fullmatch(rf"moves it \S+ °C: rank {ranks[1]} of {T}", words["step-words-3"])
    if kind != "learned":
        assert words["step-words-4"] == f"its weight, {kind}: {format_number(explorer.shares[4], 3)}"
    if kind == "elsewhere":
        share = 50 * np.abs(explorer.shares - LEARNED[20]).sum()
        assert f" {format_number(share, 0)}% of the weight elsewhere" in words["weights-title"]


def test_a_pointer_is_told_a_forecast_and_a_day(explorer):
    put(explorer, day=3, step=1, weights="learned")
    most = LEARNED[12].argmax() + 1
    hangs = np.argmax([abs(without(12, step)) for step in range(T)]) + 1
    assert explorer.ask("told", "year", 12.2 + T) == (
        f"{DATES[132]}: forecast {format_number(OWN[12])}, measured {format_number(SERIES[132], 1)} °C\n"
        f"most weight on day {most}, moves most without day {hangs}"
    )
    said = explorer.ask("told", "weights", 2.4)
    assert said.startswith(f"{DATES[116]}, day 3: {format_number(SERIES[116], 1)} °C\nweight ")
    assert f"weight {format_number(LEARNED[3, 2], 3)}; without it " in said
    assert explorer.ask("told", "window", -9).startswith(f"{DATES[114]}, day 1")
    assert explorer.ask("told", "year", 900).startswith(f"{DATES[159]}: ")


def test_the_still_says_what_it_shows(explorer):
    put(explorer, day=7, step=2, weights="learned")
    said = explorer.drawing().description
    most, moved = LEARNED[7].argmax(), explorer.moved
    assert f"{DATES[127]}, day 7 of {DAYS} test days. Its window of {T} days from {DATES[118]}" in said
    assert f"the forecast is {format_number(OWN[7])} °C, measured was {format_number(SERIES[127], 1)}" in said
    assert f"learned one is {format_number(LEARNED[7, most], 3)}, of day {most + 1}" in said
    assert f"most without day {np.abs(moved).argmax() + 1}, by " in said
    assert f"even {format_number(explorer.forecasts['even'])} °C, MAE {format_number(explorer.mae['even'])}" in said


@pytest.mark.parametrize("narrow", [False, True])
def test_every_state_can_be_drawn(explorer, narrow):
    for day in range(DAYS):
        for kind in KINDS:
            put(explorer, day=day, step=day % T + 1, weights=kind)
            drawing = explorer.drawing(narrow)
            assert not BROKEN.search(drawing.svg)
            assert "same-2" not in drawing.parts and "step-words-5" not in drawing.parts


def test_a_window_of_one_day_and_one_test_day_can_be_drawn():
    """Where there is one day, it has all the weight, and no other weights are to be found."""
    split = split_by_time(SERIES, look_back=1, validation=30, test=1)
    model = NetworkForecaster(AttentionNetwork, units=2, scaler=Scaler().fit(SERIES[:90])).build()
    explorer = AttentionExplorer(model, split, DATES)
    assert explorer.shares.tolist() == [1.0] and explorer.about["asked"][1] is False
    for kind in KINDS:
        explorer.weights = kind
        assert not BROKEN.search(explorer.drawing().svg)
    explorer.close()


def test_it_is_small(explorer):
    assert len(explorer.data) == 4 * (T + 4 * DAYS + 3 * DAYS * T) and len(str(explorer.about)) < 5000


# -- The tasks


def test_an_idle_day_with_most_weight_is_found(explorer):
    """Judged in Python for every day of every window; the words are the numbers'."""
    size = np.abs([[without(day, step) for step in range(T)] for day in range(DAYS)])
    far, mean, found = explorer.about["far"], SERIES[:90].mean(), set()
    assert far == np.floor(SERIES[:90].std() / 2)
    for day in range(DAYS):
        most = LEARNED[day].argmax()
        for step in range(T):
            done, said = put(explorer, day=day, step=step + 1).ask("idle")
            rank = 1 + (LEARNED[day] > LEARNED[day, step]).sum()
            if step != most:
                assert not done and said == f"Day {step + 1} is rank {rank} by weight: select the first."
                continue
            part, away = size[day, most] / size[day].max(), abs(SPLIT.test.X[day, most, 0] - mean)
            assert done == (part < 0.01 and away > far), said
            assert f"moves it by {format_number(size[day, most], 3)} °C" in said
            assert f"% of what day {size[day].argmax() + 1} does; {format_number(away)} °C" in said
            found |= {day} if done else set()
    assert found and explorer.about["asked"] == [True, True]


def test_a_forecast_that_even_weights_move_is_found(explorer):
    moved = np.abs(MODEL.net.forecast_with(X, np.full((DAYS, T), 1 / T)) - MODEL.net.forecast(X))[:, 0]
    moved, threshold = moved * MODEL.scaler.scale.item(), explorer.about["threshold"]
    assert 4 <= (moved > threshold).sum() < DAYS / 2
    for day in range(DAYS):
        done, said = put(explorer, day=day, weights="even").ask("evened")
        assert done == (moved[day] > threshold)
        assert said.startswith(f"{DATES[120 + day]}: it moves by {format_number(moved[day], 3)} °C.")
        assert done == (f"by {format_number(moved.mean())} °C on average; the MAE is" in said)
        for kind in ("learned", "elsewhere"):
            assert put(explorer, weights=kind).ask("evened") == [False, "Choose even weights."]


def test_it_opens_on_the_first_day_that_solves_no_task():
    """Whichever test days there are."""
    seen = set()
    for test in (12, 13, 28, DAYS):
        explorer = AttentionExplorer(MODEL, split_by_time(SERIES, T, validation=30, test=test), DATES)
        begun = explorer.day
        for day in range(begun + 1):
            put(explorer, day=day, weights="learned")
            put(explorer, step=int(explorer.shares.argmax()) + 1)
            solved = explorer.ask("idle")[0] or put(explorer, weights="even").ask("evened")[0]
            assert solved == (day < begun)
        seen.add(begun)
        explorer.close()
    assert len(seen) > 2


def test_no_preset_solves_a_task():
    """Neither how it opens, nor one button, nor one choice; a task that no day solves is not set."""
    explorer = AttentionExplorer(MODEL, SPLIT, DATES)
    begin, most = explorer.state(), int(LEARNED[explorer.day].argmax()) + 1
    presets = [{}, {"step": most}, {"step": int(np.abs(explorer.moved).argmax()) + 1}]
    for state in presets + [{"weights": kind} for kind in KINDS]:
        put(explorer, **(begin | state))
        assert not explorer.ask("idle")[0] and not explorer.ask("evened")[0]
    explorer.close()


# -- The state


@pytest.mark.parametrize(
    "state, said",
    [
        ({"day": 40}, "day is 40; 0 to 39 is needed"),
        ({"step": 10}, "step is 10; 1 to 9 is needed"),
        ({"step": 0}, "step"),
        ({"weights": "other"}, "other"),
    ],
)
def test_what_is_not_there_is_refused(state, said):
    with pytest.raises(traitlets.TraitError, match=said):
        AttentionExplorer(MODEL, SPLIT, DATES, **state)


def plain(kind, **settings):
    return NetworkForecaster(kind, units=2, **settings).build()


def test_what_does_not_fit_is_refused():
    scaled = {"scaler": Scaler().fit(SERIES)}
    for model in (
        NumpyForecaster(units=2).build(),
        plain(LSTMNetwork, **scaled),
        NetworkForecaster(AttentionNetwork, units=2, **scaled),
    ):
        with pytest.raises(TypeError, match="a fitted NetworkForecaster around an AttentionNetwork is needed"):
            AttentionExplorer(model, SPLIT, DATES)
    with pytest.raises(TypeError, match="a Split, as split_by_time makes it, is needed"):
        AttentionExplorer(MODEL, SPLIT.test, DATES)
    with pytest.raises(ValueError, match="model has no scaler; one of the training days is needed"):
        AttentionExplorer(plain(AttentionNetwork), SPLIT, DATES)
    with pytest.raises(ValueError, match="dates has 3 entries; the series' 160 are needed"):
        AttentionExplorer(MODEL, SPLIT, DATES[:3])
    two = split_by_time(np.stack([SERIES, SERIES], axis=1), look_back=T, validation=30, test=DAYS)
    with pytest.raises(ValueError, match="split.test.X has 2 features, the model 1; one is needed"):
        AttentionExplorer(MODEL, two, DATES)


def test_an_address_that_makes_no_sense_is_passed_over(explorer):
    wrong = {name: getattr(explorer, name) for name in explorer._scene_names}
    said = ask("attention.js", "scene", wrong | {"day": 900, "step": "q", "weights": 7})["description"]
    assert f"{DATES[159]}, day 39 of 40" in said and 'Drawn are the weights "learned"' in said
