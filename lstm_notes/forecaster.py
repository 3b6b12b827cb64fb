"""The forecaster: build, fit, predict, look inside, save, load. One set of verbs, two engines.

`NumpyForecaster` (here) trains the reference cell; `KerasForecaster` (keras_forecaster) trains the same network in
Keras. Both start from the same weights, see the same batches, and read each other's files. Outside, values are in
the series' own unit; the scaler is applied inside. Taught in notebook 06_testing.
"""

import json
import os
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from . import _checks
from ._display import Progress
from .cell import lstm_forward
from .network import ARRAYS, NetworkWeights, loss_and_gradient, mse, network_forward
from .training import SGD, Adam, History, run_epochs, train_steps
from .weights import GATE_ORDER
from .windows import Scaler

FILE_FORMAT = "lstm_notes forecaster 1"


class Forecaster:
    """An LSTM with a linear head that forecasts the next `horizon` values from a window; see `NumpyForecaster`."""

    def __init__(self, units=32, *, scaler=None, target=None, seed=0, dtype="float64"):
        self.units = _checks.whole("units", units)
        self.dtype = str(_checks.floats("forecaster", np.zeros(0, dtype)).dtype)
        self.seed = _checks.whole("seed", seed, least=0)
        if scaler is not None and not isinstance(scaler, Scaler):
            raise TypeError(f"scaler is {scaler!r}; a lstm_notes.Scaler or None is needed")
        self.scaler = None if scaler is None else scaler.copy()
        self.target = None if target is None else _checks.whole("target", target, least=0)
        self.history = None
        self.y_shape = None  # (horizon,) or (horizon, features)
        self.features = None
        self._rng = np.random.default_rng([self.seed, 1])  # the order of the windows, apart from the start weights
        self._optimizer = None

    # What an engine has to do. Arrays are scaled, of the forecaster's dtype; y is (windows, outputs).

    def _create(self, weights):
        raise NotImplementedError

    def _start(self, optimizer):
        raise NotImplementedError

    def _clip(self, clip_norm):
        raise NotImplementedError

    def train_epoch(self, X, y, order, tick):
        """One pass over the batches; returns the mean loss. Called by `fit`."""
        raise NotImplementedError

    def loss(self, X, y):
        """MSE on scaled windows. Called by `fit`."""
        return mse(self._forecast(X), y)

    def _forecast(self, X):
        raise NotImplementedError

    def get_weights(self):
        """The five arrays, copied, in Keras's order: kernel, recurrent_kernel, bias, head_kernel, head_bias."""
        raise NotImplementedError

    def set_weights(self, arrays):
        """Take over five arrays as `get_weights` gives them."""
        raise NotImplementedError

    def _states(self, X):
        raise NotImplementedError

    # The verbs.

    def build(self, features=1, horizon=1, *, per_feature=False):
        """Create the weights, seeded, and return self. `fit` does it by itself from the shapes of X and y.

        `per_feature` says whether y is (windows, horizon, features) rather than (windows, horizon).
        """
        features, horizon = _checks.whole("features", features), _checks.whole("horizon", horizon)
        shape = (horizon, features) if per_feature else (horizon,)
        if self.y_shape is not None:
            if (features, shape) != (self.features, self.y_shape):
                raise ValueError(
                    f"the forecaster is built for features={self.features} and y of {self.y_shape} a window; "
                    f"features={features} and {shape} came: make a new one"
                )
            return self
        if self.scaler is not None and self.scaler.features not in (1, features):
            raise ValueError(f"scaler was fitted on {self.scaler.features} features; X has {features}")
        if self.target is not None and self.target >= features:
            raise ValueError(f"target is {self.target}; X has {features} features, counted from 0")
        if self.target is None and not per_feature and self.scaler is not None and self.scaler.features > 1:
            raise ValueError(
                f"y is (windows, horizon) and X has {features} features; target= has to say which of them y is, "
                "counted from 0, or y be (windows, horizon, features)"
            )
        self._create(NetworkWeights.initial(features, self.units, int(np.prod(shape)), self.seed, self.dtype))
        self.features, self.y_shape = features, shape
        return self

    def fit(
        self,
        X,
        y,
        *,
        validation=None,
        epochs=20,
        batch_size=32,
        optimizer=None,
        clip_norm=None,
        patience=None,
        shuffle=True,
        progress=True,
    ):
        """Train on all windows in mini-batches, shuffled anew each epoch; returns the History.

        Parameters
        ----------
        X : array (windows, look_back, features), in the series' unit
        y : array (windows, horizon), of one feature (`target`), or (windows, horizon, features)
        validation : (X, y) of days after the training days, or a Part; the weights of this call's best epoch are kept
        epochs, batch_size : int
        optimizer : Adam (the default, learning rate 0.001) or SGD; only its settings are taken, its state starts new
        clip_norm : longest gradient let through, over all weights together
        patience : stop after so many epochs without a better validation loss
        shuffle : a new order of the windows for each epoch; False leaves them as they come
        progress : show a line that moves

        A second call goes on where the first ended. Interrupted, it keeps what it has learnt and `history`, and
        raises KeyboardInterrupt again.
        """
        X, y = self._windows("X", X), _checks.finite("y", _checks.numbers("y", y))
        if y.ndim not in (2, 3) or len(y) != len(X) or (y.ndim == 3 and y.shape[2] != X.shape[2]):
            raise ValueError(
                f"y has shape {y.shape} and X {X.shape}; (windows, horizon) or (windows, horizon, features) with as "
                "many windows and features is needed"
            )
        epochs, batch_size = _checks.whole("epochs", epochs), _checks.whole("batch_size", batch_size)
        if optimizer is not None and not isinstance(optimizer, (SGD, Adam)):
            raise TypeError(f"optimizer is {optimizer!r}; lstm_notes.Adam(...) or SGD(...) is needed")
        if clip_norm is not None:
            clip_norm = _checks.positive("clip_norm", clip_norm)
        if patience is not None:
            patience = _checks.whole("patience", patience)
            if validation is None:
                raise ValueError("patience needs validation=(X, y): early stopping watches their loss")
        if validation is not None:
            X_validation, y_validation = validation
            X_validation = self._windows("validation X", X_validation)
            if X_validation.shape[2] != X.shape[2]:
                raise ValueError(f"validation X has {X_validation.shape[2]} features; X has {X.shape[2]}")
            y_validation = _checks.finite("validation y", _checks.numbers("validation y", y_validation))
            _checks.shape("validation y", y_validation, (len(X_validation), *y.shape[1:]), ("windows", "horizon", "…"))
        self.build(X.shape[2], y.shape[1], per_feature=y.ndim == 3)
        training = self._scaled(X), self._scaled_targets(y)
        if validation is not None:
            validation = self._scaled(X_validation), self._scaled_targets(y_validation)
        if optimizer is not None or self._optimizer is None:
            self._optimizer = replace(optimizer or Adam())  # a fresh one: its state belongs to this forecaster
            self._start(self._optimizer)
        self._clip(clip_norm)
        self.history = History()
        return run_epochs(
            self,
            training,
            validation,
            epochs=epochs,
            batch_size=batch_size,
            patience=patience,
            new_order=self._rng.permutation if shuffle else np.arange,
            history=self.history,
            progress=Progress(f"{self}: at most {epochs} epochs of {len(X):,} windows", epochs, shown=progress),
        )

    def predict(self, X):
        """Forecasts (windows, horizon) or (windows, horizon, features), float64, in the unit of `X`."""
        self._check_built("predict")
        forecast = np.asarray(self._forecast(self._scaled(self._windows("X", X))), "float64")
        forecast = forecast.reshape(len(forecast), *self.y_shape)
        return forecast if self.scaler is None else self._target_scaler().inverse_transform(forecast)

    def states(self, X):
        """Every step's states and gates for windows `X`: a Trace with `.h .c .i .f .g .o` (windows, look_back, units),
        its `.x` scaled as the network saw it."""
        self._check_built("states")
        return self._states(self._scaled(self._windows("X", X)))

    @property
    def weights(self):
        """A copy of the weights, as NetworkWeights."""
        self._check_built("weights")
        return NetworkWeights(self.features, self.units, self._outputs, self.dtype).assign(self.get_weights())

    # One file: weights, head, scaler. Arrays only, no pickle.

    def save(self, path):
        """Write weights, head and scaler into the file `path` (NumPy's .npz form, without pickle).

        The file is complete or not there: an older one is replaced only when the new one is written.
        """
        self._check_built("save")
        path = Path(path).resolve()
        if path.is_dir() or not path.parent.is_dir():
            raise FileNotFoundError(f"{path} cannot be written; a file in a folder that is there is needed")
        about = {
            "format": FILE_FORMAT,
            "gate_order": GATE_ORDER,
            "units": self.units,
            "features": self.features,
            "y_shape": self.y_shape,
            "dtype": self.dtype,
            "seed": self.seed,
            "scaled": self.scaler is not None,
            "target": self.target,
        }
        arrays = {name: _checks.finite(name, array) for name, array in zip(ARRAYS, self.get_weights())}
        arrays["about"] = np.array(json.dumps(about))
        if self.scaler is not None:
            arrays |= {"scaler_mean": self.scaler.mean, "scaler_scale": self.scaler.scale}
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with open(temporary, "wb") as file:
                np.savez(file, **arrays)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    @classmethod
    def load(cls, path):
        """A forecaster from a file that either engine saved; its forecasts are those of the one that was saved.

        Raises FileNotFoundError where there is none, ValueError for a damaged file or one of another kind.
        """
        path = Path(path)
        try:
            about, weights, scaler = _read(path)
            settings = {name: about[name] for name in ("target", "seed", "dtype")}
            forecaster = cls(about["units"], scaler=scaler, **settings)
            horizon, *rest = about["y_shape"]
            forecaster.build(about["features"], horizon, per_feature=bool(rest))
        except FileNotFoundError:
            raise
        except (ValueError, LookupError, TypeError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"{path.name} is not a whole saved forecaster of lstm_notes: {error}") from error
        forecaster.set_weights(weights)
        return forecaster

    def __repr__(self):
        name = type(self).__name__
        if self.y_shape is None:
            return f"{name}(units={self.units}, not built yet)"
        parameters = 4 * self.units * (self.units + self.features + 1) + self._outputs * (self.units + 1)
        return f"{name}(units={self.units}, outputs={self._outputs}, {parameters:,} parameters)"

    _outputs = property(lambda self: int(np.prod(self.y_shape)))

    # The door.

    def _windows(self, name, X):
        X = _checks.axes(name, _checks.numbers(name, X), "windows", "look_back", "features")
        if 0 in X.shape:
            raise ValueError(f"{name} has shape {X.shape}; at least one window, day and feature is needed")
        if self.features is not None and X.shape[2] != self.features:
            raise ValueError(f"{name} has {X.shape[2]} features; the forecaster was built for {self.features}")
        return _checks.finite(name, X)

    def _check_built(self, verb):
        if self.y_shape is None:
            raise RuntimeError(f"{verb}: the forecaster has no weights yet; call fit, build or load first")

    def _scaled(self, X):
        return (X if self.scaler is None else self.scaler.transform(X)).astype(self.dtype)

    def _target_scaler(self):
        one_of_several = len(self.y_shape) == 1 and self.scaler.features > 1
        return self.scaler.of(self.target) if one_of_several else self.scaler

    def _scaled_targets(self, y):
        scaled = y if self.scaler is None else self._target_scaler().transform(y)
        return scaled.astype(self.dtype).reshape(len(y), -1)


