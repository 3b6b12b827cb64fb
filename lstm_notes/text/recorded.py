"""A larger network, trained once: what notebooks 12 and 12b ask where a taste of a few seconds is not enough.

python -m lstm_notes.text          trains it anew, some minutes, and writes its file
"""

from pathlib import Path

import numpy as np

from ..training import Adam
from .characters import encode, load_topics, split_text
from .model import TextWeights
from .streams import bits, train_text

FILE = Path(__file__).parent.parent / "files" / "text" / "topics.npz"
SETTINGS = {"units": 128, "size": 32, "batch": 16, "look_back": 64, "learning_rates": (0.004, 0.001), "epochs": (12, 6)}


def recorded_text():
    """The TextWeights that were trained on the topics of RECORDED's Python: 128 units. Notebooks 12 and 12b.

    The file holds them as float16, so that it is small; so they are the network that is asked everywhere.

    >>> recorded_text()
    TextWeights(units=128, size=32, 97,888 parameters)
    """
    weights = TextWeights(SETTINGS["units"], SETTINGS["size"])
    with np.load(FILE, allow_pickle=False) as file:
        weights.vector[:] = file["vector"]
    return weights


def train_recorded(file=FILE, say=print):
    """Train it on the training part, one epoch after the other, and keep the epoch with the fewest bits on the
    validation part; write `file`. Of each epoch one line is said."""
    training, validation, _ = split_text(encode(load_topics()))
    weights = TextWeights.initial(SETTINGS["units"], SETTINGS["size"])
    best, kept = np.inf, None
    for rate, epochs in zip(SETTINGS["learning_rates"], SETTINGS["epochs"]):
        if kept is not None:
            weights.vector[:] = kept
        optimizer = Adam(rate)
        for epoch in range(epochs):
            more = {name: SETTINGS[name] for name in ("batch", "look_back")}
            loss = train_text(weights, training, "shuffled", epochs=1, optimizer=optimizer, seed=epoch, **more)[0]
            now = bits(weights, validation).mean()
            say(f"rate {rate}, epoch {epoch + 1}: {loss:.3f} bits per character in training, {now:.3f} in validation")
            if now < best:
                best, kept = now, weights.vector.copy()
    file.parent.mkdir(exist_ok=True)
    with open(file, "wb") as opened:
        np.savez_compressed(opened, vector=kept.astype("float16"))
    return best
