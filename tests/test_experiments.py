import numpy as np
import pytest

from lstm_notes import SGD, Adam, LSTMWeights, NumpyForecaster, largest_difference, lstm_forward
from lstm_notes.experiments import (
    SeparateForecaster,
    lstm_gradient_norms,
    marked_values,
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
