"""The network that writes: in JavaScript it is NumPy's, and writes what `write` writes; its state has limits, and its
picture says what is so. test_explorers.py has it in JupyterLab, test_page.py on a page."""

import json
import re

import numpy as np
import pytest
import quickjs
import traitlets

from lstm_notes.explorers import PromptExplorer
from lstm_notes.explorers._scene import linked, module
from lstm_notes.explorers.prompt import LONGEST, MOST, QUOTES
from lstm_notes.pictures.svg import format_number
from lstm_notes.text import (
    ALPHABET,
    RECORDED,
    best_units,
    digest,
    encode,
    features,
    load_topics,
    recorded_text,
    split_text,
    states,
    temperature_shares,
    text_forward,
    write,
)

BROKEN = re.compile(r'="[^"]*(nan|infinity|undefined)', re.I)  # attributes of a picture
NETWORK = recorded_text()
TEXT = 'An "else" clause,\n  x[0]'


@pytest.fixture
def prompt():
    explorer = PromptExplorer(prompt='It is the "', unit=QUOTES, seed=3)
    yield explorer
    explorer.close()


# ---------------------------------------------------------------------------------------------------------------
# The network in JavaScript.


@pytest.fixture(scope="module")
def js():
    """prompt.js in an embedded engine, with the network as `reader`: js(function, …) calls one that sees all this."""
    explorer = PromptExplorer()
    engine = quickjs.Context()
    engine.eval(linked("prompt.js") + module("prompt.js"))
    engine.eval("Object.assign(globalThis, ...Object.values(modules));")
    engine.eval("const written = (name, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);")

    def call(function, *given):
        return json.loads(engine.eval(f"JSON.stringify(({function})(...{json.dumps(given)}) ?? null, written)"))

    vector = np.frombuffer(explorer._network, "<f4").tolist()
    call("(vector, fixed) => { globalThis.reader = new Reader(vector, fixed); }", vector, explorer.fixed)
    return call


READ = "(text) => { reader.read(text); return [reader.h.slice(1), reader.c.slice(1), reader.logits()]; }"


def test_it_reads_as_numpy_does(js):
    """h, C and logits; also a text that begins as the last one, and one that is shorter."""
    for text in (TEXT, TEXT[:9] + "e 'if'", TEXT[:4]):
        trace = text_forward(encode(text)[None], NETWORK)
        for own, theirs in zip(js(READ, text), (trace.lstm.h[0], trace.lstm.c[0], trace.logits[0, -1])):
            np.testing.assert_allclose(own, theirs, rtol=0, atol=1e-12)
    # All 97,888 weights have crossed unchanged: float32 holds float16.
    assert (np.frombuffer(PromptExplorer()._network, "<f4") == NETWORK.vector).all()


@pytest.mark.parametrize("T", [0, 0.05, 0.5, 1, 2])
def test_shares_at_a_temperature_are_numpys(js, T):
    logits = np.random.default_rng(4).normal(0, 4, 96)
    own = js("temperatureShares", logits.tolist(), T)
    np.testing.assert_allclose(own, temperature_shares(logits, T), rtol=0, atol=1e-15)


def test_the_seeds_numbers_are_numpys(js):
    """To the bit: default_rng and its uniform draws; and words of 32 bits between them do not disturb."""
    draw = "(seed) => { const own = new Order(seeded(seed)); return [1, 2, 3, 4].map(() => own.uniform()); }"
    for seed in (0, 1, 7, 999, 2**31, 2**32 - 1):
        assert js(draw, seed) == np.random.default_rng(seed).uniform(size=4).tolist()


WRITE = """(state, count) => {
    for (let k = 0; k < count; k++) state.written += reader.next(state);
    return state.written;
}"""


@pytest.mark.parametrize("T, seed", [(0, 0), (0.5, 3), (1, 7), (2, 999)])
def test_the_page_writes_what_write_writes(js, T, seed):
    state = {"prompt": TEXT, "written": "", "temperature": T, "seed": seed}
    assert js(WRITE, state, 40) == write(NETWORK, TEXT, 40, T, seed)


def test_the_page_shows_what_python_shows(js, prompt):
    """The state with what was read in it, as the picture takes it."""
    prompt.step(20)
    state = prompt._state()
    own = js("(state) => reader.shows(state).read", {name: state[name] for name in ("prompt", "written", "unit")})
    for name, values in state["read"].items():
        np.testing.assert_allclose(own[name], values, rtol=0, atol=1e-12)


