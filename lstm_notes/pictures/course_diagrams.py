"""Two diagrams of the course as a whole: what it starts from, and its way. Notebook 01."""

from .svg import Drawing

# Number, name, what it is about (two lines), and whose colour it has.
MAP = (
    ("01", "Introduction", "what a sequence is,", "and a forecast to beat", "truth"),
    ("02", "The cell", "what an LSTM computes", "in one time step", "C"),
    ("03", "Sequences", "windows, and the way", "of h and C through one", "h"),
    ("04", "Parameter sharing", "one set of weights", "for every step", "W"),
    ("05", "Training", "how the weights learn,", "and what goes wrong", "W"),
    ("05b", "Long memory", "what it is good for,", "and who learns to use it", "C"),
    ("06", "Testing", "unseen days, beside", "the forecasts to beat", "LSTM"),
    ("06b", "Is it worth it?", "many series", "and strong rivals", "LSTM"),
    ("06c", "How sure is it?", "the luck of days and", "seeds, and intervals", "LSTM"),
    ("06d", "Your own series", "your CSV, missing days,", "plans, and far ahead", "LSTM"),
    ("07", "Misconceptions", "each myth as", "an experiment", "x"),
    ("07b", "More myths", "shapes, scores, splits,", "each measured", "x"),
    ("08", "Key takeaways", "all on one page,", "and a self-test", "x"),
    ("09", "Frameworks", "NumPy, Keras, PyTorch,", "line beside line", "W"),
    ("09b", "Lengths and exports", "masks, and a network", "that leaves", "h"),
    ("09c", "Digits", "how many are real,", "and what moves them", "truth"),
    ("10", "Tuning", "a search, and how much", "of it is luck", "LSTM"),
    ("10b", "Scaling out", "many workers,", "more than one device", "W"),
    ("11", "Directions, attention", "layers, both ways,", "a look at all days", "h"),
    ("11b", "What they gain", "with as many", "parameters", "LSTM"),
    ("12", "Text", "the next character,", "beside counting", "x"),
    ("12b", "Letters", "what it writes, and", "what a unit tells", "x"),
)


def three_sequences(rows):
    """The report's three kinds of sequence, each as boxes in the order of time, and what its next value would be.

    `rows` is a list of (kind, unit, steps, asked): what it is and in which unit, the `steps` as pairs of words (when,
    and the value; or a character and its number), and what a forecast of the next one is.

    >>> weather = ("weather", "°C", [("1 Jan", "12.8"), ("2 Jan", "10.6")], "a number")
    >>> three_sequences([weather]).description
    'One kind of sequence. weather, °C: 1 Jan 12.8, 2 Jan 10.6, then a question mark: a number.'
    """
    counts = [len(steps) for _, _, steps, _ in rows]
    if not rows or min(counts) < 1 or max(counts) > 6:
        raise ValueError(f"rows have {counts} steps; at least one row of 1 to 6 steps is needed")
    d = Drawing(560 + 104 * max(counts), 92 * len(rows) + 76, "Three kinds of sequence")
    for k, (kind, unit, steps, asked) in enumerate(rows):
        y = 54 + 92 * k
        d.text(20, y - 11, kind, bold=True, anchor="start")
        d.text(20, y + 13, unit, size=15, anchor="start")
        for step, words in enumerate(steps):
            d.box(258 + 104 * step, y, 92, 60, "x", *words)
        x = 258 + 104 * len(steps)
        d.box(x, y, 92, 60, "LSTM", "?")
        d.text(x + 60, y, asked, size=15, look="LSTM", anchor="start")
    end, y = 304 + 104 * max(counts), 92 * len(rows) + 30
    d.arrow((212, y), (end, y))
    d.text((212 + end) / 2, y + 18, "time", size=15)
    listed = " ".join(
        f"{kind}, {unit}: {', '.join(' '.join(words) for words in steps)}, then a question mark: {asked}."
        for kind, unit, steps, asked in rows
    )
    d.description = f"{'One kind' if len(rows) == 1 else f'{len(rows)} kinds'} of sequence. {listed}"
    return d


def course_map(here=None):
    """The notebooks in their order, each with what it is about; `here` ("01", "05b", …) marks one of them.

    >>> course_map("02").description[:48]
    'The way through the course. 01 Introduction: wha'
    """
    numbers = [number for number, *_ in MAP]
    if here is not None and here not in numbers:
        raise ValueError(f"here is {here!r}; one of {', '.join(numbers)}, or None, is needed")
    d = Drawing(960, 2 + 164 * -(-len(MAP) // 4), "Course map")
    for k, (number, name, first, second, look) in enumerate(MAP):
        x, y = 122 + 239 * (k % 4), 84 + 164 * (k // 4)
        d.box(x, y, 208, 116, look)
        d.text(x - 92, y - 40, number, bold=True, look=look, anchor="start")
        if number == here:
            d.text(x + 92, y - 40, "you are here", size=14, anchor="end")
        d.text(x, y - 12, name, bold=True)
        d.text(x, y + 16, first, size=15)
        d.text(x, y + 38, second, size=15)
        if k % 4:
            d.arrow((x - 135, y), (x - 106, y))
        elif k:
            above = y - 164 + 58
            d.arrow((122 + 239 * 3, above), (122 + 239 * 3, above + 24), (x, above + 24), (x, y - 60))
    listed = "; ".join(f"{number} {name}: {first} {second}" for number, name, first, second, _ in MAP)
    d.description = f"The way through the course. {listed}." + (f" You are in {here}." if here else "")
    return d
