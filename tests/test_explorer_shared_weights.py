"""SharedWeightsExplorer: its numbers are the package's, its picture holds for every size, its door refuses."""

import itertools
import re

import numpy as np
import pytest
import traitlets

from lstm_notes import SGD, NetworkWeights, loss_and_gradient, lstm_backward, network_forward
from lstm_notes.explorers import SharedWeightsExplorer
from lstm_notes.pictures.svg import format_number


def windows(count=3, steps=5, size=1.0):
    rng = np.random.default_rng(1)
    return size * rng.normal(size=(count, steps, 1)), size * rng.normal(size=(count, 1))


def words(explorer, narrow=False):
    """The texts of the picture's named parts."""
    return {name: part["words"] for name, part in explorer.drawing(narrow).parts.items() if part["tag"] == "text"}


def number(text):
    """The number at the end of a text, as it is printed, and half a unit of its last place."""
    mantissa, power = re.search(r"(−?\d+\.?\d*)(?:e(−?\d+))?$", text).groups()
    unit = 10.0 ** (int((power or "0").replace("−", "-")) - len(mantissa.partition(".")[2]))
    return float(mantissa.replace("−", "-")) * 10.0 ** int((power or "0").replace("−", "-")), unit / 2


def line(part):
    """What an outline in the picture holds: left, top, right, bottom."""
    x, y = np.reshape(re.findall(r"-?[\d.]+", part["d"]), (-1, 2)).astype(float).T
    return x.min(), y.min(), x.max(), y.max()


def middle(part):
    return part["x"] + part["width"] / 2, part["y"] + part["height"] / 2


def trained(X, y, units, update, learning_rate=0.3):
    """The network after `update` updates, made again."""
    network, optimizer = NetworkWeights.initial(1, units, 1, seed=0, dtype="float64"), SGD(learning_rate)
    for _ in range(update):
        optimizer.update(network.vector, loss_and_gradient(X, y, network)[1].vector)
    return network


@pytest.mark.parametrize("units, update", [(1, 0), (2, 3), (4, 10)])
def test_its_parts_are_those_of_lstm_backward_and_add_up_to_the_networks_gradient(units, update):
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, units=units, updates=10, update=update)
    network = trained(X, y, units, update)
    forecast, trace = network_forward(X, network)
    dh = np.zeros_like(trace.h)
    dh[:, -1] = 2 * (forecast - y) / y.size @ network.head_kernel.T
    z, before = lstm_backward(trace, dh).z, np.pad(trace.h[:, :-1], ((0, 0), (1, 0), (0, 0)))
    gradient = loss_and_gradient(X, y, network)[1].lstm
    met = {"x": X[:, :, 0], "bias": np.ones((3, 5))} | {f"h{unit}": before[:, :, unit] for unit in range(units)}
    columns = {"x": gradient.kernel[0], "bias": gradient.bias}
    columns |= {f"h{unit}": gradient.recurrent_kernel[unit] for unit in range(units)}
    for block, gate in enumerate("ifgo"):
        for unit in range(units):
            shared.gate, shared.unit = gate, unit
            for on, value in met.items():
                shared.on = on
                row = block * units + unit
                np.testing.assert_allclose(shared.parts, z[:, :, row] * value, atol=1e-14)
                assert abs(shared.parts.sum() - columns[on][row]) < 1e-14
                assert abs(shared.gradient - columns[on][row]) < 1e-14


def test_its_value_is_moved_by_the_learning_rate_times_the_gradient():
    shared = SharedWeightsExplorer(*windows(), learning_rate=0.2, gate="f", on="h1", unit=1)
    for k in range(5):
        shared.update = k
        value, gradient = shared.value, shared.gradient
        shared.update = k + 1
        assert abs(shared.value - (value - 0.2 * gradient)) < 1e-15


