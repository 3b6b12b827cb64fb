"""SharedWeightsExplorer: its numbers are the package's, its picture holds for every size, its door refuses."""

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


def words(explorer):
    """The texts of the picture's named parts."""
    return {name: part["words"] for name, part in explorer.drawing().parts.items() if part["tag"] == "text"}


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


def test_the_picture_shows_the_numbers_of_the_state():
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, update=2, window=1, step=4, gate="o", unit=1, on="x")
    scale = float(re.search(r"× (\d+)", words(shared)["what"])[1])
    shown, parts = words(shared), scale * shared.parts
    assert {shown[f"same-{b}-{t}"] for b in range(3) for t in range(5)} == {"by W₂"}
    assert shown["part-1-3"] == format_number(parts[1, 3]) and shown["part-0-0"] == format_number(parts[0, 0])
    assert shown["sum-2-words"] == format_number(parts[2].sum())
    assert shown["total-words"] == format_number(scale * shared.gradient)
    assert shown["W-7-2"] == format_number(shared.value, 3)
    for (r, c), value in np.ndenumerate(trained(X, y, 2, 2).lstm.array):
        assert shown[f"W-{r}-{c}"] == format_number(value, 3)
    assert shown["line-0"] == "window 1, step 4: part = δ₄ · x₄"
    more = len(shown["line-1"].partition(".")[2].partition(" ")[0]) - 2  # digits, so that it closes
    assert shown["line-1"].endswith(f"· {format_number(X[1, 3, 0], 3 + more)} = {format_number(parts[1, 3], 2 + more)}")
    assert shown["line-4"].startswith("update: W₃ = W₂ − 0.3 · gradient")
    shared.update = 40
    assert "no update follows" in words(shared)["line-5"]


def test_the_still_says_what_it_shows():
    shared = SharedWeightsExplorer(*windows(), update=5, gate="i")
    said = shared.drawing().description
    scale = float(re.search(r"× (\d+)", said)[1])
    gradient = re.search("add up to the gradient: .* = (.*)\\. Below", said)[1]
    assert "W₅" in said and gradient == format_number(scale * shared.gradient)
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
        svg = shared.drawing().svg
        assert not re.search('nan|infinity|undefined|"none"', svg.replace('fill="none"', ""), re.IGNORECASE)
        assert size or "×" not in words(shared)["what"]  # parts of 0 are shown as they are
        assert len(shared.drawing().png) > 1000


def test_what_the_browser_gets_is_what_python_has():
    X, y = windows()
    shared = SharedWeightsExplorer(X, y, updates=6, update=6, gate="o", unit=1, on="bias", step=5, window=2)
    shapes = {"weights": (7, 8, 4), "deltas": (7, 3, 5, 8), "inputs": (7, 3, 5, 4), "losses": (7,)}
    got = {name: np.frombuffer(getattr(shared, name), "<f4").reshape(shape) for name, shape in shapes.items()}
    assert got["weights"][6, 7, 3] == np.float32(shared.value)
    np.testing.assert_allclose(got["deltas"][6, :, :, 7] * got["inputs"][6, :, :, 3], shared.parts, rtol=1e-5)
    losses = [loss_and_gradient(X, y, trained(X, y, 2, update))[0] for update in range(7)]
    np.testing.assert_allclose(got["losses"], losses, rtol=1e-6)


def test_bars_frames_and_dots_are_where_their_numbers_are():
    shared = SharedWeightsExplorer(*windows(), update=7, window=2, step=3, gate="o", unit=1, on="h1")
    drawn, sizes = shared.drawing().parts, shared.parts / np.abs(shared.parts).max()
    bars = [[drawn[f"bar-{b}-{t}"] for t in range(5)] for b in range(3)]
    longest = max(bar["width"] for line in bars for bar in line)
    for b, t in np.ndindex(3, 5):
        bar, middle = bars[b][t], drawn[f"part-{b}-{t}"]["x"]
        assert abs(bar["width"] - abs(sizes[b, t]) * longest) < 0.02
        assert abs((bar["x"] if sizes[b, t] > 0 else bar["x"] + bar["width"]) - middle) < 0.02
    for mark, part in (("mark-number", "W-7-1"), ("mark-cell", "part-2-2")):
        x, y = np.reshape(re.findall(r"-?[\d.]+", drawn[mark]["d"]), (-1, 2)).astype(float).T
        inside = [
            name
            for name in drawn
            if name.startswith(part[:2])
            and x.min() < drawn[name]["x"] < x.max()
            and y.min() < drawn[name]["y"] < y.max()
        ]
        assert inside == [part]
    for name, values in (("value", np.frombuffer(shared.weights, "<f4").reshape(41, 8, 4)[:, 7, 1]),
                         ("loss", np.frombuffer(shared.losses, "<f4"))):  # fmt: skip
        box, dot = drawn[name], drawn[f"{name}-dot"]
        low, high = (float(drawn[f"{name}-ytick-{k}"]["words"].replace("−", "-")) for k in (0, 2))
        assert low <= values.min() and values.max() <= high
        assert abs(dot["cx"] - (box["x"] + box["width"] * 7 / 40)) < 0.01
        assert abs(dot["cy"] - (box["y"] + box["height"] * (high - values[7]) / (high - low))) < 0.01
        assert drawn[f"{name}-curve"]["d"].count("L") == 40


@pytest.mark.parametrize("gate, on", [("g", "x"), ("i", "bias"), ("f", "h0")])
def test_the_largest_part_of_all_updates_has_a_digit_before_the_point(gate, on):
    shared = SharedWeightsExplorer(*windows(), gate=gate, on=on)
    most = 0.0
    for shared.update in range(41):
        most = max(most, np.abs(shared.parts).max())
    scale = float((re.search(r"× (\d+)", words(shared)["what"]) or [0, 1])[1])
    assert 1 <= scale * most < 10 or (scale == 1 and most >= 10)


def test_the_task_can_be_done_in_notebook_04():
    from lstm_notes import Scaler, load_weather, make_windows

    temperature = load_weather()["temp_max"][:731]
    X, y = make_windows(Scaler().fit(temperature).transform(temperature), look_back=5)
    shared, found = SharedWeightsExplorer(X[100:103], y[100:103], units=4), 0
    assert not abs(shared.gradient) < 0.1 * np.abs(shared.parts).max()  # it is not done to begin with
    shared.update, shared.on = 5, "bias"
    for gate in "ifgo":
        for unit in range(4):
            shared.gate, shared.unit = gate, unit
            found += abs(shared.gradient) < 0.1 * np.abs(shared.parts).max()
    assert found >= 1


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
