"""Tasks that need a memory, and the experiments on who learns them. What they find is recorded in full elsewhere; here
they are held to what their parts promise, on settings that take a moment."""

from types import SimpleNamespace

import numpy as np
import pytest

from lstm_notes import NetworkWeights, lstm_forward, mse, network_forward, sigmoid
from lstm_notes.studies import adding, explosion_run, jacobians, long_memory, memory_run, recall, temporal_order
from lstm_notes.studies.tasks import GUESSING
from lstm_notes.variants import RNNNetwork, gru_forward, rnn_forward

TASKS = {"recall": recall, "adding": adding, "temporal order": temporal_order}


# ---------------------------------------------------------------------------------------------------------------
# The tasks.


@pytest.mark.parametrize("task", TASKS)
def test_guessing_scores_what_is_said(task):
    """The best constant is the mean answer, and its MSE the answers' variance."""
    _, y = TASKS[task](20_000, 20, np.random.default_rng(0))
    assert GUESSING[task] == pytest.approx(y.var(axis=0).mean(), rel=0.02)


@pytest.mark.parametrize("task", TASKS)
def test_windows_are_fresh_and_seeded(task):
    rng = np.random.default_rng(3)
    (X, y), (other, _) = (TASKS[task](5, 20, rng) for _ in range(2))
    again = TASKS[task](5, 20, np.random.default_rng(3))
    np.testing.assert_array_equal(X, again[0])
    np.testing.assert_array_equal(y, again[1])
    assert X.shape[:2] == (5, 20) and X.dtype == y.dtype == np.float64 and (other != X).mean() > 0.2


def test_recall_shows_the_sign_once():
    X, y = recall(2000, 30, np.random.default_rng(0))
    np.testing.assert_array_equal(X[:, 0], y)
    assert set(y[:, 0]) == {-1, 1} and abs(y.mean()) < 0.05
    assert X[:, 1:].std() == pytest.approx(0.2, rel=0.02) and abs((X[:, 1:] * y[:, None]).mean()) < 0.01


def test_adding_marks_one_in_each_half():
    X, y = adding(2000, 11, np.random.default_rng(0))
    values, marks = X[..., 0], X[..., 1]
    assert (marks[:, :5].sum(axis=1) == 1).all() and (marks[:, 5:].sum(axis=1) == 1).all()
    assert (marks.sum(axis=0) > 200).all()  # every step is marked at times
    np.testing.assert_allclose((values * marks).sum(axis=1), y[:, 0])
    assert values.min() >= 0 and values.max() < 1


def test_temporal_order_asks_for_two_symbols():
    X, y = temporal_order(2000, 40, np.random.default_rng(0))
    assert (X.sum(axis=2) == 1).all() and (X[..., :2].sum(axis=(1, 2)) == 2).all()
    window, step, symbol = X[..., :2].nonzero()
    step, symbol = step.reshape(-1, 2), symbol.reshape(-1, 2)
    assert set(step[:, 0]) == {4, 5, 6, 7} and set(step[:, 1]) == {20, 21, 22, 23}
    np.testing.assert_array_equal(y.argmax(axis=1), 2 * symbol[:, 0] + symbol[:, 1])
    np.testing.assert_allclose(y.mean(axis=0), 0.25, atol=0.03)


@pytest.mark.parametrize("task, least", [(recall, 2), (adding, 2), (temporal_order, 10)])
def test_windows_too_short_are_refused(task, least):
    task(1, least, np.random.default_rng(0))
    with pytest.raises(ValueError, match=f"look_back is {least - 1}; at least {least}"):
        task(1, least - 1, np.random.default_rng(0))


# ---------------------------------------------------------------------------------------------------------------
# Who learns them.


def test_batches_until_counts():
    losses = [(1.0, None)] * 10 + [(0.0, None)] * 40
    assert long_memory.batches_until(iter(losses), below=0.2) == 31  # 6 ones among the last 25 are too many, 4 are not
    assert long_memory.batches_until(iter(losses[:30]), below=0.2) is None
    assert long_memory.batches_until(iter([(0.0, None)] * 24), below=0.2) is None


@pytest.mark.parametrize("cell, start", [("LSTM", 3.0), ("LSTM", "chrono"), ("RNN", 1.0), ("GRU", None), ("MLP", None)])
def test_every_cell_learns_what_is_easy(cell, start):
    run = memory_run("recall", 5, cell, start, seed=0, updates=200, units=8)
    assert run["solved_after"] < 150 and run["loss"] < 0.15
    assert run == memory_run("recall", 5, cell, start, seed=0, updates=200, units=8)
    assert run["loss"] != memory_run("recall", 5, cell, start, seed=1, updates=200, units=8)["loss"]