class NumpyForecaster(Forecaster):
    """The forecaster on the NumPy reference cell. Notebook 06.

    Parameters
    ----------
    units : width of the LSTM's state
    scaler : a fitted Scaler, applied to what goes in and undone on what comes out; None: values are used as they are
    target : which feature of X, counted from 0, a y of (windows, horizon) is; needed where the scaler knows several
    seed : of the start weights and of the windows' order
    dtype : "float64" or "float32", of weights and arithmetic. A training amplifies what rounding leaves, and float64
        leaves so little that its errors print the same on every processor; float32 is Keras's habit, and faster

    Verbs: `fit`, `predict`, `states`, `save`, `load`, `build`. The KerasForecaster has the same ones.

    >>> from lstm_notes import make_windows, sine_with_trend
    >>> X, y = make_windows(sine_with_trend(200, seed=0), look_back=12)
    >>> model = NumpyForecaster(units=8, scaler=Scaler().fit(X))
    >>> history = model.fit(X, y, epochs=20, optimizer=Adam(0.01))
    >>> history.loss[-1] < 0.1 * history.loss[0]
    True
    >>> model.predict(X).shape, model.states(X).c.shape
    ((188, 1), (188, 12, 8))
    """

    def _create(self, weights):
        self._weights, self.vector = weights, weights.vector

    def _start(self, optimizer):
        pass

    def _clip(self, clip_norm):
        self._clip_norm = clip_norm

    def train_epoch(self, X, y, order, tick):
        total, chosen = 0.0, ((X[batch], y[batch]) for batch in order)
        steps = train_steps(self._loss_and_gradient, self._trained, chosen, self._optimizer, self._clip_norm)
        for number, (loss, _) in enumerate(steps):
            total += loss * len(order[number])
            tick()
        return total / len(X)

    _loss_and_gradient = staticmethod(loss_and_gradient)
    _trained = property(lambda self: self._weights)

    def _forecast(self, X):
        # In parts, because a trace keeps every step of every window it is given.
        parts = [network_forward(X[k : k + 512], self._weights)[0] for k in range(0, len(X), 512)]
        return np.concatenate(parts)

    def get_weights(self):
        return [array.copy() for array in self._weights.arrays()]

    def set_weights(self, arrays):
        self._weights.assign(arrays)

    def _states(self, X):
        return lstm_forward(X, self._weights.lstm)


