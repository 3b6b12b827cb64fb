"""The cell and the forecaster against Keras."""

import numpy as np
import pytest

from lstm_notes import (
    SGD,
    Adam,
    KerasForecaster,
    LSTMWeights,
    NumpyForecaster,
    Scaler,
    largest_difference,
    load_keras,
    load_weather,
    lstm_backward,
    lstm_forward,
    split_by_time,
)
from tests.random_case import SHAPES, random_case, relative_difference

BOUNDS = {"float32": (1e-6, 2e-6), "float64": (1e-12, 1e-12)}


@pytest.fixture(scope="module")
def keras():
    return load_keras()


@pytest.mark.parametrize("states", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
def test_equals_keras(keras, shape, dtype, states):
    import tensorflow as tf

    case = random_case(*shape, dtype)
    layer = keras.layers.LSTM(shape[3], return_sequences=True, return_state=True, dtype=dtype)
    case.weights.to_keras(layer)
    x, h0, c0 = (tf.Variable(a) for a in (case.x, case.h0, case.c0))
    with tf.GradientTape() as tape:
        out, _, c_last = layer(x, initial_state=[h0, c0] if states else None)
        loss = tf.reduce_sum(out * case.dh) + tf.reduce_sum(c_last * case.dc)
    wanted = [x, *(v.value for v in layer.trainable_variables), *([h0, c0] if states else [])]
    theirs = tape.gradient(loss, wanted)

    trace = lstm_forward(case.x, case.weights, *((case.h0, case.c0) if states else ()))
    gradients = lstm_backward(trace, case.dh, case.dc)
    bound, gradient_bound = BOUNDS[dtype]
    assert largest_difference(trace.h, out) <= bound
    assert largest_difference(trace.c[:, -1], c_last) <= bound
    names = ("x", "kernel", "recurrent_kernel", "bias", "h0", "c0")
    for name, gradient in zip(names, theirs):
        assert relative_difference(getattr(gradients, name), gradient) <= gradient_bound, name
    assert len(theirs) == (6 if states else 4)


def test_swapped_gates_would_be_seen(keras):
    """The comparison can fail: any two blocks changed for one another are far outside its bound."""
    case = random_case(32, 14, 1, 8, "float32")
    layer = case.weights.to_keras(keras.layers.LSTM(8, return_sequences=True))
    theirs = layer(case.x)
    for one, other in ("if", "iC", "io", "fC", "fo", "Co"):
        swapped = case.weights.copy()
        swapped._block(one)[:], swapped._block(other)[:] = case.weights._block(other), case.weights._block(one)
        assert largest_difference(lstm_forward(case.x, swapped).h, theirs) > 1e-2


def test_weights_travel_both_ways(keras):
    weights = random_case(1, 1, 2, 3, "float32").weights
    back = LSTMWeights.from_keras(weights.to_keras(keras.layers.LSTM(3)))
    np.testing.assert_array_equal(back.array, weights.array)
    no_bias = keras.layers.LSTM(3, use_bias=False)
    no_bias.build((None, None, 2))
    assert (LSTMWeights.from_keras(no_bias).bias == 0).all()


def test_initial_weights_are_kerass_kind(keras):
    """Not the same numbers, but the same distribution: limits, orthogonality, forget bias."""
    layer = keras.layers.LSTM(16)
    layer.build((None, None, 3))
    for weights in (LSTMWeights.from_keras(layer), LSTMWeights.initial(3, 16, seed=5)):
        limit = np.sqrt(6 / (3 + 64))
        assert 0.9 * limit < np.abs(weights.kernel).max() <= limit
        np.testing.assert_allclose(weights.recurrent_kernel @ weights.recurrent_kernel.T, np.eye(16), atol=1e-5)
        assert weights.bias.tolist() == [0] * 16 + [1] * 16 + [0] * 32


def test_other_layers_are_refused(keras):
    weights = random_case(1, 1, 2, 3, "float32").weights
    built = keras.layers.LSTM(3)
    built.build((None, None, 5))
    for call, error, words in (
        (lambda: weights.to_keras(keras.layers.LSTM(4)), ValueError, "4 units"),
        (lambda: weights.to_keras(keras.layers.LSTM(3, use_bias=False)), ValueError, "use_bias=False"),
        (lambda: weights.to_keras(built), ValueError, "(5, 12)"),
        (lambda: LSTMWeights.from_keras(keras.layers.LSTM(3)), ValueError, "no weights yet"),
        (lambda: LSTMWeights.from_keras(keras.layers.LSTM(3, activation="relu")), TypeError, "tanh and sigmoid"),
        (lambda: LSTMWeights.from_keras(keras.layers.Dense(3)), TypeError, "keras.layers.LSTM"),
        (lambda: weights.to_keras(keras.layers.LSTM(3, activation="relu")), TypeError, "tanh and sigmoid"),
        (lambda: LSTMWeights.from_keras(keras.layers.LSTM(3, go_backwards=True)), TypeError, "goes forwards"),
    ):
        with pytest.raises(error) as caught:
            call()
        assert words in str(caught.value)


# ---------------------------------------------------------------------------------------------------------------
# The forecaster in both engines.


@pytest.fixture(scope="module")
def weather():
    return split_by_time(load_weather()["temp_max"], look_back=14, validation=365, test=365)


def pair(weather, **settings):
    """The same forecaster in both engines, trained alike."""
    models = []
    for Engine in (NumpyForecaster, KerasForecaster):
        model = Engine(units=8, scaler=Scaler().fit(weather.train.X), seed=3)
        validation = weather.validation.X, weather.validation.y
        model.fit(weather.train.X, weather.train.y, validation=validation, progress=False, **settings)
        models.append(model)
    return models


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": 20, "optimizer": Adam(0.005)},
        {"epochs": 5, "optimizer": SGD(0.05), "batch_size": 50},
        {"epochs": 5, "optimizer": Adam(0.005), "clip_norm": 0.05},
    ],
)
def test_same_start_same_batches_same_losses(weather, settings):
    numpy, keras = pair(weather, **settings)
    assert numpy.history.epochs == settings["epochs"]
    np.testing.assert_allclose(numpy.history.loss, keras.history.loss, rtol=1e-4)
    np.testing.assert_allclose(numpy.history.validation_loss, keras.history.validation_loss, rtol=1e-4)
    assert numpy.history.best_epoch == keras.history.best_epoch
    assert largest_difference(numpy.predict(weather.test.X), keras.predict(weather.test.X)) < 0.01  # °C