def test_the_forget_bias_makes_the_difference():
    """The staircase's clearest step: over 50 steps a bias of 0 keeps nothing, chrono enough."""
    assert memory_run("recall", 50, "LSTM", 0.0, seed=0, updates=150, units=8)["solved_after"] is None
    assert memory_run("recall", 50, "LSTM", "chrono", seed=0, updates=150, units=8)["solved_after"] < 150


def test_a_line_recalls_and_cannot_add():
    assert memory_run("recall", 20, "linear", seed=0, updates=20) == {"solved_after": 20, "loss": pytest.approx(0)}
    # A value is marked with a chance of 2 / T: a line that gives each that weight explains 2 / T of the variance.
    run = memory_run("adding", 20, "linear", seed=0, updates=300)
    assert run["solved_after"] is None and run["loss"] == pytest.approx(GUESSING["adding"] * (1 - 2 / 20), rel=0.1)


def test_a_line_names_the_order():
    """Each symbol by where it stands; that both come together it cannot say, and so keeps an MSE of 1/16."""
    batches = long_memory.fresh_batches("temporal order", 20, 300, np.random.default_rng(0))
    X, y = temporal_order(500, 20, np.random.default_rng(1))
    named = long_memory.with_ones(X) @ long_memory.least_squares(batches)
    assert (named.argmax(axis=1) == y.argmax(axis=1)).all() and mse(named, y) == pytest.approx(1 / 16, rel=0.05)


def test_least_squares_is_the_best_line():
    rng = np.random.default_rng(0)
    batches = [(X, rng.normal(7, 1, (32, 2))) for X in rng.normal(size=(4, 32, 3, 2))]
    X, y = (np.concatenate(parts) for parts in zip(*batches))
    rows = np.column_stack([X.reshape(128, 6), np.ones(128)])  # with a constant
    np.testing.assert_allclose(long_memory.least_squares(batches), np.linalg.lstsq(rows, y)[0], atol=1e-12)


def test_rivals_see_the_same_windows(monkeypatch):
    """The same seed, the same batches in training, the same windows in the test; other ones in each."""
    seen = {}

    def watched(windows, look_back, rng):
        X, y = recall(windows, look_back, rng)
        seen.setdefault(cell, []).append(X)
        return X, y

    monkeypatch.setitem(long_memory.TASKS, "recall", watched)
    for cell in ("LSTM", "GRU", "RNN", "MLP", "wide MLP", "linear"):
        memory_run("recall", 10, cell, 1.0, seed=4, updates=3)
    for windows in seen.values():
        assert [len(X) for X in windows] == [512, 32, 32, 32]
        for one, other in zip(windows, seen["LSTM"]):
            np.testing.assert_array_equal(one, other)
    first = [X[0, 1, 0] for X in seen["LSTM"]]
    assert len(set(first)) == 4


@pytest.mark.parametrize("look_back", [50, 400])
def test_the_mlp_has_no_fewer_parameters(look_back):
    sizes = {"features": 2, "outputs": 1, "look_back": look_back, "units": 16, "seed": 0}
    lstm = long_memory.start_network("LSTM", 1.0, **sizes).vector.size
    mlp = long_memory.start_network("MLP", None, **sizes)
    one_unit = 2 * look_back + 2
    assert lstm <= mlp.vector.size < lstm + one_unit
    assert long_memory.start_network("wide MLP", None, **sizes).sizes[1] == look_back
    with pytest.raises(ValueError, match="cell is 'CNN'; LSTM, GRU"):
        long_memory.start_network("CNN", None, **sizes)


def test_starts_are_what_is_asked_for():
    sizes = {"features": 1, "outputs": 1, "look_back": 100, "units": 8, "seed": 0}
    assert (long_memory.start_network("LSTM", 3.0, **sizes).lstm.b_f == 3).all()
    lstm = long_memory.start_network("LSTM", "chrono", **sizes).lstm
    assert (lstm.b_f > 0).all() and lstm.b_f.std() > 0 and (lstm.b_i == -lstm.b_f).all()
    assert (long_memory.start_network("LSTM", None, **sizes).lstm.b_f == 1).all()
    other = long_memory.start_network("LSTM", "chrono", **sizes | {"seed": 1}).lstm
    assert (other.kernel != lstm.kernel).all() and (other.b_f != lstm.b_f).all()
    for scale, length in ((2.0, 4), (None, 1)):
        R = long_memory.start_network("RNN", scale, **sizes).recurrent_kernel
        np.testing.assert_allclose(R @ R.T, length * np.eye(8), atol=1e-12)