def _read(path):
    """A saved forecaster's description, five arrays and scaler, each of the form its description promises."""
    with open(path, "rb") as opened:
        if opened.read(2) != b"PK":
            raise ValueError("it is no .npz file")
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(str(arrays["about"]))
    if about["format"] != FILE_FORMAT:
        raise ValueError(f"its format is {about['format']!r}; {FILE_FORMAT!r} is needed")
    if about["gate_order"] != GATE_ORDER:
        raise ValueError(f"its gate order is {about['gate_order']!r}; {GATE_ORDER!r} is needed")
    if len(about["y_shape"]) not in (1, 2):
        raise ValueError(f"its y_shape is {about['y_shape']}; (horizon,) or (horizon, features) is needed")
    expected = NetworkWeights(about["features"], about["units"], int(np.prod(about["y_shape"])), about["dtype"])
    for name, like in zip(ARRAYS, expected.arrays()):
        _same_form(name, arrays[name], like)
    scaler = None
    if about["scaled"]:
        scaler = Scaler()
        scaler.mean, scaler.scale = arrays["scaler_mean"], arrays["scaler_scale"]
        for name in ("scaler_mean", "scaler_scale"):
            _same_form(name, arrays[name], np.zeros(len(scaler.mean)))
        if not (scaler.scale > 0).all():
            raise ValueError("its scaler_scale is not above 0")
    return about, [arrays[name] for name in ARRAYS], scaler


def _same_form(name, array, like):
    if (array.shape, array.dtype) != (like.shape, like.dtype):
        raise ValueError(f"its {name} is {array.dtype} {array.shape}; {like.dtype} {like.shape} is needed")
    _checks.finite(name, array)
