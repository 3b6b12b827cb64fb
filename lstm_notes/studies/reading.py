"""Are states carried from batch to batch worth it, and what if they are carried wrongly? Taught in notebook 12_text."""

from ..text import TextWeights, bits, encode, load_topics, split_text, train_text
from ..text.streams import WAYS
from .record import Study

UNITS, SIZE = 48, 16


def run_text_ways(way, seed):
    """A row: a small network, trained in one of the WAYS of train_text for two epochs on the topics of this Python.

    Returns a dict: "training", the bits per character of the second epoch while training; "test", those of the test
    part, read in one stream with states that go on; "without", the same with states of zero every 32 characters.
    """
    training, _, test = (encode(part) for part in split_text(load_topics()))
    weights = TextWeights.initial(UNITS, SIZE, seed)
    losses = train_text(weights, training, way, seed=seed)
    pieces = [bits(weights, test[k : k + 33]).sum() for k in range(0, len(test) - 33, 32)]
    return {
        "training": losses[-1],
        "test": bits(weights, test).mean(),
        "without": sum(pieces) / (32 * len(pieces)),
    }


STUDY = Study("text_ways", run_text_ways, settings=[{"way": way} for way in WAYS], seeds=range(20), varies=0.02)
