"""What the LSTM is compared with, to show why it is as it is: a plain RNN, a GRU, an MLP, other forget biases at the
start, weights for each step, states that go on; and steps that are masked.

from lstm_notes.variants import SeparateForecaster
"""

from .chrono import chrono
from .gru import gru_backward, gru_forward
from .masked import masked_backward, masked_forward
from .networks import GRUNetwork, MLPNetwork, RNNNetwork
from .rnn import lstm_gradient_norms, rnn_backward, rnn_forward, rnn_gradient_norms
from .separate import SeparateForecaster
from .stateful import StatefulForecaster

__all__ = [
    "GRUNetwork",
    "MLPNetwork",
    "RNNNetwork",
    "SeparateForecaster",
    "StatefulForecaster",
    "chrono",
    "gru_backward",
    "gru_forward",
    "lstm_gradient_norms",
    "masked_backward",
    "masked_forward",
    "rnn_backward",
    "rnn_forward",
    "rnn_gradient_norms",
]
