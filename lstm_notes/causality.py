"""Which days does an output see? A test of any model: move a day, and look which outputs move. Taught in notebook
11_bidirectional_attention.

Nothing of the model is read, it is only asked. What was done before the windows were cut, such as a column that holds
tomorrow, is not seen: let the model begin with the raw days.
"""

import numpy as np

from . import _checks


def influence(model, x, change=1.0):
    """How much each output moves when a day of the input does. Notebook 11.

    Parameters
    ----------
    model : any function of windows (batch, time, features) that gives an output for each window and day, (batch,
        time) or (batch, time, values), or one for each window, (batch, values) with another length than time, or
        (batch,)
    x : array (batch, time, features); the more windows, the less is overlooked
    change : what is added to all features of a day, in every window

    Returns an array (outputs' days, time): row t, column s the largest change of the output at t when day s moves by
    `change`; one row where there is one output for each window. An output that stays NaN is not asked for, and counts
    as not moved; one that becomes NaN, or ceases to be, moves infinitely. A zero says that these windows, moved so
    far, show no influence.

    Raises TypeError where the model cannot be called, ValueError for other shapes, and for a change of 0 or one that
    x's dtype rounds away.

    The sum of all days so far, and that of all days from here on:

    >>> x = np.zeros((1, 3, 1))
    >>> influence(lambda x: x.cumsum(axis=1), x).tolist()
    [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]
    >>> influence(lambda x: x[:, ::-1].cumsum(axis=1)[:, ::-1], x)[0].tolist()
    [1.0, 1.0, 1.0]
    """
    if not callable(model):
        raise TypeError(f"model is {model!r}; a function of windows is needed, such as model.predict")
    x = _checks.axes("x", _checks.finite("x", _checks.numbers("x", x)), "batch", "time", "features")
    if not x.size:
        raise ValueError(f"x has shape {x.shape}; at least one window of one day is needed")
    change = _checks.axes("change", _checks.numbers("change", change)).astype(x.dtype)
    if not np.isfinite(change) or change == 0:
        raise ValueError(f"change is {change}; a finite number other than 0 is needed")
    if (x + change == x).any():  # a day that stays where it is would look like one that nobody sees
        raise ValueError(f"change is {change}, too small to move x as {x.dtype}; a larger one is needed")
    before, columns = _outputs(model, x), []
    for day in range(x.shape[1]):
        moved = x.copy()
        moved[:, day] += change
        after = _outputs(model, moved)
        if after.shape != before.shape:
            raise ValueError(f"model gave an output of shape {before.shape} and then of {after.shape}; one is needed")
        columns.append(_moved(before, after).max(axis=(0, 2)))
    return np.stack(columns, axis=1)


def _outputs(model, x):
    """What the model says of `x`, as (batch, outputs' days, values)."""
    output = np.asarray(model(x.copy()), dtype="float64")
    if output.ndim not in (1, 2, 3) or len(output) != len(x) or not output.size:
        raise ValueError(f"model gave an output of shape {output.shape} for {len(x)} windows; one each is needed")
    if output.ndim > 1 and output.shape[1] == x.shape[1]:
        return output.reshape(*x.shape[:2], -1)
    if output.ndim == 3:
        raise ValueError(f"model gave {output.shape[1]} outputs for windows of {x.shape[1]} days; one each is needed")
    return output.reshape(len(x), 1, -1)


def _moved(before, after):
    """|after - before|: 0 for what is as it was, NaN and infinite alike; infinite for what has no difference."""
    with np.errstate(invalid="ignore"):
        difference = np.abs(after - before)
    difference[(before == after) | (np.isnan(before) & np.isnan(after))] = 0
    return np.where(np.isnan(difference), np.inf, difference)


def days_ahead(influences):
    """How many days ahead an output sees at most, from the square array of `influence`: 0 or less where each sees
    itself and days before alone. Notebook 11.

    >>> days_ahead(np.array([[1.0, 0.5], [0.0, 1.0]])), days_ahead(np.array([[1.0, 0.0], [0.5, 1.0]]))
    (1, 0)
    """
    influences = _checks.axes("influences", _checks.numbers("influences", influences), "outputs", "days")
    if influences.shape[0] != influences.shape[1]:
        raise ValueError(f"influences has shape {influences.shape}; an output for each day is needed")
    outputs, days = np.nonzero(influences)
    if not len(days):
        raise ValueError("influences is zero everywhere: no output moved, so nothing can be said")
    return int((days - outputs).max())
