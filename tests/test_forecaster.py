"""The forecaster's verbs on NumPy; that Keras does the same is in test_keras.py."""

import json
import os

import numpy as np
import pytest

from lstm_notes import Adam, NumpyForecaster, Scaler, make_windows, sine_with_trend, split_by_time


@pytest.fixture
def split():
    return split_by_time(sine_with_trend(300, noise=0.3, seed=0), look_back=10, validation=60, test=60)


def trained(split, **settings):
    model = NumpyForecaster(units=8, scaler=Scaler().fit(split.train.X), seed=1)
    defaults = {"epochs": 3, "optimizer": Adam(0.01), "progress": False}
    model.fit(split.train.X, split.train.y, **(defaults | settings))
    return model


def test_seeded(split):
    first, second = trained(split), trained(split)
    assert first.history.loss == second.history.loss
    np.testing.assert_array_equal(first.predict(split.test.X), second.predict(split.test.X))
    other = NumpyForecaster(units=8, seed=2).build()
    assert np.abs(other.weights.vector - NumpyForecaster(units=8, seed=1).build().weights.vector).max() > 0.01


def test_every_window_once_an_epoch_in_a_new_order(split, monkeypatch):
    seen = []
    train_epoch = NumpyForecaster.train_epoch

    def watch(self, X, y, order, tick):
        seen.append(order)
        return train_epoch(self, X, y, order, tick)

    monkeypatch.setattr(NumpyForecaster, "train_epoch", watch)
    trained(split, epochs=2)
    orders = [np.concatenate(order) for order in seen]
    assert [len(batch) for batch in seen[0]] == [32] * 5 + [10]
    assert all(sorted(order) == list(range(170)) for order in orders)
    assert (orders[0] != orders[1]).any()


def test_early_stopping_keeps_the_best_weights(split):
    validation = split.validation.X, split.validation.y
    model = trained(split, validation=validation, epochs=500, patience=5, optimizer=Adam(0.02))
    history = model.history
    assert history.stopped == "early stopping" and history.epochs < 500
    assert history.best_epoch == np.argmin(history.validation_loss) + 1 == history.epochs - 5
    kept = model.loss(model._scaled(validation[0]), model._scaled_targets(validation[1]))
    assert kept == pytest.approx(min(history.validation_loss), rel=1e-6)


def test_reload_forecasts_bit_for_bit(split, tmp_path):
    for model in (
        trained(split),
        NumpyForecaster(units=3, dtype="float32").build(features=2, horizon=3, per_feature=True),
    ):
        model.save(tmp_path / "any name")
        assert [p.name for p in tmp_path.iterdir()] == ["any name"]
        again = NumpyForecaster.load(tmp_path / "any name")
        X = split.test.X if model.features == 1 else np.random.default_rng(0).normal(size=(4, 6, 2))
        np.testing.assert_array_equal(again.predict(X), model.predict(X))
        assert repr(again) == repr(model)


