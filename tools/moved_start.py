"""Moves every start weight: relatively by 1e-15 in float64, its last bits, and by 1e-3 in float32.

A number that a calm training prints does not feel the first; one that hangs on the last bits changes, as it would on
another processor. The second stands for what a training in float32 makes of its own roundings, at every operation and
on each processor others: where no number of such a training is printed, nothing changes. Loaded before anything else by
the kernels and the tests that `make machines` runs.
"""


def move():
    import numpy as np

    from lstm_notes import LSTMWeights, NetworkWeights

    def moved(initial):
        def start(cls, *arguments, **settings):
            weights = initial(cls, *arguments, **settings)
            array = weights.vector if isinstance(weights, NetworkWeights) else weights.array
            step = {"float64": 1e-15, "float32": 1e-3}[str(array.dtype)]
            array *= 1 + step * np.random.default_rng(0).choice([-1.0, 1.0], array.shape)
            return weights

        return classmethod(start)

    for weights in (LSTMWeights, NetworkWeights):
        weights.initial = moved(weights.initial.__func__)


move()
del move
