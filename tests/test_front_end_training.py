"""The training in JavaScript, lstm.js and run.js, against NumPy's: what a page without a kernel trains is the same."""

import json

import numpy as np
import pytest
import quickjs

from lstm_notes import SGD, Adam, Scaler, clip_by_global_norm, load_weather, mse_gradient
from lstm_notes.explorers._run import COLUMNS, HEAD, LONGEST, ROWS, Run, material
from lstm_notes.explorers._scene import linked, module
from lstm_notes.network import NetworkWeights, loss_and_gradient, network_forward

SERIES = load_weather()["temp_max"][:160].astype("float64")
START = 120
SCALER = Scaler().fit(SERIES[:START])
SCALED = SCALER.transform(SERIES)
STEADY = {"look_back": 14, "units": 8, "forget_bias": 1.0, "optimizer": "Adam"}


class Engine:
    """run.js and lstm.js in an embedded engine: `self(function, …)` calls one that sees all they export."""

    def __init__(self):
        self.engine = quickjs.Context()
        self.engine.eval(linked("run.js") + module("run.js"))
        self.engine.eval("""
            Object.assign(globalThis, ...Object.values(modules));
            const written = (name, value) =>
                ArrayBuffer.isView(value) ? Array.from(value, (v) => Number.isFinite(v) ? v : String(v)) : value;
            const kept = {};
        """)

    def __call__(self, function, *given):
        given = json.dumps(given)
        return json.loads(self.engine.eval(f"JSON.stringify(({function})(...{given}) ?? null, written)"))


@pytest.fixture(scope="module")
def js():
    return Engine()


def random_network(rng, units, look_back, count):
    weights = NetworkWeights(1, units, 1)
    weights.vector[:] = rng.normal(size=weights.vector.size) / np.sqrt(units)
    series = rng.normal(size=look_back + count)
    X = np.stack([series[k : k + look_back] for k in range(count)])[..., None]
    return weights, series, X, series[look_back:, None]


@pytest.mark.parametrize("units, look_back, count", [(1, 1, 1), (8, 14, 32), (3, 30, 5), (32, 2, 7)])
def test_forward_and_bptt_are_numpys(js, units, look_back, count):
    """In buffers for more windows than there are, which other windows have used before."""
    rng = np.random.default_rng(units)
    weights, series, X, y = random_network(rng, units, look_back, count)
    forecast, _ = network_forward(X, weights)
    _, gradient = loss_and_gradient(X, y, weights)
    found = js(
        """(vector, units, look_back, series, d_forecast) => {
            const count = d_forecast.length;
            const network = new Network(Float64Array.from(vector), units, look_back, count + 3);
            network.forward(series.map((value) => value + 5), [0, 0, ...Array(count).keys()], 0, count + 2);
            network.backward(Array(count + 2).fill(7), count + 2);
            const forecast = network.forward(series, [0, ...Array(count).keys()], 1, count).slice(0, count);
            network.backward(d_forecast, count);
            return { forecast, gradient: network.gradient, by_step: network.by_step };
        }""",
        weights.vector.tolist(), units, look_back, series.tolist(), mse_gradient(forecast, y)[:, 0].tolist(),
    )  # fmt: skip
    close(found["forecast"], forecast[:, 0])
    close(found["gradient"], gradient.vector)
    back = gradient.through_time
    for own, theirs in zip(found["by_step"], (back.h, back.c)):
        close(own, np.linalg.norm(theirs, axis=(0, 2)))


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


