"""Where each number of an LSTM's weights stands in four programs. Notebook 09_frameworks."""

from ..weights import GATE_ORDER
from .svg import Drawing

LOOKS = {"i": "i", "f": "f", "C": "g", "o": "o"}
SYMBOLS = {"i": "i", "f": "f", "C": "C̃", "o": "o"}
ONNX_ORDER = "iofC"


def weight_map():
    """The weights of one LSTM layer in NumPy, Keras, PyTorch and ONNX: which way they lie, in which order the gates'
    blocks, and where the biases are.

    >>> weight_map().title
    'Weight map between frameworks'
    """
    d = Drawing(1010, 500, "Weight map between frameworks")
    for x, name, words in (
        (125, "NumPy", "as in the report"),
        (385, "Keras", "and TensorFlow"),
        (645, "PyTorch", "nn.LSTM"),
        (885, "ONNX", "LSTM"),
    ):
        d.text(x, 24, name, bold=True)
        d.text(x, 46, words, size=14)
    # NumPy: a row of blocks a gate, and the three parts side by side.
    for k, letter in enumerate(GATE_ORDER):
        y, look = 126 + 48 * k, LOOKS[letter]
        d.box(70, y, 72, 40, look, SYMBOLS[letter])
        d.box(136, y, 48, 40, look, SYMBOLS[letter])
        d.box(184, y, 36, 40, look, SYMBOLS[letter])
    for x, words in ((70, "h"), (136, "x"), (184, "1")):
        d.text(x, 90, words, size=15)
    for k, words in enumerate(("rows W_i, W_f, W_C, W_o;", "array (4·units,", "units + features + 1)")):
        d.text(125, 312 + 20 * k, words, size=14)
    # Keras: the same blocks side by side.
    _row(d, 385, 126, 48, GATE_ORDER, "kernel (features, 4·units)")
    _row(d, 385, 216, 72, GATE_ORDER, "recurrent_kernel (units, 4·units)")
    _row(d, 385, 306, 30, GATE_ORDER, "bias (4·units,)")
    # PyTorch and ONNX: one below the other.
    for x, order, names in (
        (645, GATE_ORDER, ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")),
        (885, ONNX_ORDER, ("W[0]", "R[0]", "B[0], first half", "second half")),
    ):
        _column(d, x - 55, 48, order, names[0], "features")
        _column(d, x + 55, 72, order, names[1], "units")
        _row(d, x, 376, 30, order, names[2], width=46)
        _row(d, x, 446, 30, "0000", names[3], width=46)
    d.arrow((543, 376), (385, 376), (385, 327), look="W")
    d.text(464, 394, "added up", size=14, bold=True)
    d.arrow((272, 200), (236, 200), look="W")
    d.arrow((236, 172), (272, 172), look="W")
    d.arrow((505, 172), (541, 172), look="W")
    d.arrow((541, 200), (505, 200), look="W")
    d.text(254, 152, ".T", bold=True)
    d.text(523, 152, ".T", bold=True)
    d.arrow((745, 172), (781, 172), look="W")
    d.arrow((781, 200), (745, 200), look="W")
    d.text(763, 152, "order", size=14, bold=True)
    d.description = (
        "The weights of one LSTM layer in four programs, each gate's block in its colour. NumPy keeps one array with a "
        "row of blocks for each gate, in the order i, f, C̃, o, and columns for h, x and 1. Keras has the same blocks "
        "side by side in three arrays: kernel (features, 4·units), recurrent_kernel (units, 4·units) and bias "
        "(4·units,). PyTorch has them transposed, one below the other in the same order, as weight_ih_l0 and "
        "weight_hh_l0, and two biases that are added up, so that the second one may be 0. ONNX lays them as PyTorch "
        "does, but in the order i, o, f, C̃; both biases stand in one array B, one half after the other."
    )
    return d


def _row(d, x, y, height, order, name, width=52):
    """Four blocks side by side, the name above."""
    d.text(x, y - height / 2 - 13, name, size=14)
    for k, letter in enumerate(order):
        d.box(x + (width + 4) * (k - 1.5), y, width, height, LOOKS.get(letter), SYMBOLS.get(letter, letter))


def _column(d, x, width, order, name, columns):
    """Four blocks one below the other, the names above and the number of columns below."""
    d.text(x, 86, name, size=14)
    for k, letter in enumerate(order):
        d.box(x, 126 + 48 * k, width, 40, LOOKS[letter], SYMBOLS[letter])
    d.text(x, 306, columns, size=14)