def test_quotations_are_those_of_features(js):
    for text in (TEXT, 'a "b\n\nc" d"', '"', "none"):
        assert js("quoted", text) == features(text)["in quotes"].tolist()


def test_what_cannot_be_read_is_refused_in_a_sentence(js):
    fixed = PromptExplorer().fixed
    for text, words in (
        ("", "The prompt is empty: one letter at least"),
        ("na\u00efve", "The network has no “ï”, letter 3: "),
        ("a\N{GRINNING FACE}", "The network has no “\N{GRINNING FACE}”, letter 2: "),
        ("x" * (LONGEST + 1), f"The prompt has {LONGEST + 1} letters: at most {LONGEST} are possible."),
    ):
        assert js("refused", text, fixed).startswith(words)
    for text in (ALPHABET, "x" * LONGEST):
        assert js("refused", text, fixed) == ""


# ---------------------------------------------------------------------------------------------------------------
# The state in Python.


def test_it_writes_as_write_does(prompt):
    assert prompt.step(30).written == write(NETWORK, 'It is the "', 30, 0.5, 3)
    assert prompt.step().step(9).written == write(NETWORK, 'It is the "', 40, 0.5, 3)
    before = prompt.written
    prompt.temperature = 0  # for the next letter
    assert prompt.step(8).written == before + write(NETWORK, prompt.prompt + before, 8, 0)


def test_prompt_and_seed_start_anew_and_the_rest_goes_on(prompt):
    text = prompt.step(5).written
    prompt.temperature, prompt.unit = 1.5, 3
    assert prompt.written == text
    prompt.seed = 4
    assert prompt.written == ""
    prompt.step(5).prompt = "Now"
    assert prompt.written == ""
    prompt.written = "here"
    prompt.prompt = "Now"  # as it is
    assert prompt.written == "here"


def test_wrong_arguments_are_refused(prompt):
    for name, value, needed in [
        ("prompt", "", "prompt is empty; one letter at least is needed"),
        ("prompt", "na\u00efve", "prompt has 'ï' at place 2; letters, digits"),
        ("prompt", "x" * (LONGEST + 1), f"prompt has {LONGEST + 1} letters; at most {LONGEST}"),
        ("written", "\t", "written has '.t' at place 0"),
        ("written", "x" * (MOST + 1), f"written has {MOST + 1} letters; at most {MOST}"),
        ("temperature", 2.1, "temperature is 2.1; 0 to 2 is needed"),
        ("temperature", -0.1, "temperature is -0.1"),
        ("temperature", float("nan"), "temperature is nan"),
        ("unit", 128, "unit is 128; 0 to 127 is needed"),
        ("unit", -1, "unit"),
        ("seed", 1000, "seed is 1000; 0 to 999 is needed"),
    ]:
        before = prompt.state()
        with pytest.raises(traitlets.TraitError, match=needed):
            setattr(prompt, name, value)
        assert prompt.state() == before
        with pytest.raises(traitlets.TraitError, match=needed):
            PromptExplorer(**{name: value})
    with pytest.raises(TypeError, match="has no units"):
        PromptExplorer(units=3)
    for n, error, needed in (
        (0, ValueError, "n is 0"),
        (1.5, TypeError, "n is 1.5"),
        (MOST + 1, ValueError, "600 are"),
    ):
        with pytest.raises(error, match=needed):
            prompt.step(n)


def test_the_unit_that_knows_quotes_is_the_one_that_is_found():
    if digest(load_topics()) != RECORDED:
        pytest.skip("this Python has another text")
    validation = split_text(load_topics())[1]
    sought = {"in quotes": features(validation)["in quotes"]}
    assert best_units(states(NETWORK, encode(validation)), sought)["in quotes"][0] == QUOTES


# ---------------------------------------------------------------------------------------------------------------
# The picture.


def rows(parts, name):
    return {int(part.removeprefix(f"{name}-")): parts[part]["words"] for part in parts if part.startswith(f"{name}-")}