@pytest.mark.parametrize("narrow", [False, True])
def test_the_picture_shows_the_numbers_of_the_state(narrow):
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, update=2, window=1, step=4, gate="o", unit=1, on="x")
    shown, drawn = words(shared, narrow), shared.drawing(narrow).parts
    assert shown["title"] == "one W₂" and shown["same"] == "W₂ at every step of every window"
    W = trained(X, y, 2, 2).lstm.array
    strongest = np.abs(np.frombuffer(shared.weights, "<f4")).max()
    for (r, c), value in np.ndenumerate(W):
        cell = drawn[f"W-{r}-{c}"]
        assert cell["data-says"].partition("\n")[0].endswith(f": {format_number(value, 3)}")
        assert cell["class"] == ("minus" if value < 0 else "plus")
        assert abs(cell["fill-opacity"] - abs(value) / strongest) < 0.006
    assert drawn["W-7-2"]["data-says"].startswith(f"o, unit 1, on xₜ: {format_number(shared.value, 3)}\n")
    everywhere = []
    for shared.update in range(41):
        everywhere.append(np.abs(shared.parts).max())
    shared.update = 2
    for (b, t), part in np.ndenumerate(shared.parts):
        said = f"window {b}, step {t + 1}: part "
        for name in ("use", "part", "bar"):
            assert drawn[f"{name}-{b}-{t}"]["data-says"].startswith(said)
        value, half = number(drawn[f"part-{b}-{t}"]["data-says"])
        assert abs(value - part) < half * 1.001
        assert drawn[f"part-{b}-{t}"]["class"] == drawn[f"bar-{b}-{t}"]["class"] == ("minus" if part < 0 else "plus")
        assert abs(drawn[f"part-{b}-{t}"]["fill-opacity"] - abs(part) / max(everywhere)) < 0.006
    assert shown["at-hand"] == drawn["part-1-3"]["data-says"]
    for b, total in enumerate(shared.parts.sum(axis=1)):
        value, half = number(shown[f"sum-{b}-words"])
        assert abs(value - total) < half * 1.001
    value, half = number(shown["total-words"])
    assert abs(value - shared.gradient) < half * 1.001
    assert shown["update-words"] == "update: W₃ = W₂ − 0.3 · sum"
    moved = " ".join(shown[name] for name in shown if name.startswith("moved-"))
    assert moved.startswith("o, unit 1, on xₜ: ")
    assert abs(number(moved)[0] - (shared.value - 0.3 * shared.gradient)) < 1e-5
    shared.update = 40
    assert "no update follows" in words(shared, narrow)["update-words"] and "way" not in shared.drawing(narrow).parts


def test_the_parts_of_the_narrow_picture_are_those_of_the_wide_one():
    for update in (3, 40):
        shared = SharedWeightsExplorer(*windows(), update=update)
        wide, narrow = shared.drawing().parts, shared.drawing(narrow=True).parts
        # What is moved stands in two lines; a tick with no room is left out.
        assert {name for name in set(wide) ^ set(narrow) if "stack-tick" not in name} == {"moved-1"}
        assert shared.drawing(narrow=True).width == 420


def test_its_equations_say_what_is_so():
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, update=2, window=1, step=4, gate="o", unit=1, on="x")
    part, window, total, update = shared.ask("equations")
    assert part.startswith("window 1, step 4: part = δ₄ · x₄ = ")
    printed, half = number(re.search(r"· (−?[\d.]+) [=≈]", part)[1])
    assert abs(printed - X[1, 3, 0]) < half * 1.01
    assert window.startswith("window 1: ") and total.startswith("all windows: ")
    assert update.startswith("W₃ = W₂ − 0.3 · sum: ")
    values = shared.parts[1, 3], shared.parts[1].sum(), shared.gradient, shared.value - 0.3 * shared.gradient
    for text, value in zip((part, window, total, update), values):
        printed, half = number(text)
        assert abs(printed - value) < half * 1.01
    shared.update = 40
    assert len(shared.ask("equations")) == 3


