"""The long memory in Python: its numbers are those of the studies, its state has limits, its picture says what is so.
tests/test_explorers.py has it in a browser, tests/test_page.py on a page."""

import json
import re

import numpy as np
import pytest
import quickjs
import traitlets

from lstm_notes import network_forward
from lstm_notes.explorers import LongMemoryExplorer
from lstm_notes.explorers._scene import linked, module
from lstm_notes.network import NetworkWeights, loss_and_gradient
from lstm_notes.studies import adding, memory_run, recall

HEAD = 7
BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture


@pytest.fixture
def memory():
    explorer = LongMemoryExplorer(look_back=20, forget_bias=3.0)
    yield explorer
    explorer.close()


@pytest.mark.parametrize("task, units, start", [("recall", 8, 3.0), ("recall", 8, "chrono"), ("adding", 16, "chrono")])
def test_it_learns_as_the_study_does(task, units, start):
    """The same seed, the same settings: solved after the same number of batches."""
    given = {"start": "chrono"} if start == "chrono" else {"forget_bias": start}
    memory = LongMemoryExplorer(task=task, look_back=20, seed=3, **given)
    after = memory_run(task, 20, "LSTM", start, seed=3, updates=600, units=units)["solved_after"]
    assert after is not None and memory.step(after - 2).solved_after is None
    assert memory.step().solved_after == memory.update + 1 == after
    assert memory.step(3).solved_after == after


@pytest.mark.parametrize("task, features, units", [("recall", 1, 8), ("adding", 2, 16)])
def test_the_frame_holds_what_is_so(task, features, units):
    memory = LongMemoryExplorer(task=task, look_back=12).step(5)
    frame = np.frombuffer(memory.frame, "<f4")
    x, y = (recall if task == "recall" else adding)(1, 12, np.random.default_rng([0, 2]))
    forecast, trace = network_forward(x, memory.weights)
    assert frame[:HEAD] == pytest.approx([5, 0, 12, features, units, y.item(), forecast.item()])
    window, gates = frame[HEAD : HEAD + x.size], frame[HEAD + x.size :][: 36 * units].reshape(3, 12, units)
    assert window == pytest.approx(x.ravel())
    for own, theirs in zip(gates, (trace.f, trace.i, trace.c)):
        assert own == pytest.approx(theirs[0], rel=1e-5)
    assert frame[-6:] == pytest.approx(memory._run.losses) and len(frame) == HEAD + x.size + 36 * units + 6


def test_the_picture_says_it(memory):
    memory.step(100)
    memory.hidden_unit = 5
    for narrow in (False, True):
        scene = memory.drawing(narrow)
        assert not BROKEN.search(scene.svg)
        parts = scene.parts
        assert parts["settings"]["words"] == "recall over 20 steps, forget bias 3.0"
        assert parts["result"]["words"] == f"solved after {memory.solved_after} batches"
    _, trace = network_forward(recall(1, 20, np.random.default_rng([0, 2]))[0], memory.weights)
    f, i = trace.f[0, :, 5], trace.i[0, :, 5]
    parts = memory.drawing().parts
    words = parts["gates-words-0"]["words"]
    said = [float(number) for number in re.findall(r"\d\.\d\d", words)]
    assert words.startswith("unit 5: f ") and said == pytest.approx(
        [np.median(f), i[0], np.median(i[1:]), f[1:].prod()], abs=0.006
    )
    bottom, top = (parts[f"units-ytick-{k}"]["y"] for k in (0, 2))
    for gate, values in (("f", trace.f), ("i", trace.i)):
        for unit in range(8):
            share = parts[f"{gate}-{unit}"]["height"] / (bottom - top)
            assert share == pytest.approx(np.median(values[0, :, unit]), abs=0.006)
    assert "solved after" in memory.drawing().description and "unit 5: f" in memory.drawing().description


def test_what_is_left_of_a_product_of_gates_is_written_by_its_size():
    words = LongMemoryExplorer(look_back=100, forget_bias=0).drawing().parts["gates-words-0"]["words"]
    left = float(re.search(r"of C₁ (\S+) is left", words)[1].replace("−", "-"))
    assert 1e-33 < left < 1e-27  # about σ(0) to the power of 99