def test_a_failed_save_leaves_the_old_file(split, tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    model = trained(split)
    model.save(path)
    before = path.read_bytes()

    def disk_full(file, **arrays):
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", disk_full)
    with pytest.raises(OSError, match="no space left"):
        model.save(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["model.npz"]


def test_files_that_are_none(split, tmp_path):
    model = trained(split)
    model.save(tmp_path / "good")
    good = (tmp_path / "good").read_bytes()
    with np.load(tmp_path / "good") as file:
        arrays = dict(file)
    about = json.loads(str(arrays["about"]))

    def variant(**changes):
        arrays_too = {k: v for k, v in (arrays | changes).items() if v is not None}
        np.savez(tmp_path / "variant.npz", **arrays_too)
        return (tmp_path / "variant.npz").read_bytes()

    def described(**changes):
        return variant(about=np.array(json.dumps(about | changes)))

    damaged = bytearray(good)
    damaged[len(good) // 3] ^= 0xFF
    for name, content, words in (
        ("text", b"hello, world", ""),
        ("empty", b"", ""),
        ("half", good[: len(good) // 2], ""),
        ("one byte wrong", bytes(damaged), ""),
        ("foreign", variant(about=None), "about"),
        ("no kernel", variant(kernel=None), "kernel"),
        ("other shape", variant(bias=np.zeros(5)), "its bias is float64 (5,)"),
        ("other dtype", variant(bias=np.zeros(32, "float32")), "its bias is float32"),
        ("NaN", variant(bias=np.full(32, np.nan)), "NaN"),
        ("pickle", variant(kernel=np.array([{}], object)), "allow_pickle"),
        ("no scaler", variant(scaler_mean=None), "scaler_mean"),
        ("scaler for two", variant(scaler_scale=np.ones(2)), "scaler_scale"),
        ("other order", described(gate_order="iofc"), "its gate order is 'iofc'"),
        ("other format", described(format="lstm_notes forecaster 99"), "99"),
        ("other units", described(units=9), "its kernel is"),
        ("no seed", described(seed=None), "seed"),
        ("odd y", described(y_shape=[1, 1, 1]), "y_shape"),
        ("no scale", variant(scaler_scale=np.zeros(1)), "scaler_scale is not above 0"),
    ):
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(ValueError) as caught:
            NumpyForecaster.load(tmp_path / "file")
        assert "file is not a whole saved forecaster of lstm_notes" in str(caught.value), name
        assert words in str(caught.value), name
        assert str(tmp_path) not in str(caught.value), name
    with pytest.raises(FileNotFoundError):
        NumpyForecaster.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "change, error, words",
    [
        ({"X": np.zeros((5, 3))}, ValueError, "X has shape (5, 3), 2 axes; (windows, look_back, features) is needed"),
        ({"X": np.zeros((0, 3, 1))}, ValueError, "at least one window"),
        ({"X": np.full((5, 3, 1), np.nan)}, ValueError, "X has 15 values that are NaN"),
        ({"X": np.array([[["a"]]])}, TypeError, "X has dtype"),
        ({"y": np.zeros((4, 1))}, ValueError, "y has shape (4, 1) and X (5, 3, 1)"),
        ({"y": np.zeros(5)}, ValueError, "y has shape (5,)"),
        ({"y": np.full((5, 1), np.inf)}, ValueError, "y has 5 values that are NaN or infinite"),
        ({"y": np.zeros((5, 1, 2))}, ValueError, "y has shape (5, 1, 2) and X (5, 3, 1)"),
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"optimizer": "adam"}, TypeError, "optimizer is 'adam'"),
        ({"optimizer": Adam}, TypeError, "lstm_notes.Adam(...) or SGD(...) is needed"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"clip_norm": -1.0}, ValueError, "clip_norm is -1.0"),
        ({"patience": 3}, ValueError, "patience needs validation"),
        ({"validation": (np.zeros((5, 3, 1)), np.zeros((4, 1)))}, ValueError, "validation y has shape (4, 1)"),
        ({"validation": (np.zeros((5, 3, 2)), np.zeros((5, 1)))}, ValueError, "validation X has 2 features"),
    ],
)
def test_bad_fits(change, error, words):
    good = {"X": np.random.default_rng(0).normal(size=(5, 3, 1)), "y": np.zeros((5, 1)), "progress": False}
    with pytest.raises(error) as caught:
        NumpyForecaster(units=2).fit(**(good | change))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: NumpyForecaster(units=0), ValueError, "units is 0"),
        (lambda: NumpyForecaster(dtype="int32"), TypeError, "dtype int32"),
        (lambda: NumpyForecaster(dtype="float16"), TypeError, "dtype float16"),
        (lambda: NumpyForecaster(scaler=Scaler()), RuntimeError, "the scaler is not fitted yet"),
        (lambda: NumpyForecaster(scaler=3), TypeError, "scaler is 3"),
        (lambda: NumpyForecaster(seed=-1), ValueError, "seed is -1"),
        (
            lambda: NumpyForecaster().predict(np.zeros((1, 3, 1))),
            RuntimeError,
            "predict: the forecaster has no weights",
        ),
        (lambda: NumpyForecaster().states(np.zeros((1, 3, 1))), RuntimeError, "states: the forecaster has no weights"),
        (lambda: NumpyForecaster().save("x"), RuntimeError, "save: the forecaster has no weights"),
        (lambda: NumpyForecaster().build().predict(np.zeros((1, 3, 2))), ValueError, "X has 2 features"),
        (lambda: NumpyForecaster().build().build(horizon=3), ValueError, "make a new one"),
        (
            lambda: NumpyForecaster(scaler=Scaler().fit(np.arange(6.0).reshape(3, 2))).build(features=3),
            ValueError,
            "scaler was fitted on 2 features; X has 3",
        ),
        (lambda: NumpyForecaster(target=2).build(features=2), ValueError, "target is 2; X has 2 features"),
        (
            lambda: NumpyForecaster(scaler=Scaler().fit(np.arange(6.0).reshape(3, 2))).build(features=2),
            ValueError,
            "target= has to say which of them y is",
        ),
    ],
)
def test_bad_use(call, error, words):
    with pytest.raises(error) as caught:
        call()
    assert words in str(caught.value)