@pytest.mark.parametrize("units, rate", [(2, 0.3), (4, 0.1), (1, 1.0)])
def test_every_sum_that_is_printed_closes_or_says_that_it_does_not(units, rate):
    """As far as its own digits go; where they do not, rounding has to be why."""
    rng, exact = np.random.default_rng(0), 0
    shared = SharedWeightsExplorer(*windows(4, 6), units=units, learning_rate=rate)
    for _ in range(40):
        shared.update, shared.window = (int(rng.integers(most)) for most in (41, 4))
        shared.gate, shared.unit = rng.choice([*"ifgo"]).item(), int(rng.integers(units))
        shared.on = rng.choice(["x", "bias", *(f"h{unit}" for unit in range(units))]).item()
        column, told = words(shared), shared.ask("equations")[1:]
        told.append(" + ".join(column[f"sum-{b}-words"] for b in range(4)) + f" {column['total-words']}")
        said = [re.split(": ", text)[-1] for text in told] + re.findall(r": ([^:;]*[=≈][^;.]*\.\d+)",
                                                                     shared.drawing().description)  # fmt: skip
        assert len(said) >= 6
        for text in said:
            left, sign, right = re.fullmatch(r"(.*) ([=≈]) (.*)", text).groups()
            terms = [number(term) for term in left.replace("− ", "+ −").replace("−−", "").split(" + ")]
            gap, half = abs(sum(value for value, _ in terms) - number(right)[0]), number(right)[1]
            assert (gap <= half * 1.001) is (sign == "="), text
            assert gap <= (half + sum(half for _, half in terms)) * 1.001, text
            exact += sign == "="
    assert exact > 100


def test_the_still_says_what_it_shows():
    shared = SharedWeightsExplorer(*windows(), update=5, gate="i")
    said = shared.drawing().description
    value, half = number(re.search(r"add up to the gradient: (.*?)\. An", said)[1])
    assert "W₅" in said and abs(value - shared.gradient) < half * 1.001
    X, y = windows()
    loss = loss_and_gradient(X, y, trained(X, y, 2, 5))[0]
    assert said.endswith(f"at update 5 the loss is {format_number(loss, 3)}.")


@pytest.mark.parametrize("count, steps, units", [(1, 1, 1), (4, 6, 4), (4, 1, 2), (1, 6, 3)])
@pytest.mark.parametrize("size", [0.0, 1.0, 1e4])
def test_every_size_and_every_scale_has_a_picture(count, steps, units, size):
    rate = 0.3 if size <= 1 else 1e-12
    X, y = windows(count, steps, size)
    shared = SharedWeightsExplorer(X, y, units=units, updates=2, learning_rate=rate)
    for update, on in ((0, "h0"), (2, "x")):
        shared.update, shared.on = update, on
        for narrow in (False, True):
            svg = shared.drawing(narrow).svg
            assert not re.search(
                'nan|infinity|undefined|"none"', re.sub('(fill|events)="none"', "", svg), re.IGNORECASE
            )
            assert len(shared.drawing(narrow).png) > 1000


def test_what_the_browser_gets_is_what_python_has():
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, updates=6, update=6, gate="o", unit=1, on="bias", step=5, window=2)
    shapes = {"weights": (7, 8, 4), "deltas": (7, 3, 5, 8), "inputs": (7, 3, 5, 4), "losses": (7,)}
    got = {name: np.frombuffer(getattr(shared, name), "<f4").reshape(shape) for name, shape in shapes.items()}
    assert got["weights"][6, 7, 3] == np.float32(shared.value)
    np.testing.assert_allclose(got["deltas"][6, :, :, 7] * got["inputs"][6, :, :, 3], shared.parts, rtol=1e-5)
    losses = [loss_and_gradient(X, y, trained(X, y, 2, update))[0] for update in range(7)]
    np.testing.assert_allclose(got["losses"], losses, rtol=1e-6)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("update", [0, 7, 40])
