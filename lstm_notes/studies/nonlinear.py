"""Is it the memory, or only the bend? An LSTM, an MLP and a line on a nonlinear law. Taught in notebook
08_key_takeaways."""

from ..data import mackey_glass
from ..evaluation import mae
from ..forecaster import NumpyForecaster
from ..rivals import LinearAutoregression, mlp
from ..training import Adam
from ..windows import Scaler, split_by_time
from .record import Study

SETTINGS = {"look_back": 20, "units": 12, "learning_rate": 0.02, "epochs": 20, "patience": 5}
NOISE = 0.02


def run(series, seed):
    """Mackey–Glass number `series`, 1,000 days: the MAE of day 1, over its last fifth, of a network of each kind, both
    of this `seed`, and of a linear autoregression."""
    split = split_by_time(mackey_glass(1000, noise=NOISE, seed=series), SETTINGS["look_back"], validation=0.2, test=0.2)
    lstm = NumpyForecaster(SETTINGS["units"], scaler=Scaler().fit(split.train.X), seed=seed)
    settings = {"epochs": SETTINGS["epochs"], "patience": SETTINGS["patience"], "progress": False}
    lstm.fit(*split.train, validation=split.validation, optimizer=Adam(SETTINGS["learning_rate"]), **settings)
    fitted = {
        "LSTM": lstm,
        "MLP": mlp(seed=seed).fit(*split.train),
        "linear AR": LinearAutoregression().fit(*split.train),
    }
    return {name: mae(model.predict(split.test.X), split.test.y) for name, model in fitted.items()}


STUDY = Study("nonlinear", run, settings=[{"series": number} for number in range(5)], seeds=range(20))
