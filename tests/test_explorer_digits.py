"""How many digits are real, in Python: its numbers are those of Twins, its state has limits, its picture says what is
so; and in JavaScript, where no kernel answers. test_explorers.py has it in a browser, test_page.py on a page."""

import json
import re

import numpy as np
import pytest
import quickjs
import traitlets

from lstm_notes.explorers import DigitsExplorer
from lstm_notes.explorers._scene import linked, module
from lstm_notes.explorers.digits import Pair
from lstm_notes.studies import Twins, flip_bit

BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture


@pytest.fixture
def digits():
    explorer = DigitsExplorer()
    yield explorer
    explorer.close()


def rows(explorer):
    return np.frombuffer(explorer.frame, "<f4").reshape(-1, 3)


@pytest.mark.parametrize("training, precision", [("calm", "float64"), ("bold", "float32"), ("wild", "float32")])
def test_it_trains_as_twins_do(training, precision):
    explorer = DigitsExplorer(training=training, precision=precision, bit=4, seed=2).step(12)
    twins = Twins(training, precision, 2, bit=4, look_back=30, units=16)
    for _ in range(12):
        twins.step()
    first, second = twins.forecasts(31)
    assert explorer.update == 12 and explorer.apart == (twins.apart(), np.abs(first - second).max())
    assert explorer.pair == [first[0].item(), second[0].item()]
    assert rows(explorer)[-1] == pytest.approx([12, *explorer.apart]) and len(rows(explorer)) == 13


def test_rows_are_thinned_out(monkeypatch):
    monkeypatch.setattr("lstm_notes.explorers.digits.ROWS", 8)
    pair = Pair("wild", "float32", 0, seed=0)
    for _ in range(21):
        pair.advance()
    assert [row[0] for row in pair.curves()] == [0, 4, 8, 12, 16, 20, 21]


def test_the_picture_says_it(digits):
    digits.training, digits.precision, digits.bit = "wild", "float32", 3
    digits.step(15)
    one, other = (f"{value:#.9g}".replace("-", "−") for value in digits.pair)
    for narrow in (False, True):
        scene = digits.drawing(narrow)
        assert not BROKEN.search(scene.svg)
        parts = {name: part["words"] for name, part in scene.parts.items()}
        assert parts["settings"] == "wild, float32, bit 3 before the last turned over"
        written = [parts.get(f"{name}-same", "") + parts.get(f"{name}-rest", "") for name in ("one", "other")]
        assert written == [one, other]
        same = parts.get("one-same", "")
        assert one.startswith(same) and other.startswith(same) and one[len(same)] != other[len(same)]
        agreed = len(re.sub(r"^[−0.]+|\D", "", same))
        said = re.search(r"°C: (.*)", parts["agree"])[1]
        assert said in (f"the first {agreed} digits agree", "the first digit agrees", "not one digit agrees")
        result = " ".join(parts[name] for name in sorted(parts) if name.startswith("result-"))
        assert result.startswith("update 15: a weight differs by up to ") and result.endswith("°C")
    assert said in scene.description and one in scene.description
    (written,) = re.findall(r"network: (\S+)", digits.drawing().parts["weight-0"]["words"])
    start = np.float32(digits.fixed["weight"]["wild"])
    assert np.float32(written.replace("−", "-")) == flip_bit(start, 3)


@pytest.mark.parametrize("precision, mantissa", [("float32", 23), ("float64", 52)])
def test_the_bits_are_those_of_the_weight(digits, precision, mantissa):
    digits.precision, digits.bit = precision, 5
    parts = digits.drawing().parts
    value = flip_bit(np.dtype(precision).type(digits.fixed["weight"]["calm"]), 5)
    whole = int(value.view(f"int{8 * value.itemsize}"))
    seen = [parts[f"bit-{k}"]["class"].endswith("bar") for k in range(mantissa)]
    assert seen == [bool(whole >> k & 1) for k in range(mantissa)] and f"bit-{mantissa}" not in parts
    assert [k for k in range(mantissa) if parts[f"bit-{k}"]["class"].split()[0] == "f"] == [5]
    assert parts["bit-0"]["x"] > parts["bit-1"]["x"] and parts["touch-bit"]["width"] > 300


def test_the_still_has_words_without_the_last_digits(digits):
    still = digits.still()
    assert "bit 0" in still.description and not re.search(r"\d\.\d|e−", still.description)
    assert len(still.parts["one-same"]["words"]) > 10 and still.parts["weights"]["d"].count("L") > 40
    assert str(digits.pair[0])[:6] not in still.parts["one-same"]["words"] and digits.update == 0
    assert digits.step(3).still().description == digits.drawing().description


def test_one_difference_too_small_for_any_digit(digits):
    parts = digits.drawing().parts
    assert digits.pair[0] == digits.pair[1] and parts["agree"]["words"].endswith("all digits agree")
    assert "one-rest" not in parts and "a forecast by nothing" in digits.drawing().description


def test_settings_start_anew_and_earlier_runs_stay(digits):
    digits.step(12)
    digits.precision = "float32"
    assert digits.update == 0
    (ghost,) = digits.ghosts
    assert ghost["settings"] == {"training": "calm", "precision": "float64", "bit": 0}
    assert ghost["points"][-1][0] == 12
    digits.step(5)
    digits.bit = 1
    assert len(digits.ghosts) == 1  # five updates leave nothing
    for digits.bit in (2, 3, 4):
        digits.step(10)
    digits.training = "bold"
    assert [ghost["settings"]["bit"] for ghost in digits.ghosts] == [2, 3, 4]
    assert "bit 4: " in digits.drawing().parts["ghost-words-2"]["words"]
    digits.reset()
    assert digits.update == 0 and len(digits.ghosts) == 3


