"""What do the weights of attention say about a forecast? Taught in notebook 11b_what_they_gain.

They say how the values were mixed. Whether a day mattered is another question: it is asked of the forecast itself, by
taking the day away; and other weights may make the same forecast. (Jain and Wallace 2019, "Attention is not
Explanation", NAACL; Wiegreffe and Pinter 2019, "Attention is not not Explanation", EMNLP.)
"""

import numpy as np

from ..cell import lstm_forward
from ..evaluation import mae
from ..windows import Scaler, split_by_time
from .architectures import LOOK_BACK, SERIES, architecture_series, trained_network
from .record import Study

WINDOWS = 60  # of the test part, evenly apart, for which other weights are looked for


def farthest(weights, values):
    """Other weights with the same mixture of the values, on the days that have the least now.

    `weights` (time,), shares that sum to 1, `values` (time, size) → other shares (time,) with the same Σ weight ·
    value, by a linear program: least weight on the days that have more than their share. Raises ImportError without
    scipy.

    Where a value is the mean of two others, all weight can leave it:

    >>> farthest(np.array([0.0, 1.0, 0.0]), np.array([[0.0], [1.0], [2.0]])).round(6).tolist()
    [0.5, 0.0, 0.5]
    """
    from scipy.optimize import linprog

    equal = np.vstack([values.T, np.ones(len(weights))])
    asked = (weights > 1 / len(weights)).astype(float)
    found = linprog(asked, A_eq=equal, b_eq=equal @ weights, bounds=(0, 1), method="highs")
    return weights.copy() if found.x is None else found.x


def run_attending(series, seed):
    """A row: a network with attention on a series of SERIES, and what its weights say of the forecasts for the test
    days.

    Returns a dict: "latest", the mean weight of the last day of the 30; "largest", the mean of the largest weight;
    "moved", the median share of weight that lies elsewhere in the farthest other weights, and "moved forecast", how
    far the forecasts moved with it, at most, in the series' unit; "agreement", the mean rank correlation over the
    days of a window of the weights with how far the forecast moves when the day is put to the mean of the training
    days; "even", the MAE with 1/30 for each day over that with the network's own weights; "swapped", the same with
    the weights of another day's window.
    """
    values = architecture_series(series)
    split = split_by_time(values, LOOK_BACK, validation=365, test=365)
    scaler, (X, y) = Scaler().fit(values[split.train.days]), split.test
    network = trained_network("attention", split, scaler, seed)[0].net
    x = scaler.transform(X)
    weights, own = network.attention(x), network.forecast(x)
    some = np.linspace(0, len(x) - 1, WINDOWS).astype(int)
    h = lstm_forward(x[some], network.cells["lstm"]).h
    other = np.array([farthest(*each) for each in zip(weights[some], h)])
    moved = np.abs(network.forecast_with(x[some], other) - own[some])
    taken = []
    for day in range(LOOK_BACK):
        without = x[some].copy()
        without[:, day] = 0
        taken.append(np.abs(network.forecast(without) - own[some])[:, 0])
    agreement = [rank_correlation(*each) for each in zip(weights[some], np.transpose(taken))]
    errors = {
        name: mae(scaler.inverse_transform(network.forecast_with(x, each)), y)
        for name, each in (("own", weights), ("even", np.full_like(weights, 1 / LOOK_BACK)), ("swapped", weights[::-1]))
    }
    return {
        "latest": weights[:, -1].mean(),
        "largest": weights.max(axis=1).mean(),
        "moved": np.median(np.abs(other - weights[some]).sum(axis=1) / 2),
        "moved forecast": moved.max() * scaler.scale.item(),
        "agreement": np.mean(agreement),
        "even": errors["even"] / errors["own"],
        "swapped": errors["swapped"] / errors["own"],
    }


def rank_correlation(a, b):
    """Spearman's: the correlation of the ranks, of two arrays (values,) without ties.

    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.array([3.0, 4.0, 5.0]))
    1.0
    """
    ranks = (np.argsort(np.argsort(each)) for each in (a, b))
    return float(np.corrcoef(*ranks)[0, 1])


STUDY = Study(
    "attending",
    run_attending,
    settings=[{"series": name} for name in SERIES],
    seeds=range(20),
    varies={"moved forecast": np.inf}
    | dict.fromkeys(("latest", "largest", "moved", "agreement", "even", "swapped"), 0.05),
)
