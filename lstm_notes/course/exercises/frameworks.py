"""Exercises of notebook 09: weights from PyTorch to Keras, h_n of two directions, a gradient that clipping turns."""

import numpy as np

from ._exercise import Exercise, Wrong, compare, mistakes, numbers, parts

# ---------------------------------------------------------------------------------------------------------------
# 9.1


def my_keras_arrays(weight_ih, weight_hh, bias_ih, bias_hh):
    return weight_ih.T, weight_hh.T, bias_ih + bias_hh


def _check_keras_arrays(ask):
    features, units = 3, 5
    rng = np.random.default_rng(91)
    shapes = (4 * units, features), (4 * units, units), (4 * units,), (4 * units,)
    weight_ih, weight_hh, bias_ih, bias_hh = (rng.normal(size=shape) for shape in shapes)
    came = parts(ask(weight_ih, weight_hh, bias_ih, bias_hh), "kernel", "recurrent_kernel", "bias")
    needed = my_keras_arrays(weight_ih, weight_hh, bias_ih, bias_hh)
    first_two = came[0].shape == needed[1].shape and came[1].shape == needed[0].shape
    if first_two:
        raise Wrong("kernel and recurrent_kernel have changed places: the kernel is made of weight_ih, for x")
    onnx = np.arange(4 * units).reshape(4, units)[[0, 3, 1, 2]].ravel()
    words = "the blocks have another order; Keras's i, f, C, o is PyTorch's i, f, g, o, so leave them where they are"
    for name, array, right, source in zip(("kernel", "recurrent_kernel"), came, needed, (weight_ih, weight_hh)):
        wrong = [
            (
                f"{name} was reshaped: its shape is right, but the numbers stand elsewhere; transpose, .T",
                source.reshape(right.shape),
            ),
            (words, right[:, onnx]),
        ]
        compare(name, array, right, ("features" if name == "kernel" else "units", "4·units"), wrong)
    of_bias = [
        ("the bias lacks bias_hh: PyTorch's cell adds both, so add them up", bias_ih),
        ("the bias lacks bias_ih: PyTorch's cell adds both, so add them up", bias_hh),
        ("that is the mean of the two biases; what acts is their sum", needed[2] / 2),
        (words, needed[2][onnx]),
    ]
    compare("bias", came[2], needed[2], ("4·units",), of_bias)
    return "these three go into Keras's set_weights as they are."


keras_arrays = Exercise(
    "9.1",
    _check_keras_arrays,
    (
        "look at the weight map: which way do PyTorch's blocks lie, and how many biases has Keras?",
        "transpose both matrices, and add the two biases up.",
    ),
    my_keras_arrays,
)

# ---------------------------------------------------------------------------------------------------------------
# 9.2


def my_h_n(output):
    units = output.shape[2] // 2
    return np.stack([output[:, -1, :units], output[:, 0, units:]])


def _check_h_n(ask):
    output = np.random.default_rng(92).normal(size=(4, 6, 6))
    came = numbers("h_n", ask(output))

    def stacked(forth=-1, back=0, axis=0):
        return np.stack([output[:, forth, :3], output[:, back, 3:]], axis=axis)

    wrong = mistakes(
        stacked,
        back={"the way back has read the whole window at the first day, not at the last": -1},
        forth={"the way forth has read the whole window at the last day, not at the first": 0},
    )
    halves = np.stack([output[:, 0, 3:], output[:, -1, :3]])
    others = [
        ("the two directions have changed places: the way forth comes first", halves),
        ("the units of the two directions are not the even and the odd ones: first all of one, then all of the other",
         np.stack([output[:, -1, ::2], output[:, 0, 1::2]])),
    ]  # fmt: skip
    if came.shape == (4, 6):
        raise Wrong("h_n has shape (4, 6): both directions side by side; stack them, (2, batch, units) = (2, 4, 3)")
    compare("h_n", came, my_h_n(output), ("2", "batch", "units"), [*wrong, *others])
    return "each direction where it ended: the last day, and the first."


h_n = Exercise(
    "9.2",
    _check_h_n,
    (
        "at which day has the way back read the whole window? It starts at the last one.",
        "np.stack of output[:, -1, :units] and output[:, 0, units:].",
    ),
    my_h_n,
)

# ---------------------------------------------------------------------------------------------------------------
# 9.3


def my_gradient():
    return np.array([100.0, 0.0]), np.array([1.0])


def _check_gradient(ask):
    result = ask()
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        came = f"{len(result)} things" if isinstance(result, (tuple, list)) else f"one {type(result).__name__}"
        raise Wrong(f"{came} came back; two arrays are needed")
    arrays = [numbers(name, each).ravel() for name, each in zip(("the first array", "the second array"), result)]
    if not all(np.isfinite(each).all() for each in arrays):
        raise Wrong("a number of it is NaN or infinite, so it has no direction")
    sizes = np.array([np.linalg.norm(each) for each in arrays])
    if not (sizes > 0).all():
        raise Wrong("one of the arrays is 0; two arrays with a length are needed, or nothing can turn")
    # Each array keeps its own direction, so the two lengths say all.
    clipped = np.minimum(sizes, 1.0)
    cosine = sizes @ clipped / (np.linalg.norm(sizes) * np.linalg.norm(clipped))
    degrees = float(np.degrees(np.arccos(min(cosine, 1.0))))
    lengths = f"the arrays are {sizes[0]:.3g} and {sizes[1]:.3g} long"
    if degrees <= 40:
        if (sizes <= 1).all():
            why = "neither is longer than 1, so nothing is clipped"
        elif abs(np.log(sizes[0] / sizes[1])) < 1e-6:
            why = "both are shortened by one factor"
        else:
            why = f"clipped they are {clipped[0]:.3g} and {clipped[1]:.3g}; make them end alike that began unlike"
        raise Wrong(f"it turns by {degrees:.0f} degrees: {lengths}, and {why}")
    return (
        f"it turns by {degrees:.0f} degrees: {lengths}, and clipped they count alike: clipnorm favours "
        "the smaller one. Two arrays can turn by nearly 45 degrees, more of them by more."
    )


gradient = Exercise(
    "9.3",
    _check_gradient,
    (
        "what becomes of an array of length 100, and of one of length 1, when each is clipped to 1?",
        "two arrays whose lengths are very different, the shorter one about 1 long: they end equally long.",
    ),
    my_gradient,
)