def test_clipping_takes_hold(weather):
    free, clipped = (pair(weather, epochs=1, optimizer=SGD(0.05), clip_norm=limit) for limit in (None, 1e-3))
    for before, after in zip(free, clipped):
        assert after.history.loss[0] > 1.05 * before.history.loss[0]


def test_a_second_fit_goes_on_in_both(weather):
    models = pair(weather, epochs=2, optimizer=Adam(0.005))
    losses = []
    for model in models:
        first = model.history.loss
        model.fit(weather.train.X, weather.train.y, epochs=2, clip_norm=1.0, progress=False)
        assert model.history.loss[0] < first[0]
        losses.append(model.history.loss)
    np.testing.assert_allclose(*losses, rtol=1e-4)


def test_states_and_gates(weather):
    for dtype in ("float32", "float64"):
        numpy = NumpyForecaster(units=8, seed=1, dtype=dtype).build(features=1, horizon=1)
        keras = KerasForecaster(units=8, seed=1, dtype=dtype).build(features=1, horizon=1)
        X = Scaler().fit(weather.test.X).transform(weather.test.X[:5])
        for name in "hcifgo":
            ours, theirs = (getattr(model.states(X), name) for model in (numpy, keras))
            assert ours.shape == theirs.shape == (5, 14, 8)
            assert largest_difference(ours, theirs) < (1e-6 if dtype == "float32" else 1e-12)


