"""Which part of a network diverges? The experiment's parts do what they say, on settings that take a moment."""

import numpy as np
import pytest

from lstm_notes import SGD, NetworkWeights, NumpyForecaster, Scaler, load_weather, make_windows, mse, network_forward
from lstm_notes.studies import divergence, divergence_run, head_curvature, training_days


def watched_run(monkeypatch, **settings):
    """One epoch of divergence_run, and its weights at start and end."""
    monkeypatch.setattr(divergence, "SETTINGS", divergence.SETTINGS | {"epochs": 1, "units": 4, "learning_rate": 0.01})
    kept, whole = [], divergence.train_steps

    def watched(slope, weights, *rest):
        kept.append((weights.copy(), weights))
        return whole(slope, weights, *rest)

    monkeypatch.setattr(divergence, "train_steps", watched)
    return divergence_run(seed=0, **settings), *kept[0]


@pytest.mark.parametrize("trained, moves", [("both", (True, True)), ("head", (False, True)), ("cell", (True, False))])
def test_what_is_not_trained_stays(monkeypatch, trained, moves):
    _, start, end = watched_run(monkeypatch, trained=trained)
    assert [(a != b).any() for a, b in zip(start.arrays(), end.arrays())] == 3 * [moves[0]] + 2 * [moves[1]]
    assert (start.lstm.b_f == 5).all()


def test_settings_take_hold(monkeypatch):
    _, start, end = watched_run(monkeypatch)
    _, _, clipped = watched_run(monkeypatch, clip=1e-3)
    assert np.linalg.norm(clipped.vector - start.vector) <= 22 * 0.01 * 1e-3 < np.linalg.norm(end.vector - start.vector)
    _, _, cut = watched_run(monkeypatch, steps_back=1)
    assert (cut.lstm.array != end.lstm.array).any()
    _, _, slow = watched_run(monkeypatch, head_factor=0.0)
    np.testing.assert_array_equal(slow.head_kernel, start.head_kernel)
    _, _, nearly = watched_run(monkeypatch, steps_back=29)  # all but the first day
    assert np.linalg.norm(nearly.vector - end.vector) < 0.1 * np.linalg.norm(cut.vector - end.vector)


def test_it_is_the_run_of_the_notebook():
    """The forecaster's loop, with the same seed, order and scaler."""
    days = load_weather()["temp_max"][: divergence.DAYS]
    model = NumpyForecaster(units=32, scaler=Scaler().fit(days), seed=2)
    model.fit(*make_windows(days, 30), epochs=5, optimizer=SGD(0.5), progress=False)
    assert divergence_run(seed=2, forget_bias=1.0)["loss"] == pytest.approx(model.history.loss[-1], rel=1e-6)


def test_a_run_that_diverges_is_recorded_in_finite_numbers(monkeypatch):
    monkeypatch.setattr(divergence, "SETTINGS", divergence.SETTINGS | {"learning_rate": 1e100, "units": 4})
    run = divergence_run(seed=0)
    assert run["loss"] == divergence.LARGEST and run["diverged"]


def test_curvature_says_which_rates_are_stable():
    """SGD on the head alone, on all windows at once: below 2 / curvature it ends, above it does not."""
    X, y = training_days()
    start = NetworkWeights.initial(1, 8, 1, seed=0)
    start.lstm.b_f[:] = 5
    h = np.column_stack([network_forward(X, start)[1].h[:, -1], np.ones(len(X))])
    for factor, diverges in ((0.95, False), (1.05, True)):
        w = np.zeros((9, 1))
        for _ in range(300):
            w -= factor * 2 / head_curvature(X, start) * 2 * h.T @ (h @ w - y) / len(y)
        assert (mse(h @ w, y) > 10) == diverges
