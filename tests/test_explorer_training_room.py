"""The training room: its numbers are those of the package's training, its state has limits, its thread ends."""

import re
import threading
import time

import numpy as np
import pytest
import traitlets

from lstm_notes import SGD, Adam, NumpyForecaster, Scaler, load_weather, make_windows, mse, persistence
from lstm_notes.cell import lstm_backward
from lstm_notes.explorers import _live
from lstm_notes.explorers._live import AT_MOST
from lstm_notes.explorers._run import COLUMNS, HEAD, LONGEST, ROWS
from lstm_notes.explorers.training_room import TrainingRoom
from lstm_notes.network import loss_and_gradient, network_forward

YEAR = load_weather()["temp_max"][:365]
BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture


@pytest.fixture
def room():
    room = TrainingRoom(YEAR, unit="°C")
    yield room
    room.close()


def threads():
    return [thread for thread in threading.enumerate() if thread.name == "TrainingRoom"]


def number(words):
    return float(words.replace("−", "-"))


def words(drawing):
    return {name: part["words"] for name, part in drawing.parts.items() if part["tag"] == "text"}


def ticks(drawing, axes, side="y"):
    """What an axis has written beside it: values and their places, in order."""
    found = [part for name, part in drawing.parts.items() if name.startswith(f"{axes}-{side}tick-")]
    places = [part["y"] - 0.36 * 13 if side == "y" else part["x"] for part in found]  # the middle of the words
    return np.array([number(part["words"]) for part in found]), np.array(places)


def heights(path):
    """Of a curve's points, stretch by stretch: it is interrupted by what is no number."""
    return [[float(point.split()[1]) for point in stretch.split("L")] for stretch in path["d"].split("M")[1:]]


def wait_until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


