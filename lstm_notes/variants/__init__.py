"""What the LSTM is compared with, to show why it is as it is: a plain RNN, weights for each step, states that go on.

from lstm_notes.variants import SeparateForecaster
"""

from .rnn import lstm_gradient_norms, rnn_forward, rnn_gradient_norms
from .separate import SeparateForecaster
from .stateful import StatefulForecaster

__all__ = ["SeparateForecaster", "StatefulForecaster", "lstm_gradient_norms", "rnn_forward", "rnn_gradient_norms"]
