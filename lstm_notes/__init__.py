"""The companion package of the course "Understanding LSTMs for Time Series Prediction".

Its modules read in the order of the lessons, and import only from those above:

    data → windows → cell → network → training → forecaster → experiments → evaluation → claims
         → look, drawing, diagrams, plots → explorers, exercises

`cell` is the reference LSTM. TensorFlow stays behind `keras_door`; importing this package loads NumPy alone.
"""

from .cell import Gates, LSTMGradients, LSTMWeights, Trace, lstm_backward, lstm_forward, lstm_step, sigmoid
from .claims import ClaimError, claim, collect_claims, largest_difference, ledger
from .data import (
    fill_gaps,
    find_gaps,
    load_prices,
    load_weather,
    mackey_glass,
    random_walk,
    read_table,
    sine_with_trend,
    toy_days,
)
from .evaluation import (
    LinearAutoregression,
    baselines,
    conformal_margin,
    copies_yesterday,
    coverage,
    error_table,
    mae,
    mase,
    persistence,
    score,
    seasonal_naive,
    verdict,
)
from .forecaster import NumpyForecaster
from .keras_door import load_keras
from .keras_forecaster import KerasForecaster
from .network import NetworkWeights, loss_and_gradient, mse, network_backward, network_forward
from .training import SGD, Adam, History, batches, clip_by_global_norm
from .windows import Scaler, Split, make_windows, rolling_splits, split_by_time

__version__ = "0.1.0"

__all__ = [
    "Adam",
    "ClaimError",
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
    "baselines",
    "batches",
    "claim",
    "clip_by_global_norm",
    "collect_claims",
    "conformal_margin",
    "copies_yesterday",
    "coverage",
    "error_table",
    "fill_gaps",
    "find_gaps",
    "largest_difference",
    "ledger",
    "load_keras",
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
    "mse",
    "network_backward",
    "network_forward",
    "persistence",
    "random_walk",
    "read_table",
    "rolling_splits",
    "score",
    "seasonal_naive",
    "sigmoid",
    "sine_with_trend",
    "split_by_time",
    "toy_days",
    "verdict",
]