def test_the_picture_says_it(prompt):
    text = prompt.prompt + prompt.step(60).written
    trace = text_forward(encode(text)[None], NETWORK)
    h, shares = trace.lstm.h[0, :, QUOTES], temperature_shares(trace.logits[0, -1], 0.5)
    likely = np.argsort(-shares)[:10]
    for narrow in (False, True):
        scene = prompt.drawing(narrow)
        assert not BROKEN.search(scene.svg)
        parts = scene.parts
        assert parts["settings"]["words"] == "temperature 0.50, seed 3: 60 letters written"
        seen = rows(parts, "written")
        lines = [rows(parts, "prompt").get(line, "") + seen[line] for line in sorted(seen)]
        assert "".join(lines).replace("\u00a0", " ").replace("↵", "\n") == text
        assert parts["prompt-0"]["font-weight"] == "bold" and "font-weight" not in parts["written-0"]
        for k, value in enumerate(h):
            cell = parts[f"letter-{k}"]
            assert cell["class"] == ("minus" if value < 0 else "plus")
            assert float(cell["fill-opacity"]) == pytest.approx(abs(value) / 2, abs=6e-4)
            assert cell["data-says"].endswith(f": h {format_number(value)}")
        widths = [parts[f"bar-{k}"]["width"] for k in range(10)]
        np.testing.assert_allclose(np.array(widths) / widths[0], shares[likely] / shares[likely[0]], atol=1e-3)
        assert [parts[f"share-{k}"]["words"] for k in range(10)] == [f"{shares[n]:.2f}" for n in likely]
        names = {" ": "space", "\n": "line end"}
        assert [parts[f"likely-{k}"]["words"] for k in range(10)] == [
            names.get(ALPHABET[n], ALPHABET[n]) for n in likely
        ]
        assert parts["rest"]["words"] == f"the other 86 together {1 - shares[likely].sum():.2f}"
        curve = parts["h"]["d"]
        assert curve.count("L") == len(text) - 1 and f"h of unit {QUOTES}" in parts["trace-words"]["words"]
        assert parts["border"]["d"]
    assert json.dumps(prompt.written) in scene.description and f"h of unit {QUOTES}" in scene.description


def test_a_long_text_shows_its_end(prompt):
    """Its last lines, each broken between words, or where a word has no end; the trace has its last 80 letters."""
    prompt.prompt, prompt.written = "x" * 100, ("a word or two " * 50)[:MOST]
    for narrow, columns, most in ((False, 80, 8), (True, 48, 10)):
        parts = prompt.drawing(narrow).parts
        seen = rows(parts, "prompt") | rows(parts, "written")
        lines = [seen[line].replace("\u00a0", " ") for line in sorted(seen)]
        assert len(lines) <= most and prompt.written.endswith("".join(lines[-5:])) and len(lines[-2]) <= columns
        assert all(line.endswith(" ") for line in lines[1:-1] if "a" in line)
        assert "border" not in parts
        axes, places = parts["trace"], re.findall(r"[ML]([\d.]+) ([\d.]+)", parts["h"]["d"])
        (xs, ys) = np.array(places, float).T
        h = states(NETWORK, encode(prompt.prompt + prompt.written))[-80:, QUOTES]
        np.testing.assert_allclose(1 - 2 * (ys - axes["y"]) / axes["height"], h, atol=2e-3)
        np.testing.assert_allclose(xs, axes["x"] + axes["width"] * np.arange(80) / 79, atol=0.06)


def test_the_still_has_letters_where_none_were_written(prompt):
    before = prompt.state()
    still = prompt.still()
    assert "200 letters written" in still.parts["settings"]["words"] and prompt.state() == before
    assert json.dumps(write(NETWORK, prompt.prompt, 200, 0.5, 3)) in still.description
    assert prompt.step(3).still().description == prompt.drawing().description


def test_the_task_is_open_at_first_and_wants_a_quotation_and_a_unit():
    explorer = PromptExplorer()
    assert explorer.ask("closes") == [False, "None is open at the prompt’s end."]
    explorer.unit = QUOTES
    explorer.step(60)
    assert not explorer.ask("closes")[0]  # the unit alone does not solve it
    explorer.prompt = 'It is the "'
    assert explorer.ask("closes") == [False, "It is not closed yet."]
    explorer.written = '__len__()" method'
    text = explorer.prompt + explorer.written
    h, where = states(NETWORK, encode(text)), features(text)["in quotes"]
    inside, outside = h[where].mean(axis=0), h[~where].mean(axis=0)
    tell = (inside * outside < 0) & (np.abs(inside) > 0.4) & (np.abs(outside) > 0.4)
    assert np.flatnonzero(tell).tolist() == [QUOTES]
    for explorer.unit in range(128):
        done, words = explorer.ask("closes")
        means = (format_number(each[explorer.unit]) for each in (inside, outside))
        assert done == tell[explorer.unit]
        assert words == "Unit {}: h {} inside, {} outside, on average.".format(explorer.unit, *means)
    explorer.unit, explorer.written = QUOTES, '\n\n" that'  # ended with its paragraph, and another is open
    assert explorer.ask("closes") == [False, "It is not closed yet."]
