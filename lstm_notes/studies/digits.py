"""How many digits are real? Two trainings that differ in one bit, side by side. Taught in notebook 09c_digits.

    one bit of one weight flipped → the same batches for both → how far apart are weights, forecasts and errors?

Or nothing is flipped, and the same sums are made in another order, as another machine makes them. What two machines
differ in is thus seen on one.
"""

import numpy as np

from .. import _checks
from ..data import load_weather
from ..evaluation import mae
from ..network import NetworkWeights, mse, mse_gradient, network_backward, network_forward
from ..training import Adam, batches
from ..windows import Scaler, make_windows
from .record import Study

SETTINGS = {"look_back": 30, "units": 32}  # batches of 32
TRAINING, VALIDATION = slice(0, 731), slice(731, 1096)  # days: 2012 and 2013, 2014
MARKS = (1, 3, 10, 30, 100, 300, 1000)  # updates after which both are compared
PASSED = (1e-12, 1e-9, 1e-6, 1e-3, 0.01, 0.1)  # °C; recorded is when the forecasts first differ by so much
# How it is trained, by its name in the table.
TRAININGS = {
    "calm": {"start": "Glorot", "learning_rate": 0.005},
    "bold": {"start": "Glorot", "learning_rate": 0.05},
    "wild": {"start": "N(0, 1)", "learning_rate": 0.005},
}
CHANGES = (
    "last bit",
    "tenth bit before it",
    "last bit of the head",
    "units reordered",
    "windows reordered",
    "float64 instead",
)


def flip_bit(value, bit=0):
    """A float32 or float64 number with one of its bits turned over: 0 is the last one, 1 the one before it.

    Only bits of the mantissa: 23 in float32, 52 in float64. TypeError for other numbers, ValueError for other bits.

    >>> float(flip_bit(np.float64(1.0))) - 1 == 2**-52
    True
    >>> float(flip_bit(np.float32(1.5), bit=22))
    1.0
    """
    value = np.asarray(value)
    if value.dtype not in ("float32", "float64"):
        raise TypeError(f"value has dtype {value.dtype}; float32 or float64 is needed")
    most = np.finfo(value.dtype).nmant - 1
    if _checks.whole("bit", bit, 0) > most:
        raise ValueError(f"bit is {bit}; 0 to {most} is needed, the mantissa of {value.dtype}")
    whole = np.dtype(f"int{8 * value.dtype.itemsize}")
    return (value.view(whole) ^ whole.type(1 << bit)).view(value.dtype)[()]


def same_digits(a, b):
    """On how many significant digits two numbers agree: the whole number of tens in |a| / |a - b|; 17 where they are
    equal, 0 where not even the first agrees.

    >>> same_digits(12.3456, 12.3457), same_digits(12.0, -3.0), same_digits(0.5, 0.5)
    (5, 0, 17)
    """
    a, b = float(a), float(b)
    if a == b:
        return 17
    apart, size = abs(a - b), max(abs(a), abs(b))
    return int(np.clip(np.floor(np.log10(size / apart)), 0, 17))


def reordered(weights, order):
    """The same network, its units in another `order` (units,): NetworkWeights. On paper it says the same of each
    window; its sums over the units are made in another order.

    >>> weights = NetworkWeights.initial(features=1, units=4, outputs=1)
    >>> other = reordered(weights, [3, 1, 0, 2])
    >>> x = np.ones((2, 3, 1))
    >>> bool(np.abs(network_forward(x, other)[0] - network_forward(x, weights)[0]).max() < 1e-15)
    True
    """
    made, order, units = weights.copy(), np.asarray(order), weights.lstm.units
    rows = (np.arange(4)[:, None] * units + order).ravel()
    columns = np.append(order, np.arange(units, weights.lstm.array.shape[1]))
    made.lstm.array[:] = weights.lstm.array[rows][:, columns]
    made.head_kernel[:] = weights.head_kernel[order]
    return made