def test_bars_frames_and_dots_are_where_their_numbers_are(narrow, update):
    shared = SharedWeightsExplorer(*windows(), update=update, window=2, step=3, gate="o", unit=1, on="h1")
    drawn, parts = shared.drawing(narrow).parts, shared.parts.ravel()
    # Each bar begins where the one before it ended, and is as long as its part; the total is as long as the gradient.
    bars = [drawn[f"bar-{b}-{t}"] for b, t in np.ndindex(3, 5)]
    unit = max(bar["width"] for bar in bars) / np.abs(parts).max()
    at = drawn["total"]["x"] if shared.gradient > 0 else drawn["total"]["x"] + drawn["total"]["width"]
    zero, top = at, 0
    for bar, part in zip(bars, parts):
        begin, end = (bar["x"], bar["x"] + bar["width"])[:: 1 if part > 0 else -1]
        assert abs(begin - at) < 0.03 and abs(end - at - unit * part) < 0.03 and bar["y"] > top
        at, top = end, bar["y"]
    assert abs(at - zero - unit * shared.gradient) < 0.05 and drawn["total"]["y"] > top
    assert abs(drawn["total"]["width"] - unit * abs(shared.gradient)) < 0.05
    # The scale is that of every update; its marks are where their words say, and these stand at them or further from 0.
    pictures, scales = [], set()
    for shared.update in range(41):
        again, most = shared.drawing(narrow).parts, np.abs(shared.parts).argmax()
        scales.add(tuple(again[f"stack-tick-{k}"]["words"] for k in range(3) if f"stack-tick-{k}" in again))
        pictures.append(again)
        width = again[f"bar-{most // 5}-{most % 5}"]["width"]
        assert abs(width - unit * np.abs(shared.parts).max()) < 0.03
    shared.update = update
    ticks = [drawn[f"stack-tick-{k}"] for k in range(3) if f"stack-tick-{k}" in drawn]
    values = np.array([number(tick["words"])[0] for tick in ticks])
    marks = np.array(re.findall(r"M ([\d.]+) [\d.]+ v", drawn["stack-marks"]["d"]), float)
    np.testing.assert_allclose(marks, zero + unit * values, atol=0.05)
    beside = (np.array([tick["x"] for tick in ticks]) - marks) * np.sign(values)
    assert len(scales) == 1 and len(ticks) >= 2 and 0.0 in values and (beside > -0.05).all() and (beside < 30).all()
    if update < 40:  # the arrow begins at the sum
        assert abs(drawn["pulse"]["cx"] - (zero + unit * shared.gradient / 2)) < 0.05
    bars = [again[f"bar-{b}-{t}"] for again in pictures for b, t in np.ndindex(3, 5)]
    left, right = min(bar["x"] for bar in bars), max(bar["x"] + bar["width"] for bar in bars)
    assert abs(right - left - (86 if narrow else 144)) < 0.05  # all updates fill it
    for mark, kind, name in (("mark-number", "W", "W-7-1"), ("mark-use", "part", "part-2-2"),
                             ("mark-use", "use", "use-2-2"), ("mark-bar", "bar", "bar-2-2")):  # fmt: skip
        left, top, right, bottom = line(drawn[mark])
        inside = [
            other
            for other in drawn
            if re.fullmatch(rf"{kind}-\d+-\d+", other)
            and left < middle(drawn[other])[0] < right
            and top < middle(drawn[other])[1] < bottom
        ]
        assert inside == [name]
    # The small W has its spot where the number is in the large one.
    large, small = line(drawn["mark-number"]), drawn["use-1-1"]
    frame = [drawn[f"W-{r}-{c}"] for r, c in ((0, 0), (7, 3))]
    for side, size in (("x", "width"), ("y", "height")):
        k = int(side == "y")
        share = ((large[k] + large[k + 2]) / 2 - frame[0][side]) / (frame[1][side] + frame[1][size] - frame[0][side])
        spot = drawn["spot-1-1"][side] + 2.5 - small[side]
        assert abs(spot / small[size] - share) < 0.02
    for name, values in (("value", np.frombuffer(shared.weights, "<f4").reshape(41, 8, 4)[:, 7, 1]),
                         ("loss", np.frombuffer(shared.losses, "<f4"))):  # fmt: skip
        box, dot = drawn[name], drawn[f"{name}-dot"]
        low, high = (number(drawn[f"{name}-ytick-{k}"]["words"])[0] for k in (0, 1))
        assert low <= values.min() and values.max() <= high
        assert abs(dot["cx"] - (box["x"] + box["width"] * update / 40)) < 0.01
        assert abs(dot["cy"] - (box["y"] + box["height"] * (high - values[update]) / (high - low))) < 0.01
        assert drawn[f"{name}-curve"]["d"].count("L") == 40