def test_settings_start_anew_and_earlier_runs_stay(memory):
    memory.step(60)
    before = memory._run.losses
    memory.forget_bias = 1.0
    assert memory.update == 0 and not memory.playing
    (ghost,) = memory.ghosts
    assert ghost["settings"] == {"task": "recall", "look_back": 20, "start": 3.0} and ghost["solved"] > 0
    update, share = ghost["points"][-1]
    assert share == pytest.approx(np.mean(before[update - 24 : update + 1]), rel=0.005)  # guessing scores 1
    memory.step(5)
    memory.look_back = 30
    assert len(memory.ghosts) == 1  # five updates leave nothing
    for bias in (0.0, 2.0, 4.0):
        memory.forget_bias = bias
        memory.step(30)
    memory.task = "adding"
    assert [ghost["settings"]["start"] for ghost in memory.ghosts] == [0.0, 2.0, 4.0]
    words = [memory.drawing(narrow).parts[f"ghost-words-{k}"]["words"] for narrow in (False, True) for k in range(3)]
    assert words[:3] == words[3:] and words[0] == "recall 30, b 0.0: not solved"
    memory.reset()
    assert memory.update == 0 and len(memory.ghosts) == 3


def test_a_reset_brings_the_same_numbers_again(memory):
    first = memory.step(7).frame
    assert memory.reset().step(7).frame == first


def test_fewer_units_take_the_last_of_them(memory):
    memory.task = "adding"
    memory.hidden_unit = 15
    memory.task = "recall"
    assert memory.hidden_unit == 7
    assert memory.ask("scene")["elements"]


def test_tasks_are_open_at_first_and_say_what_is_lacking():
    memory = LongMemoryExplorer()
    assert memory.ask("carried") == [False, "Now 50 steps."] and memory.ask("carries") == [False, "Choose adding."]
    memory.look_back = 100
    assert memory.step(200).ask("carried") == [False, "Too late now: another start."]
    memory.start = "chrono"
    assert memory.ask("carried") == [False, "0 of 200 updates."]
    assert memory.step(199).ask("carried") == [True, f"100 steps, after {memory.solved_after} batches."]
    memory.set_trait("look_back", 50)
    memory.task = "adding"
    assert memory.ask("carries") == [False, "It is not solved yet."]
    memory.step(300)
    done = []
    for memory.hidden_unit in range(16):
        reached, words = memory.ask("carries")
        f, opens, shut = (float(number) for number in re.findall(r"\d\.\d\d", words))
        done.append(reached)
        assert reached == (f >= 0.95 and opens >= 5 * shut) or abs(f - 0.95) < 0.006 or abs(opens - 5 * shut) < 0.03
    assert any(done) and not all(done)


def test_where_no_unit_carries_it_is_said():
    memory = LongMemoryExplorer(task="adding", look_back=20, start="chrono").step(200)
    frame = np.frombuffer(memory.frame, "<f4").copy()
    frame[HEAD + 40 :][: 20 * 16] = 0.5  # every f
    memory.frame = frame.tobytes()
    assert memory.ask("carries")[1].endswith("No unit does, here: another start, or train on.")


def test_wrong_arguments_are_refused(memory):
    for name, value, needed in [
        ("look_back", 9, "look_back is 9; a whole number from 10 to 200"),
        ("look_back", 201, "look_back is 201"),
        ("hidden_unit", 8, "hidden_unit is 8; 0 to 7"),
        ("forget_bias", float("nan"), "forget_bias is nan"),
        ("start", "zero", "start"),
        ("task", "copying", "task"),
    ]:
        before = memory.state()
        with pytest.raises(traitlets.TraitError, match=needed):
            setattr(memory, name, value)
        assert memory.state() == before
    with pytest.raises(TypeError, match="has no units"):
        LongMemoryExplorer(units=3)
    with pytest.raises(ValueError, match="seed is -1"):
        LongMemoryExplorer(seed=-1)


# ---------------------------------------------------------------------------------------------------------------
# The training in JavaScript, where no kernel answers.


@pytest.fixture(scope="module")
def js():
    """carried.js in an embedded engine: js(function, …) calls one that sees all its modules export."""
    engine = quickjs.Context()
    engine.eval(linked("carried.js") + module("carried.js"))
    engine.eval("const { Carried, Chance, Training, draw, left } = modules['carried.js'];")
    engine.eval("const { Network } = modules['lstm.js'];")
    engine.eval("const written = (name, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);")
    return lambda function, *given: json.loads(
        engine.eval(f"JSON.stringify(({function})(...{json.dumps(given)}) ?? null, written)")
    )


def material(memory):
    start = np.frombuffer(memory._starts, "<f8").tolist()
    return {**memory.fixed, "starts": start, "window": {"task": ""}}


START = """({ starts, ...material }, settings) => {
    globalThis.run = new Carried({ ...material, starts: Float64Array.from(starts) }, settings);
}"""


