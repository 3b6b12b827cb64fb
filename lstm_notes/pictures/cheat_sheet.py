"""The course on one page, to be printed: the cell, its shapes and counts, training, testing, pitfalls. Notebook 08."""

from .diagrams import cell_structure
from .svg import Drawing

EQUATIONS = (
    "fₜ = σ(W_f [hₜ₋₁, xₜ] + b_f)",
    "iₜ = σ(W_i [hₜ₋₁, xₜ] + b_i)",
    "C̃ₜ = tanh(W_C [hₜ₋₁, xₜ] + b_C)",
    "oₜ = σ(W_o [hₜ₋₁, xₜ] + b_o)",
    "Cₜ = fₜ ⊙ Cₜ₋₁ + iₜ ⊙ C̃ₜ",
    "hₜ = oₜ ⊙ tanh(Cₜ)",
)
READ = (
    ("f", "f: how much of C is kept"),
    ("i", "i: how much is written"),
    ("g", "C̃: the value to write, no gate"),
    ("o", "o: how much is shown as h"),
    ("C", "C starts at 0, |Cₜ| ≤ t: not squashed"),
    ("h", "h starts at 0, |hₜ| ≤ 1: hence the head"),
)
SHAPES = (
    ("X", "batch, look_back, features"),
    ("h, C, f, i, C̃, o", "batch, look_back, units"),
    ("kernel", "features, 4 · units"),
    ("recurrent kernel", "units, 4 · units"),
    ("bias", "4 · units"),
    ("W_f, W_i, W_C, W_o", "units, units + features"),
    ("head", "units, outputs"),
    ("y, forecast", "batch, horizon"),
)
TRAINING = (
    "once an epoch: shuffle the training windows",
    "for each mini-batch:",
    "    forecast, trace = forward(X, W)",
    "    loss = mean of (forecast − y)²",
    "    gradient: back from the last step (BPTT),",
    "    summed over steps, mean over windows",
    "    one update of W; clip what is too long",
    "validation loss lowest? keep these weights",
)
TESTING = (
    "split by time: train | validation | test",
    "scaler: fitted on the training days alone",
    "choices: on validation days, never on test",
    "no target in two parts; past inputs may be",
    "beside it, on the same days, in the unit:",
    "    persistence: as today",
    "    seasonal naive: as a season ago",
    "    linear autoregression: same look_back",
    "at least three seeds, lowest to highest MAE",
)
PITFALLS = (
    "units are not time steps: look_back is",
    "(N, 1, look_back) runs, and means one step",
    "f = 1 keeps; it does not forget",
    "the gradient vanishes, too, unless f is near 1",
    "state resets with each window (stateful=False)",
    "shuffle windows, never the days inside",
    "a random split puts test targets into training",
    "a high R² is no skill: persistence has it, too",
    "scaled errors of two scalers do not compare",
    "it does not continue a trend: use differences",
    "save weights, head and scaler together",
    "the best seed is no result: state the spread",
)


def parameters(features, units):
    """How many numbers an LSTM layer learns, 4 · (units · (units + features) + units). Notebook 02.

    >>> parameters(features=1, units=32)
    4352
    """
    return 4 * (units * (units + features) + units)


def cheat_sheet():
    """The course on one page of A4's proportions, a Drawing. Notebook 08.

    >>> sheet = cheat_sheet()
    >>> sheet.width, sheet.height
    (900, 1270)
    """
    d = Drawing(900, 1270, "LSTMs for time series: the course on one page")
    d.text(30, 36, d.title, size=25, bold=True, anchor="start")

    _heading(d, 30, 76, "The cell, one step", 840)
    cell = cell_structure()
    d.parts.append('<g transform="translate(14 96) scale(0.62)">')
    d.parts += cell.parts
    d.parts.append("</g>")
    for k, (look, words) in enumerate(READ):
        d.text(598, 118 + 25 * k, words, size=14, look=look, anchor="start")
    d.text(598, 282, "forecast = h_T W_head + b_head", size=14, bold=True, anchor="start")
    d.text(598, 307, "one cell, the same W, b at every", size=14, anchor="start")
    d.text(598, 327, "step of every window", size=14, anchor="start")
    d.text(598, 352, "memory: h and C, one window long", size=14, anchor="start")
    for k, equation in enumerate(EQUATIONS):
        d.text((30, 325, 640)[k // 2], 394 + 26 * (k % 2), equation, size=16, anchor="start")

    _heading(d, 30, 462, "Shapes")
    for k, (name, axes) in enumerate(SHAPES):
        d.text(30, 490 + 23 * k, name, size=15, anchor="start")
        d.text(200, 490 + 23 * k, f"({axes})", size=15, anchor="start")
    _heading(d, 470, 462, "Counts")
    counts = (
        "windows: N − look_back − horizon + 1",
        "parameters: 4 · (units · (units + features) + units)",
        *(
            f"    {units} unit{'s' if units > 1 else ''}, {features} feature{'s' if features > 1 else ''}: "
            f"{parameters(features, units):,}"
            for units, features in ((1, 1), (32, 1), (64, 2))
        ),
        "whatever look_back is",
        "Keras's blocks: i, f, C, o; b_f starts at 1",
        "updates: epochs · ⌈training windows / batch size⌉",
    )
    _lines(d, 470, 490, counts)

    _heading(d, 30, 698, "Training")
    _lines(d, 30, 726, TRAINING)
    _heading(d, 470, 698, "Testing")
    _lines(d, 470, 726, TESTING)

    _heading(d, 30, 958, "Pitfalls", 840)
    half = len(PITFALLS) // 2
    for x, pitfalls in ((30, PITFALLS[:half]), (470, PITFALLS[half:])):
        _lines(d, x, 986, [f"□ {pitfall}" for pitfall in pitfalls])

    _heading(d, 30, 1148, "Was an LSTM worth it?", 840)
    _lines(
        d,
        30,
        1176,
        (
            "Only the table says it: on the same days, in the unit of the series, over several seeds, beside the three",
            "baselines. Here it beat the linear ones on a nonlinear series with little noise, as an MLP did; on the",
            "weather it was not told apart from a linear autoregression, and it could not win on a random walk.",
        ),
    )
    everything = [*EQUATIONS, *(words for _, words in READ), *(f"{name} ({axes})" for name, axes in SHAPES), *counts]
    everything += [*TRAINING, *TESTING, *PITFALLS]
    d.description = f"{d.title}. {cell.description} " + "; ".join(words.strip() for words in everything) + "."
    return d


def _heading(d, x, y, words, width=400):
    d.text(x, y, words, size=18, bold=True, look="W", anchor="start")
    d.arrow((x, y + 13), (x + width, y + 13), look="W", head=False)


def _lines(d, x, y, lines):
    """Lines one below the other; four spaces at a line's start move it to the right."""
    for k, line in enumerate(lines):
        indent = 24 if line.startswith("    ") else 0
        d.text(x + indent, y + 23 * k, line.strip(), size=15, anchor="start")