@pytest.mark.parametrize("gate, on", [("g", "x"), ("i", "bias"), ("f", "h0"), ("o", "h1")])
def test_the_largest_part_of_all_updates_has_three_figures(gate, on):
    shared = SharedWeightsExplorer(*windows(), gate=gate, on=on)
    largest = {}
    for shared.update in range(41):
        largest[np.abs(shared.parts).max()] = shared.update
    shared.update = largest[max(largest)]
    b, t = np.unravel_index(np.abs(shared.parts).argmax(), shared.parts.shape)
    said = shared.drawing().parts[f"part-{b}-{t}"]["data-says"]
    assert len(re.sub(r"^0*\.?0*", "", said.split("part ")[1].lstrip("−")).replace(".", "")) == 3


def test_a_state_is_drawn_again():
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, update=9, window=2, step=3, gate="o", unit=1, on="h1")
    assert SharedWeightsExplorer(X, y, **shared.state()).drawing().elements == shared.drawing().elements


def in_notebook_04():
    from lstm_notes import Scaler, load_weather, make_windows

    temperature = load_weather()["temp_max"][:731]
    X, y = make_windows(Scaler().fit(temperature).transform(temperature), look_back=5)
    return SharedWeightsExplorer(X[100:103], y[100:103], units=4)


def every_number(shared):
    inputs = "x", "bias", *(f"h{unit}" for unit in range(shared.units))
    for at in itertools.product("ifgo", range(shared.units), inputs):
        shared.gate, shared.unit, shared.on = at
        yield at


def test_the_task_can_be_done_in_notebook_04():
    """It is not done to begin with, and the number at hand is not one, whatever is pressed. What nearly cancels and is
    next to nothing is none, either."""
    shared = in_notebook_04()
    for shared.update in range(41):
        assert not abs(shared.gradient) < 0.1 * np.abs(shared.parts).max()
        assert shared.ask("answer")[0] is False
    g1, g2, o1 = ("g", 1, "bias"), ("g", 2, "bias"), ("o", 1, "bias")
    for update, found in {0: [], 3: [g2, o1], 5: [g1, g2, o1], 40: [g1, g2, ("g", 3, "bias"), o1]}.items():
        shared.update = update
        assert [at for at in every_number(shared) if shared.ask("answer")[0]] == found, update
    shared.update, shared.gate, shared.unit, shared.on = 0, "o", 0, "h1"
    assert abs(shared.gradient) < 0.1 * np.abs(shared.parts).max()
    assert shared.ask("answer") == [False, "The largest part is 1.5e−5 in size: too small."]


