"""One window through a trained network: what goes in, the gates, C and h of every unit, the forecast. Notebook 03."""

import numpy as np
import traitlets

from .. import _checks
from ..pictures.svg import format_number
from ._explorer import Explorer, floats, packed, whole
from .windows import as_heights, as_words


class OneWindowExplorer(Explorer, front="one_window"):
    """One window through a trained forecaster, live: step by step, every gate, C and h of every unit. Notebook 03.

    Parameters
    ----------
    model : a fitted NumpyForecaster or KerasForecaster; of several features its target (or else the first) is drawn
    X : array (windows, look_back, features), in the series' own unit
    y : array as `model.predict(X)` gives it, what was measured; may be left out
    unit : of X and y, as "°C"

    State, to be read, set and linked: `window` and `hidden_unit` (from 0), `step` (0 before the first day, look_back
    after the last). `trace` is the model's Trace of X, `forecast` its forecast, `changes` (look_back, units) how much
    each step changes C in the window shown.

    Raises ValueError and TypeError for another model, X or y, TraitError for a state that is not there.

    >>> from lstm_notes import NumpyForecaster, make_windows, toy_days
    >>> X, y = make_windows(toy_days(11), look_back=3)
    >>> explorer = OneWindowExplorer(NumpyForecaster(units=2).build(), X / 11, y / 11, step=3)
    >>> bool(np.allclose(explorer.changes.sum(axis=0), explorer.trace.c[0, -1]))             # C starts at 0
    True
    """

    window = whole(0, "the window shown, counted from 0")
    step = whole(0, "steps made: 0 before the first day")
    hidden_unit = whole(0, "the LSTM's unit whose numbers are written, counted from 0")
    # The values as written and their heights in the picture, 0 … 1: for each window X, y (if any), the forecast.
    words = traitlets.List(traitlets.Unicode()).tag(sync=True)
    heights = floats()
    maps = floats()  # f, i, g, o, C, h, (windows, look_back, units) each
    sizes = traitlets.Dict().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)

    def __init__(self, model, X, y=None, *, unit="", **state):
        if not (hasattr(model, "states") and hasattr(model, "predict")):
            raise TypeError(f"model is {model!r}; a fitted forecaster, with states and predict, is needed")
        self.trace, self.forecast = model.states(X), model.predict(X)
        windows, look_back, units = self.trace.c.shape
        known = [_checks.numbers("X", X)]
        features, feature = known[0].shape[2], getattr(model, "target", None) or 0
        if y is not None:
            y = _checks.finite("y", _checks.numbers("y", y))
            _checks.shape("y", y, self.forecast.shape, ("windows", "horizon", "features")[: self.forecast.ndim])
            known.append(y)
        *known, forecast = (array[:, :, feature] if array.ndim == 3 else array for array in (*known, self.forecast))
        known, forecast = np.concatenate(known, axis=1).astype("float64"), forecast.astype("float64")
        written = np.reshape(as_words(known.ravel()), known.shape), np.vectorize(format_number)(forecast)
        values = np.concatenate([known, forecast], axis=1)
        super().__init__(
            words=np.concatenate(written, axis=1).ravel().tolist(),
            heights=packed(as_heights(values.ravel())),
            maps=packed(*(getattr(self.trace, name) for name in "figoch")),
            sizes={
                "windows": windows,
                "steps": look_back,
                "units": units,
                "horizon": forecast.shape[1],
                "feature": feature,
                "features": features,
            },
            unit=unit,
            **state,
        )

    @traitlets.validate("window", "step", "hidden_unit")
    def _there(self, proposal):
        name, value = proposal["trait"].name, proposal["value"]
        windows, look_back, units = self.trace.c.shape
        last = {"window": windows - 1, "step": look_back, "hidden_unit": units - 1}[name]
        if value > last:
            raise traitlets.TraitError(f"{name} is {value}; a whole number from 0 to {last} is needed")
        return value

    @property
    def changes(self):
        """C_t - C_{t-1} of the window shown, (look_back, units) float64."""
        return np.diff(self.trace.c[self.window].astype("float64"), axis=0, prepend=0)
