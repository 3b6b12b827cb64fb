"""What is lost when each step has weights of its own? On the weather, and where a mark moves to another day. Taught in
notebook 04_parameter_sharing."""

from ..data import load_weather
from ..evaluation import mae
from ..forecaster import NumpyForecaster
from ..training import Adam
from ..variants import SeparateForecaster
from ..windows import Scaler, split_by_time
from .record import Study
from .tasks import marked_values

WEATHER = {"look_back": 14, "units": 16, "learning_rate": 0.005, "epochs": 100, "patience": 5}
RECALL = {"look_back": 10, "units": 8, "learning_rate": 0.01, "epochs": 25, "windows": 2000}


def run(weights, seed):
    """A network with `weights` "shared" or "separate": its MAE on the temperature's validation year, °C, and of a
    marked value: with the mark on days 1–5, as in training, on day 6, 8 or 10, and in windows of 11 days, with the mark
    on days 2–5. Separate weights, made for ten days, are given the last ten of the eleven."""
    return {"temperature": _temperature(weights, seed), **_recall(weights, seed)}


def _network(weights, units, look_back, **settings):
    if weights == "shared":
        return NumpyForecaster(units, **settings)
    return SeparateForecaster(units, look_back=look_back, **settings)


def _temperature(weights, seed):
    temperature, look_back = load_weather()["temp_max"], WEATHER["look_back"]
    split = split_by_time(temperature, look_back, validation=365, test=365)
    model = _network(
        weights, WEATHER["units"], look_back, scaler=Scaler().fit(temperature[split.train.days]), seed=seed
    )
    settings = {"epochs": WEATHER["epochs"], "patience": WEATHER["patience"], "progress": False}
    model.fit(*split.train, validation=split.validation, optimizer=Adam(WEATHER["learning_rate"]), **settings)
    return mae(model.predict(split.validation.X), split.validation.y)


def _recall(weights, seed):
    look_back = RECALL["look_back"]
    model = _network(weights, RECALL["units"], look_back, seed=seed)
    X, y = marked_values(RECALL["windows"], look_back, range(5), seed=0)
    model.fit(X, y, epochs=RECALL["epochs"], optimizer=Adam(RECALL["learning_rate"]), progress=False)
    places = {"as trained": range(5), "day 6": [5], "day 8": [7], "day 10": [9]}
    errors = {}
    for name, days in places.items():
        X, y = marked_values(500, look_back, days, seed=1)
        errors[name] = mae(model.predict(X), y)
    X, y = marked_values(500, look_back + 1, range(1, 5), seed=1)
    errors["11 days"] = mae(model.predict(X if weights == "shared" else X[:, 1:]), y)
    return errors


STUDY = Study("sharing", run, settings=[{"weights": kind} for kind in ("shared", "separate")], seeds=range(20))
