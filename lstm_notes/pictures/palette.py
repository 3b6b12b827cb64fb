"""One vocabulary for every picture: each gate, state, weight, window and series has one colour, one shape and one
symbol, said here alone.

tests/test_look.py holds the colours' distances for the three common kinds of colour blindness, and their contrast on
white and on dark pages. Symbols, shapes, line styles and places differ as well: nothing is said by colour alone.
"""

from dataclasses import dataclass

INK, FAINT = "#222222", "#767676"
PAGE, DARK_PAGE = "#FFFFFF", "#1B1B1D"
DARK_INK, DARK_FAINT = "#EEEEEE", "#9A9A9A"
# The two ends of a diverging scale, whose middle, 0, is the page itself.
PLUS, MINUS = "#1F5AA6", "#B3321C"
DARK_PLUS, DARK_MINUS = "#7FB0F5", "#F58A6E"


@dataclass(frozen=True)
class Look:
    """How one thing looks: `color` (#rrggbb) of its lines and `tint` of its areas on white, `dark` of its lines on a
    dark page; its `symbol`, its `name` in words; `radius` of its box's corners, `dash` of its line (lengths on and off,
    empty if drawn through), `marker` (as matplotlib names them) of its points."""

    color: str
    tint: str
    dark: str
    symbol: str
    name: str
    radius: int = 8
    dash: tuple = ()
    marker: str = "o"

    @property
    def dark_tint(self):
        """Of its areas on a dark page: a fifth of its colour there."""
        pairs = zip(_channels(self.dark), _channels(DARK_PAGE))
        return "#" + "".join(f"{round(0.2 * a + 0.8 * b):02X}" for a, b in pairs)


def _channels(color):
    return [int(color[k : k + 2], 16) for k in (1, 3, 5)]


LOOK = {
    # Gates are rounded boxes, states round ones, what goes in and the weights have sharp corners.
    "f": Look("#873013", "#F8E4DC", "#F36753", "f", "forget gate", 8, (), "v"),
    "i": Look("#148355", "#D8F1E6", "#3FE39D", "i", "input gate", 8, (6, 3), "^"),
    "g": Look("#C81E8D", "#FADFF0", "#F080B8", "C̃", "candidate", 8, (6, 2, 1, 2), "D"),
    "o": Look("#0149D2", "#DCE7FC", "#748DF5", "o", "output gate", 8, (1, 2), "s"),
    "C": Look("#9A6607", "#F8ECCF", "#F1B716", "C", "cell state", 18, (), "o"),
    "h": Look("#05485E", "#D9EEF5", "#ADDAF7", "h", "hidden state", 18, (6, 3), "x"),
    "x": Look("#333333", "#EDEDED", "#EEEEEE", "x", "input", 3, (), "o"),
    "W": Look("#2E0880", "#E7E1F6", "#BAACFB", "W", "weights", 0, (), "s"),
    "window": Look("#333333", "#F3EEDC", "#EEEEEE", "▭", "window", 0, (7, 4), ""),
    "truth": Look("#333333", "#EDEDED", "#EEEEEE", "y", "measured", 3, (), "o"),
    "LSTM": Look("#0149D2", "#DCE7FC", "#748DF5", "ŷ", "LSTM's forecast", 3, (6, 3), "s"),
    "persistence": Look("#A95D0C", "#F9E7D0", "#F1B716", "ŷ", "persistence", 3, (6, 2, 1, 2), "^"),
    "linear AR": Look("#148355", "#D8F1E6", "#3FE39D", "ŷ", "linear autoregression", 3, (1, 2), "D"),
    "seasonal naive": Look("#C81E8D", "#FADFF0", "#F080B8", "ŷ", "seasonal naive", 3, (8, 2, 2, 2, 2, 2), "v"),
}
# What has to be told apart in one picture.
GATES = ("f", "i", "g", "o")
PARTS = ("f", "i", "g", "o", "C", "h", "x", "W")
SERIES = ("truth", "LSTM", "persistence", "linear AR", "seasonal naive")

# What a colour is on a dark page.
DARK = {PAGE: DARK_PAGE, INK: DARK_INK, FAINT: DARK_FAINT, PLUS: DARK_PLUS, MINUS: DARK_MINUS, "#000000": DARK_INK}
DARK |= {look.color: look.dark for look in LOOK.values()} | {look.tint: look.dark_tint for look in LOOK.values()}