def test_bptt_is_the_slope_of_the_loss(js):
    """Every parameter moved a little to both sides, without NumPy: the difference of the losses is the slope."""
    rng = np.random.default_rng(0)
    found, slopes = js(
        """(vector, series) => {
            const [units, look_back, count, little] = [3, 4, 5, 1e-5];
            const weights = Float64Array.from(vector);
            const network = new Network(weights, units, look_back, count);
            const errors = () => Array.from(network.forward(series, [0, 1, 2, 3, 4], 0, count),
                (forecast, b) => forecast - series[b + look_back]);
            const loss = () => errors().reduce((sum, error) => sum + error ** 2 / count, 0);
            network.backward(errors().map((error) => 2 * error / count), count);
            const slopes = vector.map((value, k) => {
                const [above, below] = [little, -little].map((by) => {
                    weights[k] = value + by;
                    return loss();
                });
                weights[k] = value;
                return (above - below) / (2 * little);
            });
            return [network.gradient, slopes];
        }""",
        rng.normal(size=4 * 3 * 5 + 4).tolist(), rng.normal(size=9).tolist(),
    )  # fmt: skip
    assert len(found) == 64 and min(np.abs(found)) > 1e-6
    np.testing.assert_allclose(found, slopes, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("length, limit", [(0.5, 1.0), (1.0, 1.0), (7.0, 0.1), (1e200, 1.0), (np.inf, 1.0), (0.0, 1.0)])
def test_clipping_is_numpys(js, length, limit):
    gradient = np.array([0.6, -0.8, 0.0]) * 1.0
    with np.errstate(all="ignore"):
        gradient *= length
        expected = gradient.copy()
        clip_by_global_norm(expected, limit)
    found = js(
        """(gradient, limit) => {
            const own = Float64Array.from(gradient, Number);
            clip_by_global_norm(own, limit);
            return own;
        }""",
        [str(value).replace("inf", "Infinity").replace("nan", "NaN") for value in gradient], limit,
    )  # fmt: skip
    np.testing.assert_allclose(np.array(found, "float64"), expected, rtol=1e-12)


@pytest.mark.parametrize("name, maker", [("SGD", SGD), ("Adam", Adam)])
def test_optimisers_are_numpys(js, name, maker):
    """Twenty updates, gradients of all sizes, the learning rate moved on the way."""
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=50), rng.normal(size=(20, 50)) * 10.0 ** rng.integers(-9, 4, (20, 50))
    rates = 10.0 ** rng.uniform(-4, 1, 20)
    weights, optimizer = start.copy(), maker(1.0)
    for gradient, optimizer.learning_rate in zip(gradients, rates):
        optimizer.update(weights, gradient)
    found = js(
        f"""(start, gradients, rates) => {{
            const [weights, optimizer] = [Float64Array.from(start), new {name}(start.length)];
            gradients.forEach((gradient, k) => optimizer.update(weights, gradient, rates[k]));
            return weights;
        }}""",
        start.tolist(), gradients.tolist(), rates.tolist(),
    )  # fmt: skip
    np.testing.assert_allclose(found, weights, rtol=1e-12)


def test_the_order_is_numpys(js):
    """Permutations of one generator after the other, of lengths beyond and below powers of two."""
    lengths = [260, 260, 1, 2, 3, 1025, 64, 63, 0, 273]
    for seed in range(5):
        rng = np.random.default_rng([seed, 1])
        given = {name: str(value) for name, value in rng.bit_generator.state["state"].items()}
        found = js(
            """(state, lengths) => {
                const order = new Order(state);
                return lengths.map((length) => {
                    const windows = new Int32Array(length);
                    order.permute(windows);
                    return windows;
                });
            }""",
            given, lengths,
        )  # fmt: skip
        assert found == [rng.permutation(length).tolist() for length in lengths]


def frames(js, updates, settings, rate, clip, seed=0):
    """The frames of both runs after each of so many updates, as float32: Python's, JavaScript's."""
    run = Run(SCALED, START, seed=seed, **settings)
    given = material(SCALED, START, SCALER, seed)
    given |= {name: np.frombuffer(given[name], "<f8").tolist() for name in ("series", "starts")}
    own = []
    for _ in range(updates + 1):
        own.append((np.concatenate([run.present(SCALER), run.curves().ravel()]), run.diverged))
        run.step(rate, clip)
    theirs = js(
        """(material, settings, updates, rate, clip) => {
            for (const name of ["series", "starts"]) material[name] = Float64Array.from(material[name]);
            const run = new Run(material, settings);
            return Array.from({ length: updates + 1 }, () => {
                const now = [run.frame(), run.diverged];
                run.step(rate, clip);
                return now;
            });
        }""",
        given, settings, updates, rate, clip,
    )  # fmt: skip
    return own, [(np.array(frame, "float32"), diverged) for frame, diverged in theirs]