def test_a_refused_fit_leaves_nothing_behind(split):
    model = NumpyForecaster(units=2)
    with pytest.raises(ValueError):
        model.fit(*split.train, validation=(split.validation.X, split.validation.y[:-1]))
    X, y = make_windows(np.arange(40.0), 5, horizon=3)
    assert model.fit(X, y, epochs=1, progress=False).epochs == 1


def test_the_scaler_is_the_forecasters_own(split):
    scaler = Scaler().fit(split.train.X)
    model = NumpyForecaster(units=2, scaler=scaler).build()
    before = model.predict(split.test.X)
    scaler.fit(1000 * split.train.X)
    np.testing.assert_array_equal(model.predict(split.test.X), before)


def test_many_windows_are_forecast_in_parts(split):
    model = NumpyForecaster(units=3, seed=0).build()
    X = np.random.default_rng(0).normal(size=(1100, 4, 1))
    apart = np.concatenate([model.predict(X[:7]), model.predict(X[7:])])
    np.testing.assert_allclose(model.predict(X), apart, atol=1e-6)


def test_places_that_are_no_files(tmp_path):
    model = NumpyForecaster(units=2).build()
    for path in (tmp_path, tmp_path / "no folder" / "file"):
        with pytest.raises(FileNotFoundError, match="a file in a folder that is there is needed"):
            model.save(path)


def test_an_exploding_fit_says_so(tmp_path):
    X, y = make_windows(np.linspace(0, 1e200, 40), look_back=5)
    with (
        pytest.raises(FloatingPointError, match="a lower learning_rate or a clip_norm is needed"),
        np.errstate(all="ignore"),
    ):
        model = NumpyForecaster(units=2)
        model.fit(X, y, epochs=3, progress=False)
    assert model.history.stopped == "divergence"
    model.set_weights([np.full_like(array, np.nan) for array in model.get_weights()])
    with pytest.raises(ValueError, match="kernel has 8 values that are NaN"):
        model.save(tmp_path / "no good")
    assert not list(tmp_path.iterdir())


def test_progress_is_shown_where_someone_watches(split, capfd, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("lstm_notes._display.time.monotonic", iter(range(10**6)).__next__)  # each look a second later
    trained(split, progress=True, epochs=2)
    shown = capfd.readouterr().err
    assert "epoch 2 of 2  loss " in shown and "██" in shown
    assert shown.endswith("\r\x1b[2K")  # the line is wiped at the end
    trained(split, progress=False)
    assert capfd.readouterr().err == ""


def test_one_of_several_features_is_forecast_in_its_own_unit(tmp_path):
    """Two series in very different units; y is the second. A linear fit on the same windows is nearly matched."""
    t = np.arange(400.0)
    series = np.column_stack([1000 + 300 * np.sin(t / 9), 0.05 * np.cos(t / 9)])
    X, y = make_windows(series, look_back=12)
    model = NumpyForecaster(units=12, scaler=Scaler().fit(series), target=1)
    model.fit(X, y[:, :, 1], epochs=30, optimizer=Adam(0.01), progress=False)
    forecast = model.predict(X)
    assert forecast.shape == (388, 1) and np.abs(forecast - y[:, :, 1]).mean() < 0.005
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(NumpyForecaster.load(tmp_path / "model").predict(X), forecast)
