"""The report's five diagrams, drawn by code: as symbols, or with the numbers of a real step of a real network."""

import numpy as np

from .palette import LOOK
from .svg import Drawing, format_number, subscript


def cell_structure(trace=None, window=0, step=0, unit=0):
    """The LSTM cell: how h, x and C become the next h and C. Notebook 02.

    With a Trace, the numbers of one unit at one step of one window stand beside the symbols.

    >>> cell_structure().title
    'LSTM cell structure'
    """
    numbers = {}
    if trace is not None:
        at = window, step, unit
        numbers = {name: getattr(trace, name)[at] for name in ("c", "h", "i", "f", "g", "o")}
        numbers["x"] = trace.x[window, step, 0]
        numbers["c0"] = trace.c0[window, unit] if step == 0 else trace.c[window, step - 1, unit]
        numbers["h0"] = trace.h0[window, unit] if step == 0 else trace.h[window, step - 1, unit]

    def value(name):
        return f" = {format_number(numbers[name])}" if numbers else ""

    d = Drawing(920, 440, "LSTM cell structure")
    d.box(460, 210, 640, 340, None, radius=20)
    # C runs along the top: keep (×), then write (+).
    d.arrow((60, 100), (225, 100), look="C")
    d.arrow((255, 100), (420, 100), look="C")
    d.arrow((450, 100), (860, 100), look="C")
    d.text(76, 76, "Cₜ₋₁" + value("c0"), look="C", bold=True, part="c0")
    d.text(838, 76, "Cₜ" + value("c"), look="C", bold=True, part="c")
    # h and x come in below and go to all four gates.
    d.arrow((60, 330), (630, 330), look="h", head=False)
    d.text(76, 306, "hₜ₋₁" + value("h0"), look="h", bold=True, part="h0")
    d.arrow((190, 420), (190, 331), look="x")
    d.text(200, 412, "xₜ" + value("x"), look="x", bold=True, anchor="start", part="x")
    d.text(190, 312, "[h, x]", size=15)
    gates = (
        ("f", 240, "forget", "σ"),
        ("i", 370, "input", "σ"),
        ("g", 500, "candidate", "tanh"),
        ("o", 630, "output", "σ"),
    )
    for name, x, words, function in gates:
        d.arrow((x, 330), (x, 287), look="h")
        d.box(x, 246, 122, 80, name, f"{LOOK[name].symbol}ₜ{value(name)}", words, function, part=name)
    d.arrow((240, 206), (240, 117), look="f")
    d.arrow((370, 206), (370, 160), (418, 160), look="i")
    d.arrow((500, 206), (500, 160), (452, 160), look="g")
    d.arrow((435, 145), (435, 117))
    d.node(240, 100, "×")
    d.node(435, 100, "+")
    d.node(435, 160, "×")
    # The output gate shows a part of tanh(C).
    d.arrow((730, 100), (730, 148), look="C")
    d.box(730, 168, 70, 36, "C", "tanh", radius=18)
    d.arrow((730, 186), (730, 229))
    d.arrow((691, 246), (714, 246), look="o")
    d.arrow((730, 261), (730, 330), (860, 330), look="h")
    d.node(730, 246, "×")
    d.text(838, 306, "hₜ" + value("h"), look="h", bold=True, part="h")
    d.description = (
        "The LSTM cell. The cell state C runs along the top from left to right: it is multiplied by "
        "the forget gate f, then "
        "the input gate i times the candidate C̃ is added. The hidden state h and the input x come "
        "in below and feed all four. "
        "The output gate o times tanh of the new C is the new hidden state."
    )
    if numbers:
        d.description += (
            " Here x is {x} and C goes from {c0} to {c}: {f} of it is kept and {i} of {g} is written; {o} of its "
            "tanh is shown, h = {h}."
        ).format(**{name: format_number(value) for name, value in numbers.items()})
    return d


