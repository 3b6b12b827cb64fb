from types import SimpleNamespace

import numpy as np
import pytest

from lstm_notes import (
    SGD,
    Adam,
    LSTMWeights,
    NumpyForecaster,
    Scaler,
    largest_difference,
    lstm_forward,
    make_windows,
    mse,
    random_walk,
)
from lstm_notes.studies import CHOICES, marked_values, protocol_errors
from lstm_notes.variants import (
    SeparateForecaster,
    StatefulForecaster,
    lstm_gradient_norms,
    rnn_forward,
    rnn_gradient_norms,
)


def test_separate_weights_start_shared_and_part():
    X, y = marked_values(64, look_back=4, positions=range(4))
    shared = NumpyForecaster(units=3, seed=1, dtype="float64").build(features=2)
    separate = SeparateForecaster(units=3, seed=1, dtype="float64", look_back=4).build(features=2)
    assert largest_difference(shared.predict(X), separate.predict(X)) < 1e-12
    separate.fit(X, y, epochs=1, optimizer=Adam(0.01), progress=False)
    assert largest_difference(separate.steps[0].array, separate.steps[3].array) > 1e-3


def test_separate_gradient_is_a_finite_difference():
    """One SGD step of length 1 over one batch is minus the gradient."""
    X, y = marked_values(8, look_back=3, positions=range(3))
    model = SeparateForecaster(units=2, look_back=3, dtype="float64", seed=2).build(features=2)
    start = model.vector.copy()
    model.fit(X, y, epochs=1, batch_size=8, optimizer=SGD(1.0), progress=False)
    gradient = start - model.vector
    for k in range(len(start)):
        losses = []
        for step in (1e-6, -1e-6):
            model.vector[:] = start
            model.vector[k] += step
            losses.append(model.loss(X, y))
        assert gradient[k] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-8)


def test_separate_weights_refuse_what_they_cannot():
    model = SeparateForecaster(units=2, look_back=3)
    assert "look_back" not in repr(model)
    model.build()
    assert repr(model) == "SeparateForecaster(units=2, look_back=3, 99 parameters)"
    with pytest.raises(ValueError, match="weights for 3 steps and no others"):
        model.predict(np.zeros((1, 4, 1)))
    for call in (
        lambda: model.save("x"),
        lambda: SeparateForecaster.load("x"),
        lambda: model.states(np.zeros((1, 3, 1))),
    ):
        with pytest.raises(NotImplementedError):
            call()


def test_marked_values_mark_what_is_recalled():
    X, y = marked_values(200, look_back=6, positions=[1, 4], seed=3)
    assert X.shape == (200, 6, 2) and (X[:, :, 1].sum(axis=1) == 1).all()
    np.testing.assert_array_equal((X[:, :, 0] * X[:, :, 1]).sum(axis=1), y[:, 0])
    assert set(X[:, :, 1].argmax(axis=1)) == {1, 4}


def jacobian(final, start):
    """By differences, a row for each unit of `start`."""
    rows = []
    for k in range(len(start)):
        moved = np.eye(len(start))[k] * 1e-6
        rows.append((final(start + moved) - final(start - moved)) / 2e-6)
    return np.array(rows)


def norm(matrix):
    return np.sqrt((matrix**2).sum() / len(matrix))


