"""Two trainings that differ in one bit: the bit is one, and what is changed is what is said; nothing else is."""

import numpy as np
import pytest

from lstm_notes import Adam, NetworkWeights, load_weather, loss_and_gradient, mae
from lstm_notes.pictures import digits as pictures
from lstm_notes.studies import Twins, flip_bit, recorded, same_digits
from lstm_notes.studies.digits import ASKED, CHANGES, MARKS, PASSED, TRAININGS, reordered, run


@pytest.mark.parametrize("dtype, mantissa", [("float32", 23), ("float64", 52)])
def test_a_bit_is_one_bit(dtype, mantissa):
    rng = np.random.default_rng(0)
    for value in rng.normal(size=20).astype(dtype):
        for bit in (0, 1, mantissa - 1):
            other = flip_bit(value, bit)
            assert other.dtype == dtype and flip_bit(other, bit) == value
            unit = 2.0 ** (np.floor(np.log2(abs(float(value)))) - mantissa + bit)
            assert abs(float(other) - float(value)) == unit
        assert flip_bit(value) in (np.nextafter(value, -np.inf, dtype=dtype), np.nextafter(value, np.inf, dtype=dtype))
    with pytest.raises(ValueError, match=f"bit is {mantissa}; 0 to {mantissa - 1} is needed"):
        flip_bit(np.ones(1, dtype)[0], mantissa)


def test_wrong_numbers_and_bits_are_refused():
    with pytest.raises(TypeError, match="value has dtype int64; float32 or float64"):
        flip_bit(np.int64(3))
    with pytest.raises(TypeError, match="bit is True"):
        flip_bit(np.float64(1), True)
    with pytest.raises(ValueError, match="training is 'mild'; one of calm, bold, wild"):
        Twins("mild")
    with pytest.raises(ValueError, match="change is 'nothing'; one of last bit"):
        Twins(change="nothing")


def test_digits_that_agree():
    assert same_digits(100.0, 101.0) == 2 and same_digits(1e-9, 1.0000001e-9) == 7
    assert same_digits(1.0, np.nextafter(1.0, 2)) == 15 and same_digits(0.0, 1.0) == 0


def difference(twins):
    """The indices at which the two vectors of weights differ."""
    first, second = (weights.vector for weights in twins.weights)
    return np.flatnonzero(first != second).tolist()


@pytest.mark.parametrize("training", TRAININGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_twins_differ_in_what_is_said_and_nothing_else(training, dtype):
    settings = {"training": training, "dtype": dtype, "seed": 3, "look_back": 5, "units": 4}
    twins = Twins(**settings)
    assert difference(twins) == [0]
    first, second = (weights.lstm.recurrent_kernel[0, 0] for weights in twins.weights)
    assert flip_bit(first) == second and first.dtype == dtype and twins.apart() == abs(float(first) - float(second))
    first, second = (weights.vector[0] for weights in Twins(**settings, change="tenth bit before it").weights)
    assert flip_bit(first, 10) == second
    head = 4 * 4 * (4 + 1 + 1)
    assert difference(Twins(**settings, change="last bit of the head")) == [head]
    assert difference(Twins(**settings, change="windows reordered")) == []
    twins = Twins(**settings, change="float64 instead")
    assert difference(twins) == [] and twins.weights[1].vector.dtype == "float64" and twins.apart() == 0
    twins = Twins(**settings, change="units reordered")
    assert len(difference(twins)) > 50 and twins.apart() == 0
    first, second = twins.forecasts(days=20)
    assert first.shape == (20, 1) and np.abs(first - second).max() < (1e-10 if dtype == "float64" else 0.1)


def test_the_first_of_the_twins_is_trained_as_everything_is():
    """The loop written out, with the package's own loss, gradient and optimiser."""
    twins = Twins("calm", seed=2, look_back=5, units=4)
    weights, optimizer = NetworkWeights.initial(1, 4, 1, seed=2), Adam(0.005)
    order = np.random.default_rng([2, 1]).permutation(len(twins._x))
    for k in range(3):
        batch = order[32 * k : 32 * k + 32]
        loss, gradient = loss_and_gradient(twins._x[batch], twins._y[batch], weights)
        optimizer.update(weights.vector, gradient.vector)
        twins.step()
        assert twins.loss == loss
    np.testing.assert_array_equal(twins.weights[0].vector, weights.vector)
    days = load_weather()["temp_max"]
    np.testing.assert_allclose(twins.truth()[:, 0], days[731:1096])
    np.testing.assert_allclose(twins.scale * twins.series(3) + twins.mean, days[:734])


def test_twins_without_a_difference_stay_together(monkeypatch):
    """What is seen is the bit's doing: without it the two are the same, bit by bit, however wild."""
    monkeypatch.setattr("lstm_notes.studies.digits.flip_bit", lambda value, bit=0: value)
    twins = Twins("wild", seed=1, look_back=5, units=8)
    assert [twins.step() for _ in range(30)] == [0.0] * 30 and twins.apart() == 0


def test_reordered_windows_are_put_back():
    twins = Twins("calm", change="windows reordered", look_back=5, units=4)
    assert twins.step() < 1e-12 and 0 < twins.apart() < 1e-9 and max(twins.step() for _ in range(30)) < 1e-9


def test_a_reordered_network_is_the_same_network():
    weights = NetworkWeights.initial(2, 5, 1, seed=0)
    order = [3, 0, 4, 2, 1]
    other = reordered(weights, order)
    np.testing.assert_array_equal(other.lstm.b_f, weights.lstm.b_f[order])
    np.testing.assert_array_equal(
        other.lstm.recurrent_kernel[:, :5], weights.lstm.recurrent_kernel[order][:, :5][:, order]
    )
    np.testing.assert_array_equal(reordered(other, np.argsort(order)).vector, weights.vector)


def test_a_row_says_what_happened():
    row = run("wild", "float64", "last bit", 10, seed=4)
    twins = Twins("wild", seed=4)
    of_batches = [twins.step() for _ in range(10)]
    assert len(row["weights"]) == 3 == sum(mark <= 10 for mark in MARKS)
    assert row["weights"][-1] == twins.apart() and row["same"] is False
    first, second = twins.forecasts()
    assert row["forecast"][-1] == np.abs(first - second).max() and row["MAE"][-1] == mae(first, twins.truth())
    for limit, update in zip(PASSED, row["passed"]):
        assert update == next((k + 1 for k, each in enumerate(of_batches) if each > limit), 0)


def test_what_is_recorded_is_what_was_asked():
    found = recorded("digits")
    assert len(found) == 20 * len(ASKED) and {row["change"] for row in found} == set(CHANGES)


def test_pictures_say_what_is_in_them(monkeypatch):
    shown = []
    monkeypatch.setattr(pictures, "show", lambda *given: shown.append(given))
    pictures.growth({"calm": ([1, 10], [0.0, 2e-15]), "wild": ([1, 10], [1e-9, 0.1])}, ylabel="apart", line=(1, "one"))
    pictures.ladder({"bit": 1e-13, "days": 0.1}, unit="°C")
    (figure, words), (other, sizes) = shown
    assert "calm: 0e+00 after update 1, 2e-15 after 10; wild: 1e-09" in words
    assert [len(line.get_xdata()) for line in figure.axes[0].lines[:2]] == [1, 2]  # 0 has no place on the axis
    assert sizes == "On a logarithmic axis, °C: bit, 1e-13; days, 1e-01."
    assert other.axes[0].lines[0].get_xdata().tolist() == [1e-13, 0.1]
