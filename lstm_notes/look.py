"""One vocabulary for every picture: each gate, state, weight and series has one colour and one symbol, said here alone.

tests/test_look.py holds the colours' distances for the three common kinds of colour blindness, and their contrast on
white. Symbols, line styles and places differ as well: nothing is said by colour alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """How one thing looks: `color` (#rrggbb) of its lines, `tint` of its areas, its `symbol`, its `name` in words."""

    color: str
    tint: str
    symbol: str
    name: str


LOOK = {
    "f": Look("#873013", "#F8E4DC", "f", "forget gate"),
    "i": Look("#148355", "#D8F1E6", "i", "input gate"),
    "g": Look("#C81E8D", "#FADFF0", "C̃", "candidate"),
    "o": Look("#0149D2", "#DCE7FC", "o", "output gate"),
    "C": Look("#9A6607", "#F8ECCF", "C", "cell state"),
    "h": Look("#05485E", "#D9EEF5", "h", "hidden state"),
    "x": Look("#333333", "#EDEDED", "x", "input"),
    "W": Look("#2E0880", "#E7E1F6", "W", "weights"),
    "truth": Look("#333333", "#EDEDED", "y", "measured"),
    "LSTM": Look("#0149D2", "#DCE7FC", "ŷ", "LSTM's forecast"),
    "persistence": Look("#A95D0C", "#F9E7D0", "ŷ", "persistence"),
    "linear AR": Look("#148355", "#D8F1E6", "ŷ", "linear autoregression"),
    "seasonal naive": Look("#C81E8D", "#FADFF0", "ŷ", "seasonal naive"),
}
# What has to be told apart in one picture.
GATES = ("f", "i", "g", "o")
PARTS = ("f", "i", "g", "o", "C", "h", "x", "W")
SERIES = ("truth", "LSTM", "persistence", "linear AR", "seasonal naive")
