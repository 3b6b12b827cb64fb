"""What the LSTM is compared with, to show why it is as it is: a plain RNN, a GRU, an MLP, other forget biases at the
start, weights for each step, states that go on; steps that are masked; and what is built of it: layers upon layers, two
directions, attention.

from lstm_notes.variants import SeparateForecaster
"""

from .attention import (
    Projections,
    additive_attention,
    attention_backward,
    dot_product_attention,
    positions,
    self_attention_backward,
    self_attention_forward,
    softmax,
)
from .bidirectional import bidirectional_backward, bidirectional_forward
from .chrono import chrono
from .experiment import NetworkForecaster
from .gru import gru_backward, gru_forward
from .masked import masked_backward, masked_forward
from .networks import (
    AttentionNetwork,
    BidirectionalNetwork,
    GRUNetwork,
    LSTMNetwork,
    MLPNetwork,
    RNNNetwork,
    StackedNetwork,
    units_for,
)
from .rnn import lstm_gradient_norms, rnn_backward, rnn_forward, rnn_gradient_norms
from .separate import SeparateForecaster
from .stacked import stacked_backward, stacked_forward
from .stateful import StatefulForecaster

__all__ = [
    "AttentionNetwork",
    "BidirectionalNetwork",
    "GRUNetwork",
    "LSTMNetwork",
    "MLPNetwork",
    "NetworkForecaster",
    "Projections",
    "RNNNetwork",
    "SeparateForecaster",
    "StackedNetwork",
    "StatefulForecaster",
    "additive_attention",
    "attention_backward",
    "bidirectional_backward",
    "bidirectional_forward",
    "chrono",
    "dot_product_attention",
    "gru_backward",
    "gru_forward",
    "lstm_gradient_norms",
    "masked_backward",
    "masked_forward",
    "positions",
    "rnn_backward",
    "rnn_forward",
    "rnn_gradient_norms",
    "self_attention_backward",
    "self_attention_forward",
    "softmax",
    "stacked_backward",
    "stacked_forward",
    "units_for",
]
