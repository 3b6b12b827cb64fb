"""When to stop, and how soon a network is better than "as today": of twenty networks what notebook 05_training shows of
one."""

import numpy as np

from ..data import load_weather
from ..forecaster import NumpyForecaster
from ..network import NetworkWeights, loss_and_gradient, mse, network_forward
from ..rivals import persistence
from ..training import Adam, batches, train_steps
from ..windows import Scaler, make_windows, split_by_time
from .record import Study

SHORT = {"look_back": 14, "units": 32, "learning_rate": 0.01, "epochs": 80}
# The first of 600 days: 300 to train on, 150 for validation, 150 for the test.
STARTS = {"from 2012-01-01": 0, "from 2014-05-11": 861}
ROOM = {"look_back": 14, "units": 8, "learning_rate": 0.02, "days": 365, "later": 91, "longest": 1000}


def run_stopping(days, seed):
    """A row: a network trained for 80 epochs on 300 days, `days` one of STARTS.

    Returns a dict: the "best epoch" by the validation loss, and of the last epoch over the best one the "training",
    "validation" and "test" loss.
    """
    series = load_weather()["temp_max"][STARTS[days] :][:600]
    split = split_by_time(series, SHORT["look_back"], validation=150, test=150)
    model = NumpyForecaster(SHORT["units"], scaler=Scaler().fit(series[split.train.days]), seed=seed)
    losses, optimizer = [], Adam(SHORT["learning_rate"])
    for epoch in range(SHORT["epochs"]):  # a second call of fit goes on where the first ended
        history = model.fit(*split.train, epochs=1, optimizer=None if epoch else optimizer, progress=False)
        later = [mse(model.predict(part.X), part.y) for part in (split.validation, split.test)]
        losses.append([history.loss[0], *later])
    losses = np.array(losses)
    best = losses[:, 1].argmin()
    training, validation, test = losses[-1] / losses[best]
    return {"best epoch": int(best) + 1, "training": training, "validation": validation, "test": test}


def run_room(seed):
    """A row: the training room's network of `seed`, on the days of 2012 with its own settings.

    Returns a dict: "updates" until the validation loss is below persistence's, 1,000 at most, and "after 20", the share
    of the way to persistence's loss that 20 updates have gone.
    """
    series, look_back = load_weather()["temp_max"][: ROOM["days"]], ROOM["look_back"]
    start = len(series) - ROOM["later"]
    scaled = Scaler().fit(series[:start]).transform(series)
    X, y = make_windows(scaled[:start], look_back)
    X_later, y_later = make_windows(scaled[start - look_back :], look_back)
    goal = mse(persistence(X_later), y_later)
    weights = NetworkWeights.initial(1, ROOM["units"], 1, seed)
    rng, losses = np.random.default_rng([seed, 1]), []
    order = (each for _ in range(ROOM["longest"]) for each in batches(rng.permutation(len(X)), batch_size=32))
    windows = ((X[each], y[each]) for each in order)
    for _ in train_steps(loss_and_gradient, weights, windows, Adam(ROOM["learning_rate"])):
        losses.append(
            mse(network_forward(X_later, weights)[0], y_later)
        )  # an update is made when the next is asked for
        if losses[-1] < goal or len(losses) > ROOM["longest"]:
            break
    return {"updates": len(losses) - 1, "after 20": (losses[0] - losses[20]) / (losses[0] - goal)}


STUDIES = (
    Study("stopping", run_stopping, settings=[{"days": days} for days in STARTS], seeds=range(20)),
    Study("room", run_room, settings=[{}], seeds=range(20)),
)