def test_a_reset_brings_the_same_numbers_again(digits):
    first = digits.step(7).frame
    assert digits.reset().step(7).frame == first


def test_the_task_is_open_at_first_and_wants_the_last_bit(digits):
    assert digits.ask("visible") == [False, "Not apart after 0 updates."]
    digits.training, digits.precision = "wild", "float32"
    assert not digits.ask("visible")[0]  # a setting alone does not solve it
    digits.bit = 3
    digits.step(60)
    assert digits.ask("visible") == [False, "Now it is bit 3; the last one is bit 0."]
    digits.bit = 0
    digits.step(60)
    done, words = digits.ask("visible")
    assert done == (abs(digits.pair[0] - digits.pair[1]) >= 0.1) and done and words.endswith("after 60 updates.")


def test_wrong_arguments_are_refused(digits):
    for name, value, needed in [
        ("bit", 23, "bit is 23; a whole number from 0 to 22"),
        ("bit", -1, "bit"),
        ("training", "mild", "training"),
        ("precision", "float16", "precision"),
    ]:
        before = digits.state()
        with pytest.raises(traitlets.TraitError, match=needed):
            setattr(digits, name, value)
        assert digits.state() == before
    with pytest.raises(TypeError, match="has no units"):
        DigitsExplorer(units=3)
    with pytest.raises(ValueError, match="seed is -1"):
        DigitsExplorer(seed=-1)


# ---------------------------------------------------------------------------------------------------------------
# The training in JavaScript, where no kernel answers.


@pytest.fixture(scope="module")
def js():
    """twins.js in an embedded engine: js(function, …) calls one that sees all it exports."""
    engine = quickjs.Context()
    engine.eval(linked("twins.js") + module("twins.js"))
    engine.eval("const { Pair, Training, left, turnOver } = modules['twins.js'];")
    engine.eval("const written = (name, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);")
    return lambda function, *given: json.loads(
        engine.eval(f"JSON.stringify(({function})(...{json.dumps(given)}) ?? null, written)")
    )


START = """(fixed, ...given) => {
    const [series, starts] = given.slice(0, 2).map((each) => Float64Array.from(each));
    globalThis.run = new Pair({ fixed, series, starts }, given[2]);
}"""


def begin(js, explorer):
    material = [np.frombuffer(each, "<f8").tolist() for each in (explorer._series, explorer._starts)]
    settings = {name: getattr(explorer, name) for name in explorer.restarts}
    js(START, explorer.fixed, *material, settings)


@pytest.mark.parametrize("training", ["calm", "bold", "wild"])
def test_the_page_begins_with_the_same_bits(js, training):
    for precision in ("float64", "float32"):
        explorer = DigitsExplorer(training=training, precision=precision, bit=6)
        begin(js, explorer)
        for own, theirs in zip(js("() => run.weights"), explorer._run.twins.weights):
            assert own == theirs.vector.tolist()
        assert js("() => run.row")[1] == explorer.apart[0]


def test_the_page_makes_numpys_steps(js):
    """In float64 to rounding. (Batches are drawn as NumPy draws them: tests/test_front_end_training.py.)"""
    explorer = DigitsExplorer(training="calm", bit=20)
    begin(js, explorer)
    js("() => { for (let k = 0; k < 4; k++) run.step(); }")
    explorer.step(4)
    for own, theirs in zip(js("() => run.weights"), explorer._run.twins.weights):
        np.testing.assert_allclose(own, theirs.vector, atol=1e-12)
    assert js("() => run.pair") == pytest.approx(explorer.pair, abs=1e-11)
    frame = np.reshape(js("() => run.frame()"), (-1, 3))
    np.testing.assert_allclose(frame, rows(explorer), rtol=1e-3, atol=1e-12)


def test_the_pages_float32_is_float32(js):
    """Every weight is one; and it stays as near to Python's as float32 does in a calm training."""
    explorer = DigitsExplorer(training="calm", precision="float32")
    begin(js, explorer)
    js("() => { for (let k = 0; k < 4; k++) run.step(); }")
    explorer.step(4)
    own = np.array(js("() => run.weights[0]"))
    assert (own == own.astype("float32")).all() and (own != explorer._run.twins.weights[0].vector).any()
    np.testing.assert_allclose(own, explorer._run.twins.weights[0].vector, atol=1e-5)
    kept = "[run.networks[0].hx[0], run.networks[0].gradient, run.optimizers[0].m, run.slope]"
    assert js(f"() => {kept}.map((each) => each.constructor.name)") == ["Float32Array"] * 4


def test_a_wild_pair_parts_on_the_page(js):
    begin(js, DigitsExplorer(training="wild", precision="float32"))
    begun = js("() => run.row")[2]
    assert js("() => { for (let k = 0; k < 12; k++) run.step(); return run.row; }")[2] > 100 * max(begun, 1e-7)


def test_the_page_leaves_what_python_leaves(js, digits):
    digits.step(30)
    old = [{"settings": {"training": "wild", "precision": "float64", "bit": 0}, "points": [[1, 2]]}]
    found = js("(ghosts, frame, settings) => left(ghosts, Float32Array.from(frame), settings)", old,
               rows(digits).ravel().tolist(), digits._run.settings)  # fmt: skip
    expected = digits._run.left(old)
    assert found[0] == expected[0] and found[1]["settings"] == expected[1]["settings"]
    np.testing.assert_allclose(found[1]["points"], expected[1]["points"], rtol=5e-3)
    few = rows(digits)[:8].ravel().tolist()
    assert js("(g, frame, s) => left(g, Float32Array.from(frame), s)", old, few, digits._run.settings) == old