# ---------------------------------------------------------------------------------------------------------------
# Gradients.


def recorded_run(monkeypatch, **settings):
    """A short explosion_run, and the weights at its start and end."""
    monkeypatch.setattr(long_memory, "EXPLOSION", long_memory.EXPLOSION | {"updates": 3, "look_back": 20})
    kept, whole = SimpleNamespace(), long_memory.train_steps

    def watched(slope, weights, *rest):
        kept.weights, kept.start = weights, weights.vector.copy()
        return whole(slope, weights, *rest)

    monkeypatch.setattr(long_memory, "train_steps", watched)
    run = explosion_run(seed=0, **settings)
    start, end = RNNNetwork(*kept.weights.sizes), kept.weights
    start.vector[:] = kept.start
    return run, start, end


@pytest.mark.parametrize("freeze, still", [("head", "head"), ("recurrence", "recurrence"), (None, None)])
def test_what_is_frozen_stays(monkeypatch, freeze, still):
    _, start, end = recorded_run(monkeypatch, freeze=freeze)
    for part, names in long_memory.PARTS.items():
        for name in names:
            assert (getattr(start, name) == getattr(end, name)).all() == (part == still), name


def test_explosion_settings_take_hold(monkeypatch):
    free, start, _ = recorded_run(monkeypatch)
    clipped, _, end = recorded_run(monkeypatch, clip=1e-3)
    assert np.abs(end.vector - start.vector).max() <= 3 * 0.1 * 1e-3
    cut, *_ = recorded_run(monkeypatch, truncated=2)
    small, shrunk, _ = recorded_run(monkeypatch, scale=0.5)
    assert cut["largest_norm"] < free["largest_norm"] and cut["growth"] == free["growth"] > 1 > small["growth"]
    np.testing.assert_allclose(shrunk.recurrent_kernel, start.recurrent_kernel / 4)


def test_a_run_that_diverges_ends(monkeypatch):
    """With nothing frozen the head's curvature makes the loss infinite: that is said, without a warning."""
    monkeypatch.setattr(long_memory, "EXPLOSION", long_memory.EXPLOSION | {"learning_rate": 1e200})
    assert explosion_run(seed=0, freeze=None)["loss"] == np.inf


def test_growth_is_what_a_push_does():
    rng = np.random.default_rng(0)
    weights = RNNNetwork.initial(1, 4, 1, seed=0)
    X, y = recall(3, 6, rng)
    h = rnn_forward(X, weights.kernel, weights.recurrent_kernel, weights.bias)

    def slopes(t):
        """∂L/∂h_t by differences, (3, 4)."""

        def loss(pushed):
            later = rnn_forward(X[:, t:], weights.kernel, weights.recurrent_kernel, weights.bias, pushed)
            last = later[:, -1] if later.shape[1] else pushed
            return mse(last @ weights.head_kernel + weights.head_bias, y)

        pushes = np.eye(12).reshape(12, 3, 4) * 1e-6
        return np.array([loss(h[:, t - 1] + push) - loss(h[:, t - 1] - push) for push in pushes]) / 2e-6

    growth = np.linalg.norm(slopes(1)) / np.linalg.norm(slopes(6))
    assert long_memory.gradient_growth(X, y, weights) == pytest.approx(growth, rel=1e-5)


@pytest.mark.parametrize("cell, start", [("LSTM", 3.0), ("GRU", None), ("RNN", 1.0)])
@pytest.mark.parametrize("task, features", [("recall", 1), ("adding", 2)])
def test_jacobians_are_differences(cell, start, task, features):
    """Each singular value, against the matrix of differences."""
    units, look_back = 4, 6
    x, _ = TASKS[task](1, look_back, np.random.default_rng([5, 2]))
    weights = long_memory.start_network(cell, start, features, 1, look_back, units, 5)

    def last(name, h, c):
        if cell == "LSTM":
            trace = lstm_forward(x, weights.lstm, h, c)
            return (trace.c if name == "C" else trace.h)[0, -1]
        arrays = weights.kernel, weights.recurrent_kernel, weights.bias
        return (gru_forward(x, *arrays, h).h if cell == "GRU" else rnn_forward(x, *arrays, h))[0, -1]

    measured = jacobians(cell, start, look_back, task=task, seed=5, units=units)
    assert set(measured) == ({"C", "h"} if cell == "LSTM" else {"h"})
    zeros = np.zeros((1, units))
    for name, values in measured.items():
        rows = []
        for k in range(units):
            push = np.eye(units)[k : k + 1] * 1e-6
            there, back = ((zeros, s * push) if name == "C" else (s * push, zeros) for s in (1, -1))
            rows.append((last(name, *there) - last(name, *back)) / 2e-6)
        np.testing.assert_allclose(values, np.linalg.svd(np.array(rows), compute_uv=False), rtol=1e-4, atol=1e-9)


