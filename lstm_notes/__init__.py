"""The companion package of the course "Understanding LSTMs for Time Series Prediction".

What the lessons teach lies flat; what serves them lies in wings. A module imports only from those before it:

   lessons  data, windows, frameworks, weights, trace, cell, network, training, forecaster, keras_forecaster,
            rivals, evaluation, diagnosis, causality
   wings    variants, text, studies, pictures, course, explorers, course.installed

`cell` is the reference LSTM. `_checks` is what public functions ask of their arguments, `_display` what a notebook
shows, `_keras` the one door to TensorFlow: importing this package loads NumPy alone.
"""

from ._keras import load_keras
from .causality import days_ahead, influence
from .cell import Gates, lstm_backward, lstm_forward, lstm_step, sigmoid
from .course.claims import ClaimError, claim, collect_claims, largest_difference, ledger
from .data import (
    fill_gaps,
    find_gaps,
    load_employment,
    load_passengers,
    load_prices,
    load_weather,
    mackey_glass,
    random_walk,
    read_table,
    sine_with_trend,
    toy_days,
)
from .diagnosis import Diagnosis, diagnose
from .evaluation import (
    Comparison,
    compare,
    conformal_margin,
    coverage,
    diebold_mariano,
    error_table,
    lag_correlation,
    mae,
    mase,
    moving_margin,
    pinball,
    rmse,
    score,
    winkler,
)
from .forecaster import NumpyForecaster
from .frameworks import has_torch
from .keras_forecaster import KerasForecaster
from .network import (
    NetworkWeights,
    loss_and_gradient,
    mse,
    mse_gradient,
    network_backward,
    network_forward,
)
from .rivals import (
    Climatology,
    LinearAutoregression,
    Windowed,
    baselines,
    boosting,
    drift,
    kernel_ridge,
    mlp,
    persistence,
    ridge,
    seasonal_naive,
)
from .trace import LSTMGradients, Trace
from .training import SGD, Adam, History, batches, clip_by_global_norm, train_steps
from .weights import LSTMWeights
from .windows import Scaler, Split, make_windows, rolling_splits, split_by_time

__version__ = "0.1.0"

__all__ = [
    "Adam",
    "ClaimError",
    "Climatology",
    "Comparison",
    "Diagnosis",
    "Gates",
    "History",
    "KerasForecaster",
    "LSTMGradients",
    "LSTMWeights",
    "LinearAutoregression",
    "NetworkWeights",
    "NumpyForecaster",
    "SGD",
    "Scaler",
    "Split",
    "Trace",
    "Windowed",
    "baselines",
    "batches",
    "boosting",
    "claim",
    "clip_by_global_norm",
    "collect_claims",
    "compare",
    "conformal_margin",
    "coverage",
    "days_ahead",
    "diagnose",
    "diebold_mariano",
    "drift",
    "error_table",
    "fill_gaps",
    "find_gaps",
    "has_torch",
    "influence",
    "kernel_ridge",
    "lag_correlation",
    "largest_difference",
    "ledger",
    "load_employment",
    "load_keras",
    "load_passengers",
    "load_prices",
    "load_weather",
    "loss_and_gradient",
    "lstm_backward",
    "lstm_forward",
    "lstm_step",
    "mackey_glass",
    "mae",
    "make_windows",
    "mase",
    "mlp",
    "moving_margin",
    "mse",
    "mse_gradient",
    "network_backward",
    "network_forward",
    "persistence",
    "pinball",
    "random_walk",
    "read_table",
    "ridge",
    "rmse",
    "rolling_splits",
    "score",
    "seasonal_naive",
    "sigmoid",
    "sine_with_trend",
    "split_by_time",
    "toy_days",
    "train_steps",
    "winkler",
]