@pytest.mark.parametrize(
    "settings, rate, clip",
    [
        ({}, 0.02, None),
        ({"units": 1, "look_back": 1}, 0.05, None),
        ({"units": 1, "look_back": 30, "optimizer": "SGD"}, 0.3, 0.1),
        ({"units": 4, "look_back": 30, "forget_bias": 6.0}, 0.02, 0.05),
        ({"look_back": 1, "forget_bias": -3.0, "optimizer": "SGD"}, 0.5, None),
        ({"units": 32, "look_back": 1}, 0.01, None),
    ],
)
def test_a_run_is_pythons(js, settings, rate, clip):
    """Thirty updates, seven epochs and more: each number of each frame."""
    for (one, _), (other, _) in zip(*frames(js, 30, STEADY | settings, rate, clip, seed=3), strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(other, one, rtol=3e-7)  # a float32 has 24 bits: one in the last is 1.2e-7 at most


@pytest.mark.parametrize("rate, seed", [(2.0, 0), (2.0, 1), (10.0, 0)])
def test_an_explosion_is_seen_at_the_same_update(js, rate, seed):
    """What a run that explodes amplifies is the last bits, too; that it exploded, and when, is the same."""
    own, theirs = frames(js, 100, STEADY | {"optimizer": "SGD"}, rate, None, seed)
    flagged = [[diverged for _, diverged in run] for run in (own, theirs)]
    at = flagged[0].index(True)
    assert 2 < at < 100 and flagged[0] == flagged[1] == [False] * at + [True] * (101 - at)
    assert own[-1][0][0] == theirs[-1][0][0] == at  # and it goes no further
    shapes = [[frame.shape for frame, _ in run] for run in (own, theirs)]
    assert shapes[0] == shapes[1]


def test_marks_and_ghosts_are_pythons(js):
    """Runs whose settings move on the way, near to one another and not, one after the other."""
    given = material(SCALED, START, SCALER, 0)
    given |= {name: np.frombuffer(given[name], "<f8").tolist() for name in ("series", "starts")}
    base = {"look_back": 1, "units": 1, "forget_bias": 1.0, "optimizer": "SGD"}
    steady, moved = [(0.05, None)], [(0.05, None)] * 5 + [(0.06, None)] * 3 + [(0.07, 0.5)] * 40 + [(0.08, 0.5)] * 4
    restless = [(0.001 * (k // 25 + 1), 1.0 if k % 2 else None) for k in range(250)]
    runs = [(base, moved), (base, restless), (base | {"units": 2}, steady * 9), (base | {"units": 2}, steady * 10)]
    runs += [(base, steady * 330), (base | {"optimizer": "SGD"}, [(1e9, None)] * 50), (base, steady * 12)]
    ghosts, expected = [], []
    for settings, steps in runs:
        run = Run(SCALED, START, seed=0, **settings)
        for step in steps:
            run.step(*step)
        ghosts = run.left(ghosts)
        expected.append([run.marks, ghosts])
    found = js(
        """(material, runs) => {
            for (const name of ["series", "starts"]) material[name] = Float64Array.from(material[name]);
            let ghosts = [];
            return runs.map(([settings, steps]) => {
                const run = new Run(material, settings);
                for (const [rate, clip] of steps) run.step(rate, clip);
                ghosts = left(ghosts, run.frame(), run.forecast.length, run.used);
                return [run.marks, ghosts];
            });
        }""",
        given, runs,
    )  # fmt: skip
    marks = [run[0] for run in expected]
    assert [run[0] for run in found] == marks
    assert marks[0] == [[8, "learning_rate", 0.07], [8, "clip_norm", 0.5], [48, "learning_rate", 0.08]]
    assert len(marks[1]) == 6 and marks[2:] == [[]] * 5
    assert [[ghost["settings"] for ghost in run[1]] for run in found] == [
        [ghost["settings"] for ghost in run[1]] for run in expected
    ]
    assert [len(run[1]) for run in expected] == [1, 2, 2, 3, 3, 3, 3]  # too short; more than three; seen before
    for (_, own), (_, theirs) in zip(found, expected):
        for one, other in zip(own, theirs):
            np.testing.assert_allclose(one["points"], other["points"], rtol=2e-3)  # of four figures
            assert 2 < len(one["points"]) <= 101 or one["settings"]["learning_rate"] == 1e9
    assert expected[4][1][-1]["points"][-1][0] == 330


def test_long_curves_are_thinned_as_pythons(js):
    settings = STEADY | {"units": 1, "look_back": 1, "optimizer": "SGD"}
    run = Run(SCALED, START, seed=0, **settings)
    given = material(SCALED, START, SCALER, 0)
    given |= {name: np.frombuffer(given[name], "<f8").tolist() for name in ("series", "starts")}
    updates = [0, 1, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS - 1, 2 * ROWS, 2 * ROWS + 1, 4 * ROWS + 3]
    expected = []
    for update in range(updates[-1] + 1):
        if update in updates:
            expected.append(run.curves()[:, 0].tolist())
        run.step(0.01, None)
    found = js(
        """(material, settings, updates, first, columns) => {
            for (const name of ["series", "starts"]) material[name] = Float64Array.from(material[name]);
            const run = new Run(material, settings);
            return updates.map((update) => {
                while (run.update < update) run.step(0.01, null);
                return run.frame().filter((_, k) => k >= first && (k - first) % columns === 0);
            });
        }""",
        given, settings, updates, len(HEAD) + 2 * LONGEST + 40, COLUMNS,
    )  # fmt: skip
    assert found == expected and len(found[-1]) <= ROWS + 1
