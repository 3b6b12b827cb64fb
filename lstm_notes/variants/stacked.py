"""What does a second layer see? The h of the layer below, at every step. Taught in notebook 11_bidirectional_attention.

Graves, Mohamed and Hinton 2013 (ICASSP). Each layer has weights of its own: shared is what belongs to one layer, over
the steps.
"""

from ..cell import lstm_backward, lstm_forward


def stacked_forward(x, layers):
    """Windows through LSTM layers, each of which reads every h of the one below. Notebook 11.

    Parameters
    ----------
    x : array (batch, time, features), float32 or float64
    layers : list of LSTMWeights, the lowest first; each has as many features as the one below has units

    Returns a list of Traces, a layer each; the last one's `.h` (batch, time, units) is the output. Raises ValueError
    for no layers, and for sizes that do not fit.

    >>> import numpy as np
    >>> from lstm_notes import LSTMWeights
    >>> layers = [LSTMWeights.initial(1, 4), LSTMWeights.initial(4, 3)]
    >>> [trace.h.shape for trace in stacked_forward(np.zeros((5, 7, 1), "float32"), layers)]
    [(5, 7, 4), (5, 7, 3)]
    """
    if not layers:
        raise ValueError("layers is empty; at least one LSTMWeights is needed")
    for k, (below, above) in enumerate(zip(layers, layers[1:])):
        if above.features != below.units:
            raise ValueError(
                f"layers[{k}] has {below.units} units and layers[{k + 1}] reads {above.features} features; as many are "
                "needed"
            )
    traces = []
    for weights in layers:
        traces.append(lstm_forward(x, weights))
        x = traces[-1].h
    return traces


def stacked_backward(traces, dh):
    """BPTT through the layers, from the top: ∂L/∂x_t of a layer is ∂L/∂h_t of the one below. Notebook 11.

    `traces` from stacked_forward, `dh` (batch, time, units) at the top layer, as in lstm_backward → a list of
    LSTMGradients, the lowest first, whose `.x` is that of the windows.

    >>> import numpy as np
    >>> from lstm_notes import LSTMWeights
    >>> traces = stacked_forward(np.zeros((5, 7, 1)), [LSTMWeights.initial(1, 4), LSTMWeights.initial(4, 3)])
    >>> [gradients.x.shape for gradients in stacked_backward(traces, np.ones((5, 7, 3)))]
    [(5, 7, 1), (5, 7, 4)]
    """
    gradients = []
    for trace in reversed(traces):
        gradients.append(lstm_backward(trace, dh))
        dh = gradients[-1].x
    return gradients[::-1]