def test_rnn_gradient_norms():
    rng = np.random.default_rng(0)
    x, K, R, b = rng.normal(size=(5, 1)), rng.normal(size=(1, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    h = rnn_forward(x[None], K, R, b)[0]

    def final(start, t):
        for x_t in x[t:]:
            start = np.tanh(x_t @ K + start @ R + b)
        return start

    np.testing.assert_allclose(final(np.zeros(3), 0), h[-1])
    norms = rnn_gradient_norms(x, K, R, b)
    for t, start in enumerate([np.zeros(3), *h]):
        assert norms[t] == pytest.approx(norm(jacobian(lambda s, t=t: final(s, t), start)), rel=1e-6)


def test_lstm_gradient_norms():
    """∂C_T/∂C_t where h_t moves along with C_t, as it does in the network."""
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(5, 1)), LSTMWeights.initial(1, 3, seed=1, dtype="float64")
    trace = lstm_forward(x[None], weights)
    norms = lstm_gradient_norms(x, weights)
    assert norms[-1] == pytest.approx(1)
    for t in range(1, 5):
        o = trace.o[0, t - 1]

        def final(c, t=t, o=o):
            return lstm_forward(x[None, t:], weights, (o * np.tanh(c))[None], c[None]).c[0, -1]

        assert norms[t] == pytest.approx(norm(jacobian(final, trace.c[0, t - 1])), rel=1e-6)


def test_lstm_gradient_norms_of_h():
    """∂h_T/∂h_t where C_t stays."""
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(5, 1)), LSTMWeights.initial(1, 3, seed=1, dtype="float64")
    trace = lstm_forward(x[None], weights)
    norms = lstm_gradient_norms(x, weights, state="h")
    assert norms[-1] == pytest.approx(1)
    for t in range(5):
        h, c = (trace.h[0, t - 1], trace.c[0, t - 1]) if t else np.zeros((2, 3))

        def final(h, t=t, c=c):
            return lstm_forward(x[None, t:], weights, h[None], c[None]).h[0, -1]

        assert norms[t] == pytest.approx(norm(jacobian(final, h)), rel=1e-6)
    with pytest.raises(ValueError, match="state is 'c'; C or h is needed"):
        lstm_gradient_norms(x, weights, state="c")


# ---------------------------------------------------------------------------------------------------------------
# States that go on.


def stateful(units=3, look_back=4, **settings):
    return StatefulForecaster(units, look_back=look_back, dtype="float64", seed=1, **settings).build()


def test_states_go_on_as_in_one_long_window():
    """Row k's windows, one after the other, are one long window of the shared cell."""
    rng = np.random.default_rng(0)
    long = rng.normal(size=(5, 12, 1))
    model, plain = stateful(), NumpyForecaster(3, seed=1, dtype="float64").build()
    forecasts = [model.predict(long[:, t : t + 4]) for t in (0, 4, 8)]
    for forecast, stop in zip(forecasts, (4, 8, 12)):
        assert largest_difference(forecast, plain.predict(long[:, :stop])) < 1e-12
    trace = plain.states(long)
    assert largest_difference(model.h[:5], trace.h[:, -1]) < 1e-12 and not model.h[5:].any()
    assert largest_difference(model.c[:5], trace.c[:, -1]) < 1e-12
    assert largest_difference(model.reset_state().predict(long[:, :4]), forecasts[0]) == 0


def test_rows_keep_their_states_over_batches_of_32():
    X = np.random.default_rng(0).normal(size=(70, 4, 1))
    model = stateful()
    forecast = model.predict(X)
    rows = [stateful().predict(X[k::32][:, None].reshape(-1, 4, 1)[:1]) for k in (0, 5)]
    assert largest_difference(forecast[[0, 5]], np.concatenate(rows)) < 1e-12  # the first batch begins at zero
    one = stateful()
    for k in (5, 37, 69):
        last = one.predict(X[k : k + 1])
    assert largest_difference(forecast[69], last[0]) < 1e-12


@pytest.mark.parametrize("separate, sets", [(False, 1), (True, 4)])
def test_stateful_gradient_is_a_finite_difference(separate, sets):
    """Of the batch at hand, from the states that were there before it."""
    X, y = np.random.default_rng(0).normal(size=(8, 4, 1)), np.random.default_rng(1).normal(size=(8, 1))
    model = stateful(separate=separate)
    assert len(model.steps) == sets
    model.predict(X)
    h, c = model.h.copy(), model.c.copy()

    def loss():
        model.h, model.c = h.copy(), c.copy()
        return mse(model._forecast(X), y)

    start = model.vector.copy()
    model.fit(X, y, epochs=1, batch_size=8, optimizer=SGD(1.0), progress=False)
    gradient = start - model.vector
    for k in range(0, len(start), 5):
        losses = []
        for step in (1e-6, -1e-6):
            model.vector[:] = start
            model.vector[k] += step
            losses.append(loss())
        assert gradient[k] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-8)