def one_window(trace, days, forecast, window=0, unit=0, target="Day 4"):
    """One window through the cell, day by day, to a forecast: the report's Days 1–3 → Day 4. Notebook 03.

    `days` names the days, `forecast` is the number that came out, in the series' unit.
    """
    d = Drawing(200 + 190 * len(days) + 75, 330, f"{target} from {days[0]} to {days[-1]}")
    c, h = trace.c[window, :, unit], trace.h[window, :, unit]
    d.text(60, 106, "C₀ = 0", look="C", bold=True)
    d.text(60, 176, "h₀ = 0", look="h", bold=True)
    for k, day in enumerate(days):
        x = 200 + 190 * k
        left = 100 if k == 0 else x - 190 + 55
        d.arrow((left, 120), (x - 57, 120), look="C")
        d.arrow((left, 190), (x - 57, 190), look="h")
        if k:
            d.text(x - 95, 106, f"C{subscript(k)} = {format_number(c[k - 1])}", look="C", size=15)
            d.text(x - 95, 176, f"h{subscript(k)} = {format_number(h[k - 1])}", look="h", size=15)
        d.box(x, 155, 110, 110, "W", "cell", "same W, b")
        d.arrow((x, 262), (x, 212), look="x")
        d.text(x, 278, day, bold=True)
        d.text(x, 300, f"x = {format_number(trace.x[window, k, 0])}", size=15)
    end = 200 + 190 * (len(days) - 1)
    d.arrow((end + 55, 190), (end + 133, 190), look="h")
    d.text(end + 94, 176, f"h{subscript(len(days))} = {format_number(h[-1])}", look="h", size=15)
    d.box(end + 185, 190, 100, 52, "W", "head", "linear")
    d.arrow((end + 185, 216), (end + 185, 262), look="LSTM")
    d.text(end + 185, 278, f"{target}:", bold=True)
    d.text(end + 185, 300, format_number(forecast), look="LSTM", bold=True)
    d.text(200 + 190 * (len(days) - 1) / 2, 50, "one cell, drawn once for each day", size=15)
    numbers = ", ".join(
        f"C = {format_number(a)} and h = {format_number(b)} after {day}" for day, a, b in zip(days, c, h)
    )
    d.description = (
        f"One window through the cell. From C = h = 0 the same cell reads {', then '.join(days)}, "
        f"each time with the same "
        f"weights, and hands C and h to the next day: {numbers}. The head turns the last h into the "
        f"forecast {format_number(forecast)} "
        f"for {target}."
    )
    return d


def shared_weights(windows=("Days 1–3", "Days 2–4", "Days 3–5"), updates=("W₁", "W₂", "…", "Wₙ")):
    """Shared weights across windows: one W at every step of every window of a batch, and W₁ → W₂ → … → Wₙ. Notebook 04.

    >>> shared_weights().title
    'Shared weights across windows'
    """
    d = Drawing(880, 470, "Shared weights across windows")
    d.box(130, 165, 150, 90, "W", "W₀, b₀", "one set of weights")
    for row, window in enumerate(windows):
        y = 75 + 90 * row
        d.text(312, y - 16, window, bold=True)
        for step in range(3):
            x = 430 + 150 * step
            d.box(x, y, 90, 50, "W", "cell", "W₀, b₀")
            if step:
                d.arrow((x - 105, y), (x - 47, y), look="h")
                d.text(x - 78, y - 14, "C, h", size=14)
        d.arrow((775, y), (822, y), look="LSTM")
        d.text(842, y, "ŷ", look="LSTM", bold=True)
        d.arrow((205, 165), (240, 165), (240, y), (383, y), look="W", dashed=True)
    d.text(440, 22, "a batch: every step of every window uses the same numbers", size=15)
    d.text(440, 330, "after the batch, one update; then the next batch, with the new numbers", size=15)
    names = ("W₀", *updates)
    for k, name in enumerate(names):
        x = 130 + 155 * k
        if name == "…":
            d.text(x, 395, "…", size=22)
        else:
            d.box(x, 395, 90, 50, "W", name)
        if k:
            d.arrow((x - 108, 395), (x - 47 if name != "…" else x - 16, 395), look="W")
            d.text(x - 78, 377, "update", size=14)
    d.text(130 + 155 * (len(names) - 1), 440, "final: they predict", size=15)
    d.description = (
        f"Shared weights. One box W₀, b₀ on the left is connected to the three windows "
        f"{', '.join(windows)} of a batch; in each "
        "window the same cell with the same W₀, b₀ stands at each of three steps, connected by h and "
        "C, and gives a forecast. "
        "Below: after each batch one update makes W₁ of W₀, then W₂, and so on to Wₙ, the final weights, which predict."
    )
    return d


def gradient_accumulation(parts, name="one weight", scale=1.0, unit=""):
    """Gradient accumulation: the parts of each window and each step, and the sum they make. Notebook 04.

    `parts` (windows, steps) are a weight's real gradient parts; they are shown times `scale`.
    """
    parts = np.asarray(parts) * scale
    windows, steps = parts.shape
    d = Drawing(200 + 105 * steps + 110, 150 + 64 * windows + 70, "Gradient accumulation")
    d.text(d.width / 2, 26, f"gradient of {name}{unit}: a part for each window and step, and one sum", size=15)
    for t in range(steps):
        d.text(200 + 105 * t, 66, f"step {t + 1}", size=15)
    total_x = 200 + 105 * steps + 30
    d.text(total_x, 66, "window's sum", size=15)
    for k in range(windows):
        y = 104 + 64 * k
        d.text(80, y, f"window {k}", bold=True)
        for t in range(steps):
            d.box(200 + 105 * t, y, 84, 40, "x", format_number(parts[k, t]))
            if t:
                d.text(200 + 105 * t - 52, y, "+", size=16)
        d.arrow((200 + 105 * (steps - 1) + 42, y), (total_x - 45, y), look="W")
        d.box(total_x, y, 86, 40, "W", format_number(parts[k].sum()))
        if k:
            d.text(total_x, y - 32, "+", size=16)
    bottom = 104 + 64 * windows + 22
    d.arrow((total_x, 104 + 64 * (windows - 1) + 20), (total_x, bottom - 24), look="W")
    d.box(total_x, bottom, 110, 46, "W", format_number(parts.sum()))
    d.text(total_x - 70, bottom, "gradient of the shared weight =", anchor="end", bold=True)
    d.text(total_x, bottom + 42, "one update", size=15)
    rows = "; ".join(
        f"window {k}: {' + '.join(map(format_number, row))} = {format_number(row.sum())}" for k, row in enumerate(parts)
    )
    total = format_number(parts.sum())
    d.description = f"Gradient accumulation for {name}{unit}. {rows}. All together {total}, used for one update."
    return d


