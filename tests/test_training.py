import numpy as np
import pytest

from lstm_notes import SGD, Adam, NetworkWeights, loss_and_gradient, mse, network_forward


def test_adam_by_hand():
    """Two updates of one weight, the formula written out."""
    w, adam = np.array([1.0]), Adam(learning_rate=0.1)
    m = v = 0.0
    expected = 1.0
    for k, gradient in enumerate((2.0, -0.5), start=1):
        m = 0.9 * m + 0.1 * gradient
        v = 0.999 * v + 0.001 * gradient**2
        alpha = 0.1 * np.sqrt(1 - 0.999**k) / (1 - 0.9**k)
        expected -= alpha * m / (np.sqrt(v) + 1e-7)
        adam.update(w, np.array([gradient]))
        assert w[0] == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("optimizer", [Adam, SGD])
@pytest.mark.parametrize(
    "rate, error", [(0, ValueError), (-1, ValueError), (float("nan"), ValueError), ("fast", TypeError)]
)
def test_bad_learning_rates(optimizer, rate, error):
    with pytest.raises(error, match="learning_rate is"):
        optimizer(learning_rate=rate)


@pytest.mark.parametrize("features, units, outputs", [(1, 4, 1), (3, 5, 7)])
def test_network_gradient_is_a_finite_difference(features, units, outputs):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 5, features)), rng.normal(size=(6, outputs))
    weights = NetworkWeights.initial(features, units, outputs, seed=1, dtype="float64")
    gradient = loss_and_gradient(x, y, weights)[1].vector
    start = weights.vector.copy()
    for k in rng.choice(len(start), 40, replace=False):
        losses = []
        for step in (1e-6, -1e-6):
            weights.vector[:] = start
            weights.vector[k] += step
            losses.append(mse(network_forward(x, weights)[0], y))
        assert gradient[k] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-5, abs=1e-8)


def test_network_weights_are_one_vector():
    weights = NetworkWeights.initial(2, 3, 4)
    assert all(np.shares_memory(array, weights.vector) for array in weights.arrays())
    assert sum(array.size for array in weights.arrays()) == weights.vector.size
    other = NetworkWeights(2, 3, 4).assign(weights.arrays())
    np.testing.assert_array_equal(other.vector, weights.vector)
    with pytest.raises(ValueError, match="head_bias has shape"):
        other.assign([*weights.arrays()[:4], np.zeros(5)])
    with pytest.raises(ValueError, match="arrays has 4 entries"):
        other.assign(weights.arrays()[:4])
