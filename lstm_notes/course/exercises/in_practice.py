"""Exercises of notebook 09b: a masked step, a loss over real steps, a scaler for another unit."""

import numpy as np

from ...cell import lstm_step
from ...weights import LSTMWeights
from ...windows import Scaler
from ._exercise import Exercise, Wrong, close, compare, named, numbers, parts, whole

# ---------------------------------------------------------------------------------------------------------------
# 9b.1


def my_masked_step(x_t, h, c, real, weights):
    h_new, c_new, _ = lstm_step(x_t, h, c, weights)
    h_t = np.where(real[:, None], h_new, h)
    c_t = np.where(real[:, None], c_new, c)
    return h_t, c_t


def _check_masked_step(ask):
    rng = np.random.default_rng(91)
    weights, real = LSTMWeights.initial(2, 3, seed=91, dtype="float64"), np.array([True, False, True, False])
    h, c, x_t = np.tanh(rng.normal(size=(4, 3))), rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    h_new, c_new, _ = lstm_step(x_t, h, c, weights)
    needed = my_masked_step(x_t, h, c, real, weights)
    named_h = [
        ("real is the wrong way round: True is a step that is to be read", np.where(real[:, None], h, h_new)),
        ("h is 0 at masked steps; it has to stay what it was", h_new * real[:, None]),
        ("h is made anew at masked steps, too; there it has to stay what it was", h_new),
        ("h and C are swapped: return h first", needed[1]),
    ]
    named_c = [
        ("C is 0 at masked steps; it has to stay what it was", c_new * real[:, None]),
        ("C is made anew at masked steps, too; there it has to stay what it was", c_new),
    ]
    came = parts(ask(x_t, h, c, real, weights), "h_t", "c_t")
    for name, each, right, mistakes in zip(("h", "C"), came, needed, (named_h, named_c)):
        compare(name, each, right, ("batch", "units"), mistakes)
    x_t[~real] = np.nan
    came = parts(ask(x_t, h, c, real, weights), "h_t", "c_t")
    if not all(np.isfinite(each).all() for each in came):
        raise Wrong("with NaN as padding h or C is NaN: 0 · NaN is NaN, so choose with np.where, and do not multiply")
    return "where real is False h and C stay, whatever stands in x_t."


masked_step = Exercise(
    "9b.1",
    _check_masked_step,
    (
        "make the step for all windows with lstm_step, then choose for each window: the new states or the old ones.",
        "np.where(real[:, None], new, old) chooses row by row, for h and for C.",
    ),
    my_masked_step,
)

# ---------------------------------------------------------------------------------------------------------------
# 9b.2


def my_masked_mse(forecast, y, mask):
    return np.mean((forecast - y)[mask] ** 2)


def _check_masked_mse(ask):
    rng = np.random.default_rng(92)
    forecast, y = rng.normal(size=(2, 4, 6))
    mask = np.arange(6) < np.array([6, 1, 3, 2])[:, None]
    squares, needed = (forecast - y) ** 2, my_masked_mse(forecast, y, mask)
    came = whole("the loss", ask(forecast, y, mask))
    if not close(came, needed):
        named(
            came,
            [
                ("you count the padding, too: only steps at which mask is True", squares.mean()),
                (
                    "you divide by all steps; divide by the number of real ones, mask.sum()",
                    (squares * mask).mean(),
                ),
                (
                    "that is the mean of the windows' means: one step of a short window counts for more there. Take "
                    "the mean over all real steps",
                    np.mean([each[real].mean() for each, real in zip(squares, mask)]),
                ),
                ("that is the sum; divide it by the number of real steps", squares[mask].sum()),
                ("you divide by the number of windows; divide by the number of real steps", squares[mask].sum() / 4),
                ("the mask is the wrong way round: True is a real step", squares[~mask].mean()),
                ("those are absolute errors; square them", np.abs(forecast - y)[mask].mean()),
                ("that is the root of it; the MSE is asked for", np.sqrt(needed)),
            ],
        )
        raise Wrong(f"the mean over {mask.sum()} real steps is {needed:.4f}; {came:.4f} came")
    if not np.isfinite(numbers("the loss", ask(forecast, np.where(mask, y, np.nan), mask))).all():
        raise Wrong("with NaN as padding the loss is NaN: 0 · NaN is NaN, so pick the real steps, [mask]")
    return f"the mean over {mask.sum()} of {mask.size} steps."


masked_mse = Exercise(
    "9b.2",
    _check_masked_mse,
    (
        "an array of bool picks: which steps does errors[mask] hold?",
        "take (forecast - y)[mask], square it, and take its mean.",
    ),
    my_masked_mse,
)

# ---------------------------------------------------------------------------------------------------------------
# 9b.3


def my_fahrenheit(scaler):
    mean, scale = scaler.mean.item(), scaler.scale.item()
    into = 1 / (1.8 * scale), -(32 / 1.8 + mean) / scale
    out = 1.8 * scale, 1.8 * mean + 32
    return *into, *out


def _check_fahrenheit(ask):
    scaler = Scaler().fit(np.array([4.0, 11.0, 15.0, 30.0]))
    mean, scale = scaler.mean.item(), scaler.scale.item()
    names = "scale_in", "offset_in", "scale_out", "offset_out"
    scale_in, offset_in, scale_out, offset_out = (whole(*pair) for pair in zip(names, parts(ask(scaler), *names)))
    celsius = np.array([-10.0, 0.0, 20.0, 37.0])
    fahrenheit, scaled = 1.8 * celsius + 32, (celsius - mean) / scale
    came = fahrenheit * scale_in + offset_in
    if not close(came, scaled):
        named(
            came,
            [
                ("what goes in is read as °C: it is °F, so 32 has to come off, and 1.8", (fahrenheit - mean) / scale),
                ("the 32 is still in what goes in", (fahrenheit / 1.8 - mean) / scale),
                ("the 1.8 is still in what goes in", (fahrenheit - 32 - mean) / scale),
                (
                    "what goes in: Keras multiplies first and adds then, so the offset is divided by the scale, too",
                    fahrenheit / (1.8 * scale) - 32 / 1.8 - mean,
                ),
                ("the mean is added to what goes in; it has to come off", (celsius + mean) / scale),
                ("what goes in is multiplied by the scaler's scale; divide by it", (celsius - mean) * scale),
            ],
        )
        raise Wrong(f"{fahrenheit[0]:g} °F has to go in as {scaled[0]:.4f}; {came[0]:.4f} came")
    came = scaled * scale_out + offset_out
    if not close(came, fahrenheit):
        named(
            came,
            [
                ("what comes out is in °C: times 1.8, and 32 on top", celsius),
                ("what comes out lacks the 32", 1.8 * celsius),
                ("what comes out lacks the 1.8", celsius + 32),
                (
                    "the mean that comes out is still in °C: it is to be multiplied by 1.8, too",
                    1.8 * scaled * scale + mean + 32,
                ),
                (
                    "what comes out is scaled as on the way in; turn it round: times the scale, and the mean on top",
                    scaled * scale_in + offset_in,
                ),
            ],
        )
        raise Wrong(f"{scaled[0]:.4f} has to come out as {fahrenheit[0]:g} °F; {came[0]:.4f} came")
    return "the same network, for readers of °F."


fahrenheit = Exercise(
    "9b.3",
    _check_fahrenheit,
    (
        "first °F to °C, (x - 32) / 1.8, then the scaler, (… - mean) / scale: what is x multiplied by?",
        "in: 1 / (1.8 · scale) and -(32 / 1.8 + mean) / scale. Out: °C = scaled · scale + mean, then °F.",
    ),
    my_fahrenheit,
)