@pytest.mark.parametrize(
    "optimizer, rate, clip, look_back, units, bias",
    [("Adam", 0.02, None, 14, 8, 1.0), ("SGD", 0.3, 0.1, 1, 1, 5.0), ("Adam", 0.01, 0.05, 30, 32, -3.0)],
)
def test_steps_are_those_of_fit(optimizer, rate, clip, look_back, units, bias):
    """Two epochs in the room end at the very weights of NumpyForecaster.fit, at the same losses."""
    state = {"optimizer": optimizer, "learning_rate": rate, "look_back": look_back, "units": units, "forget_bias": bias}
    if clip:
        state |= {"clipping": "on", "clip_norm": clip}
    room = TrainingRoom(YEAR, seed=3, **state)
    start = 365 - 91
    X, y = make_windows(YEAR[:start], look_back)
    model = NumpyForecaster(units, scaler=Scaler().fit(YEAR[:start]), seed=3).build()
    weights = model.weights
    weights.lstm.b_f[:] = bias
    model.set_weights(weights.arrays())
    assert (room.weights.vector == model.weights.vector).all()
    updates = -(-len(X) // 32)
    losses, sizes = [], []
    for first in range(0, 2 * updates):
        losses.append(room.loss)
        sizes.append(min(32, len(X) - first % updates * 32))
        room.step()
    maker = {"Adam": Adam, "SGD": SGD}[optimizer](rate)
    history = model.fit(X, y, epochs=2, batch_size=32, optimizer=maker, clip_norm=clip, progress=False)
    assert (room.weights.vector == model.weights.vector).all()
    means = [np.average(losses[k : k + updates], weights=sizes[k : k + updates]) for k in (0, updates)]
    assert means == pytest.approx(history.loss, rel=1e-12)
    assert (room.update, room.epoch) == (2 * updates, 2.0)


def test_what_is_shown_is_measured(room):
    """The frame: losses, norm and gradient by step of the batch that comes next; persistence on the same days."""
    room.step(7)
    run, weights = room._run, room.weights
    x, y = run.X[run.batch], run.y[run.batch]
    loss, gradient = loss_and_gradient(x, y, weights)
    forecast, trace = network_forward(x, weights)
    dh = np.zeros_like(trace.h)
    dh[:, -1] = 2 * (forecast - y) / y.size @ weights.head_kernel.T
    back = lstm_backward(trace, dh)
    values = np.frombuffer(room.frame, "<f4")
    head = dict(zip(HEAD, values))
    assert head["update"] == 7 and head["loss"] == np.float32(loss) == np.float32(room.loss)
    assert head["norm"] == pytest.approx(np.linalg.norm(gradient.vector), rel=1e-5)
    shown = values[len(HEAD) :][: 2 * LONGEST].reshape(2, LONGEST)
    assert shown[0, :14] == pytest.approx([np.linalg.norm(back.h[:, t]) for t in range(14)], rel=1e-4)
    assert shown[1, :14] == pytest.approx([np.linalg.norm(back.c[:, t]) for t in range(14)], rel=1e-4)
    assert np.isnan(shown[:, 14:]).all()
    X, y = make_windows(room.scaler.transform(YEAR)[365 - 91 - 14 :], 14)
    forecast = network_forward(X, weights)[0]
    assert room.validation_loss == mse(forecast, y) and room.persistence_loss == mse(persistence(X), y)
    fit = values[len(HEAD) + 2 * LONGEST :][:91]
    assert fit == pytest.approx(room.scaler.inverse_transform(forecast)[:, 0], rel=1e-5)
    rows = values[len(HEAD) + 2 * LONGEST + 91 :].reshape(-1, COLUMNS)
    norms = [np.linalg.norm(np.c_[getattr(weights.lstm, f"W_{g}"), getattr(weights.lstm, f"b_{g}")]) for g in "fiCo"]
    assert rows[:, 0].tolist() == list(range(8)) and rows[-1, 3:] == pytest.approx(norms, rel=1e-5)
    drawing = room.drawing()
    said = words(drawing)
    assert said["when"] == f"update 7, epoch {7 / 9:.1f}" and said["norm"] == f"gradient's norm {head['norm']:.3f}"
    assert said["training-words"] == f"training {loss:.3f}"
    assert said["validation-words"] == f"validation {room.validation_loss:.3f}"
    assert [said[f"size-{g}"].split()[1] for g in "figo"] == [f"{norm:.2f}" for norm in rows[-1, [3, 4, 5, 6]]]


def test_what_is_measured_is_drawn(room):
    """The ends of the curves stand where the axes' own ticks say; those of losses and gradients are logarithmic."""
    drawing = room.step(7).drawing()
    parts, (dh, dc), norms = drawing.parts, room._run.by_step(), room._run.row[3:]
    drawn = {
        "loss": {"training": room.loss, "validation": room.validation_loss},
        "gradient": {"gradient-h": dh[-1], "gradient-C": dc[-1]},
        "weights": {f"weights-{gate}": norm for gate, norm in zip("figo", norms)},
    }
    for axes, curves in drawn.items():
        scale = np.array if axes == "weights" else np.log10
        values, places = ticks(drawing, axes)
        slope, start = np.polyfit(scale(values), places, 1)
        assert np.allclose(places, start + slope * scale(values), atol=0.01)
        assert np.ptp(places) == pytest.approx(150, abs=0.01)  # from end to end
        for name, value in curves.items():
            assert parts[f"{name}-end"]["cy"] == pytest.approx(start + slope * scale(value), abs=0.01), name
            assert heights(parts[name])[-1][-1] == pytest.approx(parts[f"{name}-end"]["cy"], abs=0.06)
    values, places = ticks(drawing, "loss", "x")
    assert values.tolist() == [0, 25, 50] and parts["training-end"]["cx"] == pytest.approx(70 + 430 * 7 / 50, abs=0.01)
    values, places = ticks(drawing, "gradient", "x")
    assert values.tolist() == [1, 14] and parts["gradient-h-end"]["cx"] == places[1] == 580 + 300
    assert len(heights(parts["gradient-h"])[0]) == 14 and parts["gradient-h"]["d"].startswith("M580.0 ")
    values, places = ticks(drawing, "fit")
    forecast = room.scaler.inverse_transform(room._run.forecast)[:, 0]
    for name, curve in (("measured", YEAR[-91:]), ("forecast", forecast)):
        assert heights(parts[name]) == [pytest.approx(np.interp(curve, values, places), abs=0.06)], name
    window = parts["window"]  # of 14 days, to before the last
    ends = [70 + 430 * k / 90 for k in (75.5, 89.5)]
    assert [window["x"], window["x"] + window["width"]] == pytest.approx(ends, abs=0.01)


def test_reset_and_settings(room):
    """A reset brings the same numbers; rate and clipping act at once, the other settings start anew."""
    first = room.step(20).weights.vector
    assert room.reset().update == 0
    assert (room.step(20).weights.vector == first).all()
    room.learning_rate, room.clipping, room.clip_norm = 0.1, "on", 0.01
    assert room.update == 20
    before, batch = room.weights, room._run.batch
    _, gradient = loss_and_gradient(room._run.X[batch], room._run.y[batch], before)
    said = words(room.drawing())
    norm = np.linalg.norm(gradient.vector)
    assert norm > 0.01 and said["norm"] == f"gradient's norm {norm:.3f}, clipped to 0.01"
    assert said["settings-0"].endswith("Adam, learning rate 0.1, clipped to 0.01")
    room.optimizer = "SGD"
    assert room.update == 0
    before = room.weights.vector
    room.step()
    assert np.linalg.norm(room.weights.vector - before) == pytest.approx(0.1 * 0.01, rel=1e-4)
    for name, value in {"look_back": 30, "units": 32, "forget_bias": -3.0}.items():
        room.step()
        setattr(room, name, value)
        assert room.update == 0
    assert (room.weights.lstm.b_f == -3).all() and room.weights.lstm.units == 32 and room._run.X.shape[1] == 30


def test_explosion_stops_and_reset_goes_on(room):
    room.optimizer, room.learning_rate = "SGD", 2.0
    room.step(200)
    assert room.diverged and room.update < 100
    at = room.update
    assert room.step(5).update == at and not room.play().playing
    drawing = room.drawing()
    assert "it exploded" in drawing.description and words(drawing)["when"].startswith(f"update {at}, ")
    assert words(drawing)["when"].endswith(": exploded") and not BROKEN.search(drawing.svg)
    losses, forecasts = heights(drawing.parts["validation"]), heights(drawing.parts["forecast"])
    finite = np.isfinite(np.array(room._run.curves())[:, 2])
    assert [len(stretch) for stretch in losses] == [finite.sum()] and finite.sum() <= at  # no number, no point
    assert min(map(min, forecasts)) >= 398 and max(map(max, forecasts)) <= 548  # the forecasts stay inside their frame
    room.clipping = "on"
    room.reset().step(100)
    assert not room.diverged and room.loss < 1


@pytest.mark.parametrize(
    "state",
    [
        {"units": 1, "look_back": 1},
        {"units": 32, "look_back": 30, "forget_bias": 6.0},
        {"forget_bias": 1e4},
        {"forget_bias": -1e4},
        {"learning_rate": 10.0, "optimizer": "SGD"},
        {"learning_rate": 10.0},
        {"learning_rate": 1e-4, "clipping": "on", "clip_norm": 1e6},
    ],
)
def test_extremes_leave_the_picture_whole(state):
    room = TrainingRoom(YEAR[:60], **state)
    for n in (1, 7, 30):
        room.step(n)
        for drawing in (room.drawing(), room.still()):
            assert drawing.png and not BROKEN.search(drawing.svg), state
            for axes in ("loss", "gradient"):
                values, places = ticks(drawing, axes)
                assert 2 <= len(values) <= 7 and {f"{value:.0e}"[0] for value in values} <= {"1", "2", "5"}
                assert (np.diff(places) < -20).all() and places[0] <= 262.01 and places[-1] >= 111.99


def test_what_has_no_place_on_a_logarithmic_axis_is_left_out():
    """A persistence without error; a gradient that comes to 0 between steps where it does not."""
    drawing = TrainingRoom(np.r_[YEAR[:200], np.full(70, 5.0)]).drawing()
    assert drawing.parts["persistence"]["d"] == "" and len(heights(drawing.parts["training"])[0]) == 1
    assert not BROKEN.search(drawing.svg) and "persistence's 0.000" in drawing.description
    room = TrainingRoom(YEAR).step(1)
    frame = np.frombuffer(room.frame, "<f4").copy()
    frame[len(HEAD) + 5 : len(HEAD) + 8] = 0  # of the gradient by h, at steps 6 to 8
    room.frame = frame.tobytes()
    there = frame[len(HEAD) : len(HEAD) + room.look_back] > 0
    stretches = heights(room.drawing().parts["gradient-h"])
    assert len(stretches) == 2 and sum(map(len, stretches)) == there.sum() < len(there)


def test_the_task_answers(room):
    """Below persistence's within 80 updates: the first such update is named, and it stays so."""
    assert room.ask("beaten") == [False, "Lowest so far 0.942, to beat 0.085; 0 of 80 updates."]
    losses = []
    while room.validation_loss >= room.persistence_loss:
        losses.append(room.step().validation_loss)
        if room.update == 80:
            assert room.ask("beaten")[1] == f"Lowest so far {min(losses):.3f}, to beat 0.085; 80 of 80 updates."
    late = [False, "80 updates were not enough to beat 0.085: Reset, and other settings."]
    assert room.update > 80 and room.ask("beaten") == late
    assert room.step(300).ask("beaten") == late
    room.learning_rate = 0.05
    room.reset()
    while room.validation_loss >= room.persistence_loss:
        room.step()
    so = f"{room.validation_loss:.3f} after {room.update} updates; persistence has 0.085."
    assert room.update <= 80 and room.ask("beaten") == [True, so] == room.step(60).ask("beaten")
    room.optimizer, room.learning_rate = "SGD", 2.0
    assert room.step(60).ask("beaten") == [False, "It exploded. Reset, with a lower learning rate."]


def test_clipping_tames_what_exploded_without_it(room):
    """Only what clipping itself has done counts; where Adam undoes it, it says so. The axis stays usable."""

    def look():
        nonlocal memory
        done, words, memory = room.ask("tamed", memory)
        return done, words

    memory = {}
    room.optimizer, room.learning_rate = "SGD", 10.0
    assert look() == (False, f"So far {room.loss:.2f} at most.")
    room.step(60)
    assert room.diverged and look() == (False, "It exploded. Now put clipping on, and Reset.")
    ticks = [part["words"] for name, part in room.drawing().parts.items() if name.startswith("loss-ytick")]
    assert ticks[-1] == "1000" and "clipped" not in room.drawing().parts["norm"]["words"]
    room.clipping, room.clip_norm = "on", 0.1
    assert look() == (False, "It exploded before clipping was on. Now Reset.")
    assert "clipped" not in room.drawing().parts["norm"]["words"]
    room.reset()
    assert look() == (False, f"The loss was {room.loss:.2f} at most; 0 of 100 updates.")
    done, words = (room.step(100), look())[1]
    assert done and words.endswith("at most, clipped to 0.1.")
    room.optimizer, memory = "Adam", {"wild": memory["wild"].replace("SGD", "Adam"), "ended": 0}
    room.step(60)
    assert look()[1].endswith("Adam rescales each step, clipped or not: try SGD.")


def test_thread_plays_pauses_and_ends(room, capfd):
    room.play()
    assert len(threads()) == 1
    wait_until(lambda: room.update >= 6)
    room.units = 4  # starts anew, and plays on
    wait_until(lambda: room.update >= 6 and room.weights.lstm.units == 4)
    room.pause()
    at, frame = room.update, room.frame
    assert not room.playing and at < AT_MOST
    wait_until(lambda: not threads())
    assert (room.update, room.frame) == (at, frame) and np.frombuffer(frame, "<f4")[0] == at
    vector = room.weights.vector
    assert (room.reset().step(at).weights.vector == vector).all()
    room.play()
    other = TrainingRoom(YEAR).play()
    assert other.playing and not room.playing  # one plays at a time
    other.close()
    wait_until(lambda: not threads())
    assert capfd.readouterr() == ("", "")


def test_thread_says_what_went_wrong(room, monkeypatch, capfd):
    def fail(*_):
        raise MemoryError("no room left")

    monkeypatch.setattr(room._run, "step", fail)
    room.play()
    wait_until(lambda: not room.playing and not threads())
    assert room.trouble == "MemoryError: no room left"
    assert room.reset().play().trouble == ""
    room.pause()
    assert capfd.readouterr() == ("", "")


def test_requests_of_the_front_end(room):
    for k, (verb, update) in enumerate([("step", 1), ("step", 2), ("reset", 0), ("nonsense", 0)]):
        room._handle_custom_msg({"do": verb, "heard": k + 1}, [])
        assert room.update == update and room._heard == k + 1
    room._handle_custom_msg({"do": "play", "heard": 9}, [])
    assert room.playing and room._heard == 9
    room._handle_custom_msg({"do": "pause", "heard": 10}, [])
    assert not room.playing


def test_the_still_of_an_untrained_room_is_a_trained_one(room):
    """In words of its own, and nobody has trained; once somebody has, the still is what the room shows."""
    still = room.still().description
    assert "A recorded run" in still and "After 120 updates" in still and "below persistence's 0.085" in still
    assert room.update == 0 and "After 0 updates" in room.drawing().description
    assert "A recorded run" in TrainingRoom(YEAR)._repr_mimebundle_()[0]["text/html"]
    room.step(120)
    assert f"validation loss from 0.942 to {room.validation_loss:.3f}" in still
    assert "recorded" not in room.still().description and room.still().svg == room.drawing().svg


def test_what_changed_on_the_way_is_marked(room):
    """A tick at the update, on the axis of the losses, with the setting's new value; what starts anew has none."""
    room.step(30)
    room.learning_rate = 0.05
    assert room.marks == []  # nobody has trained with it yet
    room.step(30)
    room.clipping = "on"
    room.step(5)
    assert room.marks == [[30, "learning_rate", 0.05], [60, "clip_norm", 0.1]]
    drawing = room.drawing()
    values, places = ticks(drawing, "loss", "x")
    for k, (update, _, _) in enumerate(room.marks):
        x, bottom = map(float, drawing.parts[f"mark-{k}"]["d"].split()[1:3])
        assert x == pytest.approx(np.interp(update, values, places), abs=0.01) and bottom == 262
    assert [words(drawing)[f"mark-words-{k}"] for k in (0, 1)] == ["30: learning rate 0.05", "60: clipped to 0.1"]
    said = "Changed on the way: learning rate 0.05 from update 30 on; clipped to 0.1 from update 60 on."
    assert said in drawing.description
    assert room.reset().marks == [] and "Changed" not in room.drawing().description


def test_earlier_runs_stay_as_ghosts(room):
    """The last three, each where its loss was, with what was another in it; short ones leave nothing."""
    losses = []
    for units in (8, 2, 3, 4):
        room.units = units
        room.step(20)
        losses.append(room.validation_loss)
    room.units = 5
    room.step(9)
    room.optimizer = "SGD"  # nine updates are too few
    assert [ghost["settings"]["units"] for ghost in room.ghosts] == [2, 3, 4]
    drawing = room.step(3).drawing()
    values, places = ticks(drawing, "loss")
    slope, start = np.polyfit(np.log10(values), places, 1)
    for k, loss in enumerate(losses[1:]):
        (curve,) = heights(drawing.parts[f"ghost-{k}"])
        assert curve[-1] == pytest.approx(start + slope * np.log10(loss), abs=0.1) and len(curve) == 21
        so = f"{k + 2} units, Adam"
        assert words(drawing)[f"ghost-words-{k}"] == f"earlier: {so}"
        assert f"{so}: {loss:.3f} after 20 updates" in drawing.description
    dashes = [drawing.parts[f"ghost-{k}"]["style"] for k in range(3)]
    assert len(set(dashes)) == 3 and "ghost-3" not in drawing.parts
    room.learning_rate = 2.0
    assert room.step(60).diverged and room.reset().ghosts[-1]["settings"]["learning_rate"] == 2.0
    assert not BROKEN.search(room.drawing().svg)
    assert words(room.drawing())["ghost-words-2"] == "earlier: the same settings, others on the way"
    room.step(60).reset()  # that one had another rate at first
    assert [(ghost["settings"]["units"], ghost["changed"]) for ghost in room.ghosts] == [
        (4, False),
        (5, True),
        (5, False),
    ]
    room.step(60).reset()  # the same settings again take the place of what they left before
    assert [(ghost["settings"]["units"], ghost["changed"]) for ghost in room.ghosts] == [
        (4, False),
        (5, True),
        (5, False),
    ]


def test_forecasts_beyond_the_axis_are_said_to_be(room):
    assert "beyond" not in room.step(5).drawing().parts
    room.learning_rate, room.optimizer = 10.0, "Adam"
    parts = room.step(5).drawing().parts
    fit = np.frombuffer(room.frame, "<f4")[len(HEAD) + 2 * LONGEST :][:91]
    assert parts["beyond"]["words"] == f"drawn at the edge: forecasts from {fit.min():.0f} to {fit.max():.0f}".replace(
        "-", "−"
    )
    names = [parts[f"size-{gate}"] for gate in "figo"]
    assert all("." not in part["words"] for part in names if float(part["words"].split()[1]) >= 100)


def test_words_for_earlier_runs_and_changes_keep_off_the_curves(room):
    """Below the axes of the losses, each in a place of its own; long ones are cut, and said in full to a pointer."""
    for settings in ({"units": 2}, {"forget_bias": -1.5}, {"optimizer": "SGD", "learning_rate": 0.00123}):
        room.step(20)
        for name, value in settings.items():
            setattr(room, name, value)
    for k in range(6):
        room.step(25)
        room.learning_rate = 0.001 + 0.0001 * k
    room.step()
    for narrow in (False, True):
        parts = room.drawing(narrow).parts
        said = {name: part for name, part in parts.items() if re.match("(ghost|mark)-words-", name)}
        assert len(said) == 9 and len({(part["x"], part["y"]) for part in said.values()}) == 9
        bottom = parts["loss"]["y"] + parts["loss"]["height"] + 25  # of the words beside the axis
        assert bottom < min(part["y"] - 13 for part in said.values())
        below = parts["gradient" if narrow else "fit"]["y"] - 39  # where the next panel's title stands
        assert max(part["y"] for part in said.values()) < below - 10
    long = parts["ghost-words-0"]
    assert long["words"] == "earlier: 8 units, forget bias 1.0, Adam, …" and "data-says" not in parts["ghost-words-2"]
    assert long["data-says"] == "earlier: 8 units, forget bias 1.0, Adam, learning rate 0.02"


@pytest.mark.parametrize("speed, least, most", [("slow", 2, 4), ("normal", 20, 48), ("fast", 49, AT_MOST)])
def test_speeds(room, speed, least, most):
    """In one and a half seconds."""
    room.units, room.look_back, room.speed = 1, 1, speed
    room.play()
    time.sleep(1.5)
    assert least <= room.pause().update <= most


def test_it_pauses_by_itself_after_just_so_many_updates(room, monkeypatch):
    monkeypatch.setattr(_live, "AT_MOST", 37)
    monkeypatch.setitem(_live.PACES, "fast", (1000, 0))
    room.units, room.look_back, room.speed = 1, 1, "fast"
    for most in (37, 74):
        room.play()
        wait_until(lambda: not room.playing)
        assert room.update == most


def test_what_a_page_trained_by_itself_is_not_taken_over(room):
    """But the settings that were moved meanwhile are, and the page is told what is so here."""
    frame, told = room.step(3).frame, []
    room.set_state({"frame": b"", "ghosts": [1], "marks": [2], "playing": True, "learning_rate": 0.5, "speed": "fast"})
    assert (room.frame, room.ghosts, room.marks, room.playing) == (frame, [], [], False)
    assert (room.learning_rate, room.speed) == (0.5, "fast")
    room.send_state = told.append
    room._handle_custom_msg({"do": "show", "heard": 5}, [])
    assert set(told[0]) == {"frame", "marks", "ghosts", "playing"} and room._heard == 5


def test_curves_stay_short(room):
    room.units = 1
    room.step(2 * ROWS + 5)
    rows = room._run.curves()
    assert len(rows) <= ROWS + 1 and rows[0, 0] == 0 and rows[-1, 0] == room.update
    assert len(room.frame) < 12_000


def test_wrong_arguments_are_refused(room):
    with pytest.raises(ValueError, match="series has 59 values; at least 60"):
        TrainingRoom(YEAR[:59])
    with pytest.raises(ValueError, match="series has 1 values that are NaN"):
        TrainingRoom(np.r_[YEAR, np.nan])
    with pytest.raises(ValueError, match=r"series has shape .* \(time\) is needed"):
        TrainingRoom(YEAR[:, None])
    with pytest.raises(TypeError, match="series has dtype"):
        TrainingRoom(["a"] * 100)
    with pytest.raises(ValueError, match="are all 3: a constant series"):
        TrainingRoom(np.full(100, 3.0))
    with pytest.raises(TypeError, match="unit is 3; text"):
        TrainingRoom(YEAR, unit=3)
    with pytest.raises(TypeError, match="seed is 1.5"):
        TrainingRoom(YEAR, seed=1.5)
    with pytest.raises(TypeError, match="has no epochs"):
        TrainingRoom(YEAR, epochs=3)
    for name, value, needed in [
        ("learning_rate", 0.0, "learning_rate is 0.0; a number above 0"),
        ("learning_rate", float("nan"), "learning_rate is nan"),
        ("clip_norm", -1.0, "clip_norm is -1.0; a number above 0"),
        ("look_back", 31, "look_back is 31; a whole number from 1 to 30"),
        ("look_back", 0, "look_back"),
        ("units", 33, "units is 33; a whole number from 1 to 32"),
        ("speed", "faster", "speed"),
        ("optimizer", "RMSprop", "optimizer"),
    ]:
        before = room.state()
        with pytest.raises(traitlets.TraitError, match=needed):
            setattr(room, name, value)
        assert room.state() == before
    with pytest.raises(ValueError, match="n is 0"):
        room.step(0)