def test_either_engine_reads_the_others_file(weather, tmp_path):
    for model, Other in zip(pair(weather, epochs=1), (KerasForecaster, NumpyForecaster)):
        model.save(tmp_path / "model.npz")
        same = type(model).load(tmp_path / "model.npz")
        np.testing.assert_array_equal(same.predict(weather.test.X), model.predict(weather.test.X))
        other = Other.load(tmp_path / "model.npz")
        assert largest_difference(other.predict(weather.test.X), model.predict(weather.test.X)) < 1e-4


def test_several_features_and_days(weather):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 6, 3)), rng.normal(size=(40, 2, 3))
    losses = []
    for Engine in (NumpyForecaster, KerasForecaster):
        model = Engine(units=4, scaler=Scaler().fit(X), dtype="float64")
        losses.append(model.fit(X, y, epochs=3, progress=False).loss)
        assert model.predict(X).shape == (40, 2, 3)
    np.testing.assert_allclose(*losses, rtol=1e-6)  # Keras adds up its losses in float32


def test_adam_differs_by_two_constants_in_float32(keras, monkeypatch):
    """What notebook 03 says of training in float64: Keras takes powers of 0.9 and 0.999 that are rounded to float32."""

    def update(self, weights, gradient):
        if self.m is None:
            self.m, self.v = np.zeros_like(weights), np.zeros_like(weights)
        self.updates += 1
        beta_1, beta_2 = float(np.float32(self.beta_1)), float(np.float32(self.beta_2))
        alpha = self.learning_rate * (1 - beta_2**self.updates) ** 0.5 / (1 - beta_1**self.updates)
        self.m += (1 - self.beta_1) * (gradient - self.m)
        self.v += (1 - self.beta_2) * (gradient**2 - self.v)
        weights -= alpha * self.m / (np.sqrt(self.v) + self.epsilon)

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 6, 1)), rng.normal(size=(40, 1))
    apart = []
    for own in (Adam.update, update):
        monkeypatch.setattr(Adam, "update", own)
        model, theirs = (Engine(units=4, dtype="float64") for Engine in (NumpyForecaster, KerasForecaster))
        for each in (model, theirs):
            # a learning rate that float32 holds: KerasForecaster keeps it so
            each.fit(X, y, epochs=3, batch_size=8, optimizer=Adam(1 / 128), progress=False)
        apart.append(max(largest_difference(*pair) for pair in zip(model.get_weights(), theirs.get_weights())))
    assert apart[0] > 1e-7 and apart[1] < 1e-8


def test_an_interrupt_keeps_what_was_learnt(weather, monkeypatch):
    """Ctrl-C in the third epoch: two epochs are kept, the best of them is in place, and the interrupt goes on."""
    for Engine in (NumpyForecaster, KerasForecaster):
        model = Engine(units=4, scaler=Scaler().fit(weather.train.X))
        epoch = type(model).train_epoch

        def interrupted(self, X, y, order, tick, epoch=epoch):
            if self.history.epochs == 2:
                raise KeyboardInterrupt
            return epoch(self, X, y, order, tick)

        monkeypatch.setattr(Engine, "train_epoch", interrupted)
        start = Engine(units=4, scaler=model.scaler).build(features=1, horizon=1).get_weights()
        with pytest.raises(KeyboardInterrupt):
            model.fit(
                weather.train.X,
                weather.train.y,
                validation=(weather.validation.X, weather.validation.y),
                epochs=10,
                progress=False,
            )
        assert (model.history.epochs, model.history.stopped) == (2, "interrupted")
        assert largest_difference(model.get_weights()[1], start[1]) > 1e-3
        monkeypatch.undo()
        assert model.fit(weather.train.X, weather.train.y, epochs=1, progress=False).epochs == 1