def test_cells_show_what_their_numbers_are_or_what_pulls_at_them():
    """The number, its gradient, or the size of its largest part, these two in one scale; a pointer is told all."""
    shared = in_notebook_04()
    at, largest = shared.state(), 0
    for shared.update in range(41):
        largest = max(largest, *(np.abs(shared.parts).max() for _ in every_number(shared)))
    for update in (0, 5):
        shared.update = update
        values = [(shared.value, shared.gradient, np.abs(shared.parts).max()) for _ in every_number(shared)]
        cells = [shared._at for _ in every_number(shared)]
        limits = {"weight": np.abs(np.frombuffer(shared.weights, "<f4")).max(), "gradient": largest, "part": largest}
        for k, (shared.cells, limit) in enumerate(limits.items()):
            drawn = shared.drawing().parts
            for (row, column), each in zip(cells, values):
                cell = drawn[f"W-{row}-{column}"]
                assert cell["class"] == ("minus" if each[k] < 0 else "plus")
                assert abs(cell["fill-opacity"] - min(abs(each[k]) / limit, 1)) < 0.006
                told = re.search(r": (\S+)\ngradient (\S+), largest part (\S+) in size$", cell["data-says"]).groups()
                for words, value, digits in zip(told, each, (5e-4, 0, 0)):
                    assert abs(number(words)[0] - value) <= max(digits, 0.006 * abs(value)), cell["data-says"]
            assert drawn["edges"]["d"].count("z") == 96
        shared.cells = at["cells"]


def test_the_ticks_of_a_stack_are_in_one_notation():
    shared, seen = in_notebook_04(), set()
    for _ in every_number(shared):
        drawn = shared.drawing().parts
        ticks = [drawn[f"stack-tick-{k}"]["words"] for k in range(3) if f"stack-tick-{k}" in drawn]
        seen.add(len(ticks))
        assert len({"e" in words for words in ticks if words != "0"}) == 1, ticks
    assert seen == {2, 3}


X, Y = windows()


@pytest.mark.parametrize(
    "arguments, error, said",
    [
        ({"X": X[:, :, 0]}, ValueError, r"X has shape \(3, 5\).*windows, look_back, features"),
        ({"X": np.concatenate([X, X], axis=2)}, ValueError, "X has 2 features; one is needed"),
        ({"X": np.tile(X, (2, 1, 1)), "y": np.tile(Y, (2, 1))}, ValueError, r"windows .* is 6; at most 4"),
        ({"X": np.tile(X, (1, 2, 1))}, ValueError, r"look_back .* is 10; at most 6"),
        ({"X": X[:0], "y": Y[:0]}, ValueError, r"windows .* is 0; at least 1"),
        ({"X": X.astype("U")}, TypeError, "X has dtype"),
        ({"X": X * np.nan}, ValueError, "X has 15 values that are NaN"),
        ({"y": Y[:2]}, ValueError, r"y has shape \(2, 1\)"),
        ({"units": 5}, ValueError, "units is 5; at most 4"),
        ({"units": 2.0}, TypeError, "units is 2.0; a whole number"),
        ({"updates": 201}, ValueError, "updates is 201; at most 200"),
        ({"seed": -1}, ValueError, "seed is -1; at least 0"),
        ({"learning_rate": 0}, ValueError, "learning_rate is 0"),
        ({"learning_rate": 1e9}, FloatingPointError, r"learning_rate=1e\+09"),
        ({"update": 41}, traitlets.TraitError, "update is 41; 0 to 40 is needed"),
        ({"window": 3}, traitlets.TraitError, "window is 3; 0 to 2 is needed"),
        ({"step": 6}, traitlets.TraitError, "step is 6; 1 to 5 is needed"),
        ({"unit": 2}, traitlets.TraitError, "unit is 2; 0 to 1 is needed"),
        ({"on": "h2"}, traitlets.TraitError, "on is 'h2'; with 2 units at most 'h1'"),
        ({"gate": "C"}, traitlets.TraitError, "gate"),
        ({"epochs": 3}, TypeError, "SharedWeightsExplorer has no epochs"),
    ],
)
def test_what_it_cannot_show_is_refused_by_name(arguments, error, said):
    with pytest.raises(error, match=said):
        SharedWeightsExplorer(**{"X": X, "y": Y} | arguments)