@pytest.mark.parametrize("task, features, units", [("recall", 1, 8), ("adding", 2, 16)])
@pytest.mark.parametrize("start", ["forget bias", "chrono"])
def test_the_page_begins_with_the_same_weights(js, memory, task, features, units, start):
    js(START, material(memory), {"task": task, "look_back": 40, "start": start, "forget_bias": -2.5})
    weights = NetworkWeights(features, units, 1)
    weights.vector[:] = js("() => run.weights")
    expected = NetworkWeights.initial(features, units, 1, np.random.default_rng([0, 0]))
    if start == "chrono":
        spread = np.exp(weights.lstm.b_f)
        assert spread.min() >= 1 and spread.max() <= 39 and np.ptp(spread) > 15
        assert (weights.lstm.b_i == -weights.lstm.b_f).all()
        expected.lstm.b_i[:] = weights.lstm.b_i
        expected.lstm.b_f[:] = weights.lstm.b_f
    else:
        expected.lstm.b_f[:] = -2.5
    assert (weights.vector == expected.vector).all()


@pytest.mark.parametrize("task, features, units", [("recall", 1, 8), ("adding", 2, 16)])
def test_the_page_makes_numpys_steps(js, memory, task, features, units):
    """On the windows that it has drawn: loss, gradient, and what its frame says."""
    js(START, material(memory), {"task": task, "look_back": 11, "start": "forget bias", "forget_bias": 1.0})
    js("() => { run.step(); run.step(); }")
    weights = NetworkWeights(features, units, 1)
    weights.vector[:] = js("() => run.weights")
    x, y = (np.array(each) for each in js("() => [run.drawn[0], run.drawn[1]]"))
    loss, gradient = loss_and_gradient(x.reshape(32, 11, features), y[:, None], weights)
    assert js("() => run.losses.at(-1)") == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(js("() => run.network.gradient"), gradient.vector, atol=1e-13)
    frame = np.array(js("() => run.frame()"))
    window, target = js("() => run.window")
    forecast, trace = network_forward(np.reshape(window, (1, 11, features)), weights)
    assert frame[:HEAD] == pytest.approx([2, 0, 11, features, units, target[0], forecast.item()], rel=1e-6)
    assert frame[HEAD : HEAD + len(window)] == pytest.approx(window)
    parts = frame[HEAD + len(window) :][: 33 * units].reshape(3, 11, units)
    for own, theirs in zip(parts, (trace.f, trace.i, trace.c)):
        assert own == pytest.approx(theirs[0], rel=1e-6)
    assert frame[-3:] == pytest.approx(js("() => run.losses"))
    np.testing.assert_allclose(js("() => run.network.gradient"), gradient.vector, atol=1e-13)  # a frame costs nothing


def test_the_page_learns(js, memory):
    js(START, material(memory), {"task": "recall", "look_back": 20, "start": "forget bias", "forget_bias": 3.0})
    js("() => { while (!run.solved && run.losses.length < 200) run.step(); }")
    solved, losses = js("() => [run.solved, run.losses]")
    assert 25 <= solved == len(losses) < 200 and np.mean(losses[-25:]) < 0.1 <= np.mean(losses[-26:-1])


def test_the_pages_windows_are_the_tasks(js):
    draw = "(task) => draw(task, 2000, 20, new Chance({ state: '12345678901234567890', inc: '987654321987654321' }))"
    x, y = (np.array(each) for each in js(draw, "recall"))
    x = x.reshape(2000, 20)
    assert (x[:, 0] == y).all() and set(y) == {-1, 1} and abs(y.mean()) < 0.08
    assert abs(x[:, 1:].mean()) < 0.005 and x[:, 1:].std() == pytest.approx(0.2, abs=0.005)
    assert np.mean((x[:, 1:] / 0.2) ** 4) == pytest.approx(3, abs=0.15)  # as normal numbers have it
    x, y = (np.array(each) for each in js(draw, "adding"))
    values, marks = x.reshape(2000, 20, 2).transpose(2, 0, 1)
    assert (marks[:, :10].sum(axis=1) == 1).all() and (marks[:, 10:].sum(axis=1) == 1).all()
    assert y == pytest.approx((values * marks).sum(axis=1)) and np.var(y) == pytest.approx(1 / 6, abs=0.02)
    assert marks.sum(axis=0).min() > 130  # of 200 that each step has on average
    assert values.min() >= 0 and values.max() < 1 and values.mean() == pytest.approx(0.5, abs=0.01)


def test_the_page_leaves_what_python_leaves(js, memory):
    memory.step(150)
    run = memory._run
    old = [{"settings": {"task": "recall", "look_back": 20, "start": 3.0}, "solved": 0, "points": [[1, 2]]}]
    found = js("(...given) => left(...given)", old, run.settings, run.losses, run.solved_after, 1.0)
    (expected,) = run.left(old)
    assert found[0]["settings"] == expected["settings"] and found[0]["solved"] == expected["solved"]
    np.testing.assert_allclose(found[0]["points"], expected["points"], rtol=2e-3)
    assert js("(...given) => left(...given)", old, run.settings, run.losses[:25], 0, 1.0) == old