def test_stateful_takes_windows_in_order_and_refuses_large_batches():
    X, y = make_windows(np.arange(80.0), look_back=4)
    model, seen = stateful(), []
    model._loss_and_gradient = lambda X, y, _: (
        seen.append(X[:, 0, 0]) or (0.0, SimpleNamespace(vector=np.zeros_like(model.vector)))
    )
    model.fit(X, y, epochs=2, progress=False)
    np.testing.assert_array_equal(np.concatenate(seen), [*range(76), *range(76)])
    with pytest.raises(ValueError, match="the batch has 40 windows; there are states for 32 rows"):
        stateful().fit(X, y, epochs=1, batch_size=40, progress=False)


# ---------------------------------------------------------------------------------------------------------------
# Experiments and their choices.


class Recorder(NumpyForecaster):
    """Keeps what it is given, and trains nothing."""

    made = []

    def fit(self, X, y, **settings):
        self.build()
        self.trained, self.asked, self.settings = (X, y), [], settings
        Recorder.made.append(self)

    def predict(self, X):
        self.asked.append(X)
        return X[:, -1]


def recorded(monkeypatch, **choices):
    monkeypatch.setattr("lstm_notes.studies.protocol.NumpyForecaster", Recorder)
    errors = protocol_errors(np.arange(200.0), 50, seed=0, **choices)
    return Recorder.made[-1], errors


def test_a_split_by_time_keeps_targets_apart(monkeypatch):
    model, errors = recorded(monkeypatch)
    X, y = model.trained
    test, later = (X[:, -1, 0] + 5 for X in model.asked)
    assert (y[:, 0] == X[:, -1, 0] + 5).all() and len(test) == 139 // 4 and later.tolist() == [*range(150, 200)]
    assert y.max() < (test - 4).min() and test.max() == 149
    assert errors["seen"] == errors["persistence seen"] == 5
    assert model.scaler.mean == Scaler().fit(X.ravel()).mean and X.max() < (test - 4).min()


def test_each_choice_does_what_it_says(monkeypatch):
    random, _ = recorded(monkeypatch, split="random")
    X, y = random.trained
    test = random.asked[0][:, -1, 0] + 5
    assert test.min() < 60 and test.max() > 100 and not set(test) & set(y[:, 0])
    leaky, _ = recorded(monkeypatch, scaler="all days")
    assert leaky.scaler.mean == np.arange(150).mean()
    one, _ = recorded(monkeypatch, windows="one")
    everything, _ = recorded(monkeypatch)
    assert len(one.trained[0]) == 1 and one.trained[1][0] in everything.trained[1]
    batches = -(-len(everything.trained[0]) // 32)
    assert one.settings["epochs"] == batches * everything.settings["epochs"]


def test_choices_change_the_network():
    walk, errors = random_walk(150, seed=0), {}
    for choices in ({}, {"states": "carried"}, {"weights": "separate"}, {"states": "carried", "weights": "separate"}):
        errors[str(choices)] = protocol_errors(walk, 50, seed=0, **choices)["later"]
    assert len(set(errors.values())) == 4
    assert list(CHOICES) == ["states", "windows", "weights", "split", "scaler"]


def test_wrong_choices_are_refused():
    walk = random_walk(200)
    with pytest.raises(ValueError, match="split is 'by hand'; the choices are"):
        protocol_errors(walk, 50, seed=0, split="by hand")
    with pytest.raises(ValueError, match="seasons is 'four'"):
        protocol_errors(walk, 50, seed=0, seasons="four")
    with pytest.raises(ValueError, match="series has 200 values and later is 150; at least 60 before them"):
        protocol_errors(walk, 150, seed=0)