class Twins:
    """Two trainings on the weather that differ in as little as can be, update by update: the highest temperature of
    2012 and 2013 in batches of 32 windows, the same ones for both.

    Parameters
    ----------
    training : of TRAININGS: "calm", the course's usual one (Adam, learning rate 0.005); "bold" (Adam at 0.05); "wild"
        (all start weights drawn from N(0, 1))
    dtype : "float64" or "float32", of both
    seed : of the weights and the order of the windows
    change : of CHANGES, what the second one has otherwise; the bit is one of `recurrent_kernel[0, 0]`, or of
        `head_kernel[0, 0]`
    bit : which bit "last bit" means, counted from the last one
    look_back, units : of both

    `weights` are both NetworkWeights, `update` counts the updates, `loss` is the first one's before the last update,
    `scale` one scaled unit in °C, `mean` the °C of a scaled 0.

    >>> twins = Twins("calm", seed=0)
    >>> twins.apart() < 1e-16                                           # one bit of one weight
    True
    >>> for _ in range(3):
    ...     of_batch = twins.step()
    >>> twins.update, of_batch < 1e-12
    (3, True)
    """

    def __init__(self, training="calm", dtype="float64", seed=0, change="last bit", bit=0, look_back=30, units=32):
        for name, value, known in (("training", training, TRAININGS), ("change", change, CHANGES)):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; one of {', '.join(known)} is needed")
        given = TRAININGS[training]
        days = load_weather()["temp_max"]
        scaler = Scaler().fit(days[TRAINING])
        self.scale, self.mean = scaler.scale.item(), scaler.mean.item()
        self._scaled = scaler.transform(days[: VALIDATION.stop])
        self._x, self._y = make_windows(self._scaled[TRAINING], look_back)
        before = slice(VALIDATION.start - look_back, VALIDATION.stop)  # so that the first forecast is that of January 1
        self._x_later, self._y_later = make_windows(self._scaled[before], look_back)
        self._rng, self._order = np.random.default_rng([seed, 1]), []
        self.update, self.loss = 0, None

        start = NetworkWeights.initial(1, units, 1, seed=seed)
        if given["start"] == "N(0, 1)":
            start.vector[:] = np.random.default_rng([seed, 2]).standard_normal(start.vector.size)
        first, second = (NetworkWeights(1, units, 1, dtype).assign(start.arrays()) for _ in range(2))
        rng, self._units, self._shuffled = np.random.default_rng([seed, 3]), np.arange(units), None
        if change == "units reordered":
            self._units = rng.permutation(units)
            second = reordered(second, self._units)
        elif change == "windows reordered":
            self._shuffled = rng
        elif change == "float64 instead":
            second = NetworkWeights(1, units, 1, "float64").assign(first.arrays())
        else:
            array = second.head_kernel if change == "last bit of the head" else second.lstm.recurrent_kernel
            array[0, 0] = flip_bit(array[0, 0], 10 if change == "tenth bit before it" else bit)
        self.weights = (first, second)
        self._optimizers = tuple(Adam(given["learning_rate"]) for _ in range(2))

    def step(self):
        """An update of both; returns how far apart their forecasts of the batch were before it: the largest difference,
        °C."""
        if not self._order:
            self._order = batches(self._rng.permutation(len(self._x)), batch_size=32)
        batch = self._order.pop(0)
        shuffle = np.arange(len(batch)) if self._shuffled is None else self._shuffled.permutation(len(batch))
        forecasts, orders = [], (np.arange(len(batch)), shuffle)
        for weights, optimizer, order in zip(self.weights, self._optimizers, orders):
            x, y = (array[batch[order]].astype(weights.vector.dtype) for array in (self._x, self._y))
            forecast, trace = network_forward(x, weights)
            gradient = network_backward(trace, mse_gradient(forecast, y), weights).vector
            if not forecasts:
                self.loss = mse(forecast, y)
            forecasts.append(forecast[np.argsort(order)].astype("float64"))
            optimizer.update(weights.vector, gradient)
        self.update += 1
        return self.scale * float(np.abs(forecasts[0] - forecasts[1]).max())

    def apart(self):
        """The largest difference between a weight of the one and the same weight of the other, a float."""
        first, second = self.weights
        second = reordered(second, np.argsort(self._units))
        return float(np.abs(first.vector.astype("float64") - second.vector).max())

    def forecasts(self, days=365):
        """Both networks' forecasts of the first `days` of 2014, °C: two arrays (days, 1), float64."""
        forecasts = []
        for weights in self.weights:
            forecast, _ = network_forward(self._x_later[:days].astype(weights.vector.dtype), weights)
            forecasts.append(self.mean + self.scale * forecast.astype("float64"))
        return tuple(forecasts)

    def series(self, days=365):
        """The scaled days that are trained on, and the first `days` of 2014 (731 + days,), float64."""
        return self._scaled[: VALIDATION.start + days]

    def truth(self):
        """The days of 2014 as they were, °C (365, 1)."""
        return self.mean + self.scale * self._y_later


def run(training, dtype, change, updates, seed):
    """A row of the study: Twins, so many updates.

    Returns a dict. Of each of MARKS, up to `updates`: "weights", the largest difference of a weight; "forecast", that
    of a forecast of 2014, °C; "MAE", the first one's mean absolute error in 2014, °C, and "MAE apart", how far the
    other's is from it. "passed": for each of PASSED the first update before which the forecasts of its batch differ by
    more, or 0 for never. "same": whether all weights are the same, to the last bit, at the end. "MAE at first": after
    one update, which no rounding has changed yet.
    """
    twins, passed = Twins(training, dtype, seed, change), [0] * len(PASSED)
    found = {name: [] for name in ("weights", "forecast", "MAE", "MAE apart")}
    for update in range(1, updates + 1):
        of_batch = twins.step()
        passed = [before or update * (of_batch > limit) for before, limit in zip(passed, PASSED)]
        if update in MARKS:
            first, second = twins.forecasts()
            errors = [mae(forecast, twins.truth()) for forecast in (first, second)]
            found["weights"].append(twins.apart())
            found["forecast"].append(float(np.abs(first - second).max()))
            found["MAE"].append(errors[0])
            found["MAE apart"].append(abs(errors[1] - errors[0]))
    return found | {"passed": passed, "same": twins.apart() == 0, "MAE at first": found["MAE"][0]}


def _asked(training, dtype, change="last bit", *, updates):
    return {"training": training, "dtype": dtype, "change": change, "updates": updates}


PRECISIONS = ("float64", "float32")
ASKED = [_asked("wild", dtype, updates=300) for dtype in PRECISIONS]
ASKED += [_asked("calm", dtype, updates=1000) for dtype in PRECISIONS]
ASKED += [
    _asked(training, "float32" if change == "float64 instead" else "float64", change, updates=100)
    for training in ("calm", "wild")
    for change in CHANGES[1:]
]
ASKED += [_asked("bold", dtype, updates=1000) for dtype in PRECISIONS]
# What is amplified is not compared: when a difference of rounding passes a limit is itself a matter of rounding.
STUDY = Study(
    "digits",
    run,
    ASKED,
    range(20),
    varies={name: float("inf") for name in ("weights", "forecast", "MAE", "MAE apart", "passed", "same")}
    | {"MAE at first": 1e-3},
)