def test_singular_values_show_what_a_norm_hides():
    """b_f = 3 over 100 steps: one direction arrives, half of them do not."""
    values = jacobians("LSTM", 3.0, 100, seed=0)["C"]
    assert len(values) == 16 and values == sorted(values, reverse=True)
    assert values[0] > 0.1 and values[8] < 0.05


# ---------------------------------------------------------------------------------------------------------------
# A unit that carries.


def carrier():
    """Two units that add by hand-set weights: unit 0 carries, unit 1 does nothing."""
    weights = NetworkWeights(2, 2, 1)
    lstm = weights.lstm
    lstm.b_f[:] = [9, -9]  # unit 0 keeps, unit 1 does not
    lstm.b_i[:] = -9
    lstm.W_i[0, -1] = 18  # a mark opens unit 0's input gate
    lstm.W_C[0, -2] = 0.1  # and the value goes in, small, so that tanh is nearly a line
    lstm.b_o[:] = 9
    weights.head_kernel[0] = 10
    return weights


def test_carrying_unit_reads_the_gates(monkeypatch):
    """Training is replaced by an answer that is known: what is found in it has to be what was put there."""
    ended = carrier()

    def trained(slope, weights, *rest, **settings):
        weights.vector[:] = ended.vector
        return iter([(0.0, None)] * 30)

    monkeypatch.setattr(long_memory, "train_steps", trained)
    found = long_memory.carrying_unit(seed=0, look_back=4, units=2)
    X, y = adding(512, 4, np.random.default_rng([0, 2]))
    assert found["solved_after"] == 25
    assert found["f"] == pytest.approx(sigmoid(9.0)) and 0.6 < found["f_start"] < 0.85
    assert found["i_marked"] == pytest.approx(sigmoid(9.0)) and found["i_unmarked"] == pytest.approx(sigmoid(-9.0))
    assert found["correlation"] > 0.999
    assert found["loss"] == mse(network_forward(X, ended)[0], y) < 0.01
    assert found["loss_without"] > 10 * found["loss"] and found["loss_without_another"] == pytest.approx(found["loss"])


# ---------------------------------------------------------------------------------------------------------------
# What is recorded.


def test_a_row_is_a_run_with_its_budget(monkeypatch):
    asked = []

    def watched(*names, **settings):
        asked.append((names, settings))
        return {"solved_after": answers.pop(), "loss": 0.5}

    monkeypatch.setattr(long_memory, "memory_run", watched)
    answers = [None, 31]
    assert long_memory.memory_row("recall", 50, "LSTM, chrono", 0.02, seed=3) == {
        "solved": True,
        "updates": 31,
        "loss": 0.5,
    }
    row = long_memory.memory_row("adding", 100, "line", None, seed=0)
    assert row == {"solved": False, "updates": 1500, "loss": 0.5}
    assert asked == [
        (("recall", 50, "LSTM", "chrono"), {"seed": 3, "updates": 200, "units": 8, "learning_rate": 0.02}),
        (("adding", 100, "linear", None), {"seed": 0, "updates": 1500, "units": 16}),
    ]


def test_an_explosion_is_recorded_in_finite_numbers(monkeypatch):
    seen = []

    def ends(loss):
        def run(**settings):
            seen.append(settings)
            return {"loss": loss, "largest_norm": np.inf, "growth": 2.0}

        monkeypatch.setattr(long_memory, "explosion_run", run)
        row = long_memory.explosion_row("nothing frozen, clipped", seed=1)
        assert np.isfinite(list(row.values())).all()
        return row["broken"], row["learnt"]

    assert ends(np.inf) == ends(1.0) == (True, False)
    assert ends(0.5) == (False, False) and ends(0.029) == (False, True)
    assert seen[0] == {"seed": 1, "freeze": None, "clip": 1.0}


def test_every_network_of_the_tables_can_be_made():
    sizes = {"features": 2, "outputs": 1, "look_back": 20, "units": 4, "seed": 0}
    for study in long_memory.STUDIES:
        assert list(study.seeds) == list(range(20))
    for cell, start in long_memory.NETWORKS.values():
        assert cell == "linear" or long_memory.start_network(cell, start, **sizes).vector.size
