"""What every public function asks of its arguments before any arithmetic starts.

Each check names the argument, says what came and what is needed. Behind the door the arithmetic is bare.
"""

import numpy as np

FLOATS = (np.dtype("float32"), np.dtype("float64"))


def floats(name, value):
    """`value` as an array of float32 or float64, as it came; any other dtype is a TypeError."""
    array = np.asarray(value)
    if array.dtype not in FLOATS:
        advice = f": {name}.astype('float32')" if array.dtype.kind in "iuf" else ""
        raise TypeError(f"{name} has dtype {array.dtype}; float32 or float64 is needed{advice}")
    return array


def numbers(name, value):
    """`value` as floats: whole numbers become float64, float32 and float64 stay, text and the like are a TypeError."""
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        array = array.astype("float64")
    return floats(name, array)


def axes(name, array, *names):
    """`array` if it has one axis for each of `names`."""
    if array.ndim != len(names):
        raise ValueError(f"{name} has shape {array.shape}, {array.ndim} axes; ({', '.join(names)}) is needed")
    return array


def shape(name, array, wanted, names):
    """`array` if its shape is `wanted`, whose axes are called `names`."""
    if array.shape != tuple(wanted):
        raise ValueError(f"{name} has shape {array.shape}; ({', '.join(names)}) = {tuple(wanted)} is needed")
    return array


def finite(name, array):
    """`array` if it holds neither NaN nor infinity."""
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(int(k) for k in np.argwhere(bad)[0])
        where = first[0] if len(first) == 1 else first
        raise ValueError(
            f"{name} has {int(bad.sum())} values that are NaN or infinite, the first at index {where}; "
            "finite numbers are needed"
        )
    return array


def whole(name, value, least=1):
    """`value` as an int of at least `least`; 2.0 and True are refused like any other non-integer."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is {value!r}; a whole number is needed")
    if value < least:
        raise ValueError(f"{name} is {value}; at least {least} is needed")
    return int(value)


def positive(name, value):
    """`value` as a float above zero."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name} is {value!r}; a number is needed")
    if not value > 0 or not np.isfinite(value):
        raise ValueError(f"{name} is {value}; a finite number above 0 is needed")
    return float(value)