def data_flow(days, scaled, memories, states, scaled_forecast, forecast, truth, target="Day 11"):
    """Test data flow: unseen days through scaler, final weights, head and back. Notebook 06.

    `days` maps the days' names to values; `scaled`, and `memories` and `states` (C and h after each day, of one unit),
    are what the scaler and the cell made of them.
    """
    d = Drawing(900, 340, "Test data flow")
    d.text(450, 26, "nothing is learnt here: scaler, weights and head are those of training", size=15)
    for k, ((name, value), x, c, h) in enumerate(zip(days.items(), scaled, memories, states)):
        y = 95 + 90 * k
        d.box(95, y, 130, 56, "x", name, f"{value:g}")
        d.arrow((160, y), (208, y), look="x")
        d.text(306, y - 14, format_number(x), size=15)
        d.arrow((282, y), (338, y), look="x")
        d.box(395, y, 110, 56, "W", "cell", "Wₙ, bₙ")
        if k:
            d.arrow((375, y - 62), (375, y - 29), look="C")
            d.arrow((415, y - 62), (415, y - 29), look="h")
        if k < len(days) - 1:
            d.text(366, y + 45, f"C = {format_number(c)}", look="C", size=15, anchor="end")
        d.text(
            *(425, y + 45) if k < len(days) - 1 else (456, y - 14),
            f"h = {format_number(h)}",
            look="h",
            size=15,
            anchor="start",
        )
    d.box(245, 185, 74, 240, "x", "scaler", "of the", "training", "days")
    d.arrow((450, 275), (538, 275), look="h")
    d.box(590, 275, 100, 56, "W", "head", "linear")
    d.arrow((640, 275), (708, 275), look="LSTM")
    d.text(674, 261, format_number(scaled_forecast), size=15)
    d.box(750, 275, 80, 76, "x", "scaler", "back")
    d.arrow((750, 237), (750, 172), look="LSTM")
    d.box(750, 142, 170, 58, "LSTM", f"{target}: {format_number(forecast)}", "forecast")
    d.box(750, 72, 170, 46, "truth", f"{target}: {truth:g}", "measured")
    listed = ", ".join(f"{name} = {value:g}" for name, value in days.items())
    inputs, memory, hidden = (", ".join(map(format_number, values)) for values in (scaled, memories, states))
    d.description = (
        f"Test data flow. The unseen days {listed} go through the scaler of the training days ({inputs}), then one "
        f"after the other through the cell with the final weights, which hand on C = {memory} and h = {hidden}. The "
        f"head makes {format_number(scaled_forecast)} of the last h, and the scaler turns it back into "
        f"{format_number(forecast)} for {target}; measured was {truth:g}."
    )
    return d


def myth_against_fact(myths):
    """Myth against fact, measured: for each myth two rows of dots, a dot a seed. Notebook 07.

    `myths` maps a myth to what was measured, and to two pairs of words and values (seeds,): as the myth has it, and as
    it is. All values of one myth share an axis from 0. The description says each of them with two digits.

    >>> rows = ("with weights of its own", [5.1, 5.7]), ("with shared weights", [2.1, 2.2])
    >>> myth_against_fact({"Each window has separate weights.": ("MAE, °C", *rows)}).height
    240
    """
    d = Drawing(920, 60 + 180 * len(myths), "Myth against fact, measured")
    d.text(460, 22, "as the myth has it, and as it is: a dot a seed", size=15)
    told = []
    for k, (myth, (measured, *rows)) in enumerate(myths.items()):
        top = 60 + 180 * k
        d.text(20, top, f"“{myth}”", bold=True, anchor="start")
        most = max(float(np.max(values)) for _, values in rows) or 1.0
        power = 10.0 ** np.floor(np.log10(most))
        size = next(step * power for step in (1, 2, 5, 10) if step * power >= most)
        axes = d.axes(360, top + 20, 380, 80, (0, size), (0, 1), xticks=(0, size / 2, size), xlabel=measured)
        for row, (look, (words, values)) in enumerate(zip(("x", "LSTM"), rows)):
            y = top + 40 + 40 * row
            d.text(345, y, words, size=15, look=look, anchor="end")
            for value in values:
                d.dot(axes.x(value), y, look, radius=6)
            low, high = format_number(min(values)), format_number(max(values))
            spread = low if low == high else f"{low} – {high}"
            d.text(758, y, spread, size=16, look=look, bold=True, anchor="start")
            told.append(f"{words}: {', '.join(map(format_number, values))}")
        told[-2] = f"“{myth}” {measured}; {told[-2]}"
    d.description = "Myth against fact, measured, a number a seed. " + "; ".join(told) + "."
    return d
