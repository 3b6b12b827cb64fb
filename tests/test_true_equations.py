"""Every sum or product that an explorer prints is true: worked out from the digits that it prints.

"=" stands where both sides agree to half a unit of the last place printed; "≈" where they do not, and what was rounded
explains it.
"""

import re
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from lstm_notes import (
    LinearAutoregression,
    NumpyForecaster,
    Scaler,
    load_weather,
    persistence,
    split_by_time,
)
from lstm_notes.explorers import (
    AttentionExplorer,
    CellExplorer,
    ContestExplorer,
    DigitsExplorer,
    GuessingGame,
    LabExplorer,
    LongMemoryExplorer,
    OneWindowExplorer,
    SelfTest,
    SharedWeightsExplorer,
    TrainingRoom,
    TuningExplorer,
    UnseenDayExplorer,
    WindowsExplorer,
)
from lstm_notes.explorers._scene import ask
from lstm_notes.variants import AttentionNetwork, NetworkForecaster
from tests.test_front_ends import FRONTS

# -- Printed text → equations


NUMBER = r"\d+(?:\.\d+)?(?:e−?\d+)?"
TOKEN = re.compile(rf"(?P<number>{NUMBER})(?![\w.]*\w)|(?P<name>[^\W\d][\w₀-₉₋\u0303]*)|(?P<sign>[−+·/()⌊⌋=≈])|\S")
FUNCTIONS = {"σ", "tanh"}


class Symbolic(Exception):
    """It has something else than numbers in it, or is no expression."""


def tokens(text):
    """Words, numbers and signs of a text; a minus that belongs to the number after it is "neg"."""
    found = []
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup or "other", match[0]
        unary = token in "−+" and not text[match.end() :].startswith(" ") and (
            not found or found[-1][0] == "other" or found[-1][1] in "(⌊−+·/=≈" or found[-1][0] == "name"
        )  # fmt: skip
        found.append(("sign", "neg" if token == "−" else "pos") if unary else (kind, token))
    return found


def sides(line):
    """The stretches between the signs "=" and "≈" of a line, and these signs."""
    cuts = [k for k, (_, token) in enumerate(line) if token in ("=", "≈")]
    stretches = [line[a + 1 : b] for a, b in zip([-1, *cuts], [*cuts, len(line)])]
    return stretches, [line[cut][1] for cut in cuts]


class Range:
    """A number printed, or what follows from such: from `low` to `high`, where `at` follows from the digits."""

    def __init__(self, at, low, high):
        self.at, self.low, self.high = at, low, high

    def __neg__(self):
        return Range(-self.at, -self.high, -self.low)

    def __add__(self, other):
        return Range(self.at + other.at, self.low + other.low, self.high + other.high)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        ends = [one * two for one in (self.low, self.high) for two in (other.low, other.high)]
        return Range(self.at * other.at, min(ends), max(ends))

    def __truediv__(self, other):
        if other.low <= 0 <= other.high:
            raise Symbolic
        return self * Range(1 / other.at, 1 / other.high, 1 / other.low)

    def through(self, function):
        """Of a function that rises."""
        return Range(*map(function, (self.at, self.low, self.high)))


@cache
def printed(words):
    """The range of a printed number, and half a unit of its last place."""
    mantissa, _, power = words.replace("−", "-").partition("e")
    half = Fraction(10) ** (int(power or 0) - len(mantissa.partition(".")[2])) / 2
    at = Fraction(mantissa) * Fraction(10) ** int(power or 0)
    return Range(at, at - half, at + half), half


def _exp(z):
    with localcontext(prec=40):
        return Fraction((Decimal(z.numerator) / Decimal(z.denominator)).exp())


@cache
def sigma(z):
    return 1 / (1 + _exp(-max(min(z, Fraction(200)), Fraction(-200))))


def tanh(z):
    return 2 * sigma(2 * z) - 1


def value(line):
    """The range of all of a line's tokens."""
    result, at = _sum(line, 0)
    if at < len(line):
        raise Symbolic
    return result


def _sum(line, at):
    result, at = _product(line, at)
    while at < len(line) and line[at][1] in ("+", "−"):
        other, to = _product(line, at + 1)
        result, at = (result + other if line[at][1] == "+" else result - other), to
    return result, at


def _product(line, at):
    result, at = _factor(line, at)
    while at < len(line) and line[at][1] in ("·", "/"):
        other, to = _factor(line, at + 1)
        result, at = (result * other if line[at][1] == "·" else result / other), to
    return result, at


def _factor(line, at):
    if at >= len(line):
        raise Symbolic
    kind, token = line[at]
    if kind == "number":
        return printed(token)[0], at + 1
    if token in ("neg", "pos"):
        result, to = _factor(line, at + 1)
        return -result if token == "neg" else result, to
    if token in FUNCTIONS and at + 1 < len(line) and line[at + 1][1] == "(":
        result, to = _factor(line, at + 1)
        return result.through({"σ": sigma, "tanh": tanh}[token]), to
    if token in ("(", "⌊"):
        result, to = _sum(line, at + 1)
        if to >= len(line) or line[to][1] != {"(": ")", "⌊": "⌋"}[token]:
            raise Symbolic
        whole = (lambda z: Fraction(z.numerator // z.denominator)) if token == "⌊" else (lambda z: z)
        return result.through(whole), to + 1
    raise Symbolic


def ending(line):
    """What stands before the sign, back to where words begin: the longest end that is an expression, unless a symbol
    is joined to it."""
    first = max((k + 1 for k, token in enumerate(line) if not _is_part(token)), default=0)
    start = next((k for k in range(first, len(line)) if _is_expression(line[k:])), None)
    if start is None or (start and line[start - 1][1] in (*"+−·/(⌊", "neg")):
        return None
    return line[start:]


def beginning(line):
    """What stands after the sign, likewise; the words after a number may be its unit."""
    last = next((k for k, token in enumerate(line) if not _is_part(token)), len(line))
    end = next((k for k in range(last, 0, -1) if _is_expression(line[:k])), None)
    if end is None or (end < len(line) and line[end][1] in tuple("+−·/)⌋")):
        return None
    return line[:end]


def _is_part(token):
    return token[0] in ("number", "sign") or token[1] in FUNCTIONS


def _is_expression(line):
    try:
        value(line)
    except (Symbolic, ZeroDivisionError):
        return False
    return True


def equations(text):
    """Those of a text whose both sides are numbers, each as (left, sign, right), tokens each."""
    if not re.search("[=≈]", text):
        return []
    stretches, signs = sides(tokens(text))
    found = []
    for left, sign, right in zip(stretches, signs, stretches[1:]):
        left, right = ending(left), beginning(right)
        if left and right:
            found.append((left, sign, right))
    return found


def is_number(line):
    return [kind for kind, _ in line if kind != "sign"] == ["number"] and len(line) <= 2


def is_true(left, sign, right):
    """Whether an equation holds as it is printed."""
    if left[0][1] in FUNCTIONS and left[0] == right[0] and left[-1][1] == right[-1][1] == ")":
        return is_true(left[2:-1], sign, right[2:-1])  # σ(a) = σ(b): a and b
    if is_number(left) and not is_number(right):
        left, right = right, left
    one, other = value(left), value(right)
    half = printed(right[-1][1])[1] if is_number(right) else 0
    exact = abs(one.at - other.at) <= half
    near = one.low <= other.high and other.low <= one.high
    return exact if sign == "=" else near and not exact


def written(line):
    return " ".join(token for _, token in line).replace("neg ", "−").replace("pos ", "+")


def false(text):
    """The equations of a text that are not true, in words."""
    return [" ".join((written(a), sign, written(b))) for a, sign, b in equations(text) if not is_true(a, sign, b)]


@pytest.mark.parametrize(
    "text, count",
    [
        ("fₜ = σ(0.40 · 0.20 + 0.80 · 0.50 + 1.00) = σ(1.48) = 0.81", 2),
        ("C̃ₜ = tanh(0.50 · 0.20 + −0.90 · 0.50 + 0.10) = tanh(−0.25) = −0.24", 2),
        ("Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = 0.81 · 1.00 + 0.59 · −0.24 = 0.67, a change of −0.33", 1),
        ("1.00 · 1.00 + 0.00 · 1.00 ≈ 0.99", 1),
        ("⌊(N − look_back − horizon) / stride⌋ + 1 = ⌊(11 − 3 − 1) / 2⌋ + 1 = 4 windows", 1),
        ("N − look_back − horizon + 1 = 11 − 3 − 1 + 1 = 8 windows", 1),
        ("window 0: −1.2 + 3.4 − 0.1 = 2.1; window 1: 0.25 = 0.2. x₃ = 7 days", 2),
        ("12 · 1e5 = 1.2e6; 3 · 1.5e−7 = 4.5e−7", 2),
        ("σ(−1.2e7) = 0.00", 1),
        ("X (windows, look_back, features) = (8, 3, 1), W₃ = W₂ − 0.3 · gradient / 100, h = 0.34, on 2012-01-02", 0),
        ("= 1.23 · 0.456 = 0.56", 1),
        ("−0.10 + 0.22 = +0.12", 1),
        ("2 · 3 = 6 = 12 / 2", 2),
    ],
)
def test_true_text_is_found_true(text, count):
    assert len(equations(text)) == count and not false(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.00 · 1.00 + 0.00 · 1.00 = 0.99",
        "11 − 3 − 1 + 1 = 7 windows",
        "⌊(11 − 3 − 1) / 2⌋ + 1 = 4.5",
        "Cₜ = 0.81 · 1.00 + 0.59 · −0.24 = 0.68",
        "σ(0.40 · 0.20 + 1.00) = σ(1.09) = 0.75",
        "fₜ = σ(1.48) = 0.82",
        "σ(1.48) ≈ 0.81",  # it is 0.81
        "3 − 1 ≈ 2",
        "1.00 · 1.00 + 0.00 · 1.00 ≈ 0.97",  # more than rounding explains
        "12 · 1e5 = 1.3e6",
        "window 0: −1.2 + 3.4 − 0.1 = 2.0",
        "0.1 = 0.2",
        "1 + 1 = 3 = 3",
    ],
)
def test_false_text_is_found_false(text):
    assert len(false(text)) == 1


# -- Explorers → printed text
#
# Of each explorer a function that makes a front end's state of a generator of random numbers: mostly the state of an
# explorer that is made once, with other values for what a reader moves.


def picked(rng, *values):
    return values[rng.integers(len(values))]


def state_of(explorer):
    return {name: getattr(explorer, name) for name in explorer._scene_names}


@cache
def presets():
    cell = CellExplorer()
    return [state_of(cell.preset(name)) for name in cell.presets]


def cell(rng):
    """A preset, or numbers as the sliders give them, or any numbers; after some steps, at times."""
    state = picked(rng, *presets())
    if rng.random() < 0.7:
        digits = picked(rng, 1, 2, 15)
        state = state | {
            name: round(rng.uniform(-3, 3) * picked(rng, 1, 1, 1, 100, 1e5), digits)
            for name in state
            if name in "xhC" or name[:2] in ("W_", "b_")
        }
    for _ in range(picked(rng, 0, 0, 1, 2, 12)):
        step = ask("cell.js", "cellStep", state)
        state = state | {"h": step["h"], "C": step["C"]}
    return state


def windows(rng):
    size = int(picked(rng, 2, 11, 90, 400))
    look_back = int(rng.integers(1, size))
    horizon = int(rng.integers(1, size - look_back + 1))
    state = {"look_back": look_back, "horizon": horizon, "stride": int(rng.integers(1, 9))}
    return state_of(WindowsExplorer(np.round(rng.normal(size=size), 2), **state))


@cache
def one_windows():
    rng, made = np.random.default_rng(1), []
    for units, steps, size in ((1, 1, 1), (4, 3, 1), (8, 14, 1), (8, 14, 4), (3, 30, 20)):
        model = NumpyForecaster(units=units, seed=units).build()
        model.weights.vector[:] *= size
        X = rng.normal(size=(4, steps, 1))
        made.append(state_of(OneWindowExplorer(model, X, X[:, :1, 0])))
    return made


def one_window(rng):
    state = picked(rng, *one_windows())
    sizes = state["sizes"]
    state = state | {
        "window": int(rng.integers(sizes["windows"])),
        "step": int(rng.integers(sizes["steps"] + 1)),
        "hidden_unit": int(rng.integers(sizes["units"])),
    }
    if rng.random() < 0.5:  # where C changes most, the task has more to say
        shape = sizes["windows"], sizes["steps"], sizes["units"]
        C = np.frombuffer(state["maps"], "<f4").reshape(6, *shape)[3, state["window"]]
        at = np.unravel_index(np.abs(np.diff(C.astype("float64"), axis=0, prepend=0)).argmax(), shape[1:])
        state |= {"step": int(at[0]) + 1, "hidden_unit": int(at[1])}
    return state


@cache
def all_shared():
    rng, made = np.random.default_rng(2), []
    for count, steps, units, size, rate in (
        (1, 1, 1, 1, 0.3), (3, 5, 4, 1, 0.3), (4, 6, 4, 1, 0.1), (2, 3, 2, 1, 0.3), (3, 2, 2, 30, 1e-3),
        (2, 6, 1, 1e4, 1e-12), (2, 2, 1, 0, 0.3),
    ):  # fmt: skip
        X, y = size * rng.normal(size=(count, steps, 1)), size * rng.normal(size=(count, 1))
        made.append(state_of(SharedWeightsExplorer(X, y, units=units, updates=20, learning_rate=rate)))
    return made


def shared_weights(rng):
    state = picked(rng, *all_shared())
    sizes = state["sizes"]
    return state | {
        "update": int(rng.integers(sizes["updates"] + 1)),
        "window": int(rng.integers(sizes["windows"])),
        "step": int(rng.integers(1, sizes["steps"] + 1)),
        "unit": int(rng.integers(sizes["units"])),
        "gate": picked(rng, "g", "i", "f", "o"),
        "on": picked(rng, "x", "bias", *(f"h{unit}" for unit in range(sizes["units"]))),
    }


@cache
def room():
    return TrainingRoom(load_weather()["temp_max"][:200])


def training_room(rng):
    return state_of(room().step(int(rng.integers(1, 4))))


@cache
def memory(task):
    return LongMemoryExplorer(task=task, look_back=20, start="chrono")


def long_memory(rng):
    explorer = memory(picked(rng, "recall", "adding")).step(int(rng.integers(1, 9)))
    explorer.hidden_unit = int(rng.integers(8))
    return state_of(explorer)


@cache
def two_trainings(training, precision):
    return DigitsExplorer(training=training, precision=precision)


def digits(rng):
    explorer = two_trainings(picked(rng, "calm", "bold", "wild"), picked(rng, "float64", "float32"))
    return state_of(explorer.step(int(rng.integers(1, 9))))


@cache
def all_unseen():
    rng, made = np.random.default_rng(3), []
    for digits, size in ((1, 1), (15, 1), (15, 1e-3), (0, 1e5)):
        series = np.round(size * (12 + 8 * np.sin(np.arange(160) / 9) + rng.normal(size=160)), digits)
        split = split_by_time(series, look_back=6, validation=30, test=40)
        model = NumpyForecaster(units=2, scaler=Scaler().fit(series[:90])).build()
        linear = LinearAutoregression().fit(*split.train).predict(split.test.X)
        for rivals in ({}, {"persistence": persistence(split.test.X), "linear AR": linear}, {"linear AR": linear}):
            made.append(state_of(UnseenDayExplorer(model, split, range(160), baselines=rivals)))
    return made


def unseen_day(rng):
    state = picked(rng, *all_unseen())
    return state | {"day": int(rng.integers(state["about"]["days"])), "step": int(rng.integers(1, 7))}


@cache
def a_contest():
    return state_of(ContestExplorer())


def contest(rng):
    state = a_contest()
    name = picked(rng, *state["table"])
    days = state["table"][name]["days"]
    start = int(rng.integers(days))
    rival = picked(rng, *state["table"][name]["against"])
    return state | {"contest": name, "rival": rival, "start": start, "length": int(rng.integers(1, days - start + 1))}


@cache
def a_survey():
    return state_of(TuningExplorer())


def tuning(rng):
    state = a_survey()
    x, y = rng.permutation(state["table"]["axes"])[:2].tolist()
    return state | {
        "x": x,
        "y": y,
        "rank": int(rng.integers(1, 65)),
        "beside": int(rng.integers(65)),
        "by": picked(rng, "all seeds", "seed 0", "seed 4"),
        "year": picked(rng, *state["table"]["years"]),
    }


@cache
def attentions():
    rng, made = np.random.default_rng(3), []
    for size in (1, 10):
        series = np.round(size * (12 + 8 * np.sin(np.arange(160) / 9) + rng.normal(size=160)), 1)
        split = split_by_time(series, look_back=6, validation=30, test=40)
        model = NetworkForecaster(AttentionNetwork, units=3, scaler=Scaler().fit(series[:90]), seed=size).build()
        made.append(state_of(AttentionExplorer(model, split, range(160))))
    return made


def attention(rng):
    state = picked(rng, *attentions())
    kind = picked(rng, "learned", "even", "elsewhere")
    return state | {"day": int(rng.integers(40)), "step": int(rng.integers(1, 7)), "weights": kind}


@cache
def a_lab():
    lab = LabExplorer()
    assert lab.errors  # that is, its thread has ended
    return state_of(lab) | {"alone": True}


def lab(rng):
    state = a_lab()
    return state | {name: picked(rng, *values) for name, values in state["fixed"]["choices"].items()} | {
        "data": picked(rng, *state["fixed"]["series"]), "seeds": int(rng.integers(1, 4))
    }  # fmt: skip


@cache
def a_game():
    return state_of(GuessingGame(load_weather()["temp_max"], unit="°C"))


def guessing_game(rng):
    state = a_game()
    rounds, days = np.shape(state["guesses"])
    return state | {
        "round": int(rng.integers(rounds)),
        "guesses": np.round(rng.normal(15, 8, (rounds, days)), 1).tolist(),
        "compared": (rng.random(rounds) < 0.7).tolist(),
    }


@cache
def a_test():
    return state_of(SelfTest())


def self_test(rng):
    state = a_test()
    questions = state["questions"]
    return state | {
        "question": int(rng.integers(len(questions))) + 1,
        "answers": [picked(rng, "", *"abcd") for _ in questions],
    }


def joined(parts, *names):
    """Numbers of a picture as a sum in words."""
    return " + ".join(parts[name]["words"] for name in names)


def of_one_window(texts, parts):
    """ "… = C, a change of D" after C_{t−1}, and "D is A from forgetting, … and B from writing": sums in words."""
    for text in texts:
        for before, C, sign, change in re.findall(r"= \S+ · (\S+) \+ .* [=≈] (\S+), a change of (≈ )?(\S*\d)", text):
            yield f"{C} − {before} {sign or '= '}{change}"
        for total, sign, lost, gained in re.findall(r"(\S+) (is|≈) (\S+) from forgetting, .* and (\S+) from", text):
            yield f"{lost} + {gained} {sign.replace('is', '=')} {total}"


def of_shared_weights(texts, parts):
    """The column of sums, and the task's share. The update is that of the total."""
    windows = sum(re.fullmatch(r"sum-\d-words", name) is not None for name in parts)
    sign, total = parts["total-words"]["words"].split()
    yield f"{joined(parts, *(f'sum-{b}-words' for b in range(windows)))} {sign} {total}"
    rate = re.search(r"− (\S+) · sum", parts["update-words"]["words"])  # none after the last update
    change = re.search(r": \S+ ([+−]) (\S+) [=≈]", parts["moved-0"]["words"])
    if rate and change:
        total, rate, moved = (printed(words)[0] for words in (total, rate[1], change[2]))
        total, moved = total * Range(rate.at, rate.at, rate.at), moved if change[1] == "−" else -moved
        rounded = Fraction(1, 10**7)  # W comes as float32 numbers
        assert total.low <= moved.high + rounded and moved.low <= total.high + rounded, parts["moved-0"]["words"]
    for text in texts:
        for most, gradient, sign, share in re.findall(r"part is (\S+) in size, the gradient (\S+): (≈ )?(\S+) %", text):
            yield f"100 · {gradient.removeprefix('−')} / {most} {sign or '= '}{share}"


def of_unseen_day(texts, parts):
    """Forecast less truth is the error; one error less another is what the LSTM wins by, or loses."""
    truth = parts["label-truth"]["words"].removeprefix("measured ")
    errors = sum((re.findall(r" (\S+) \S*, error ((?:≈ )?)(\S+), MAE", text) for text in texts), [])
    for row, (forecast, sign, error) in enumerate(errors):
        yield f"{forecast} − {truth} {sign or '= '}{error}"
        assert parts[f"error-{row}"]["words"].removeprefix("✓ ") == sign + error
    assert f"error-{len(errors)}" not in parts
    for text in texts:
        for own, its, verb, sign, by in re.findall(
            r"LSTM (\S+) .*off, .* (\S+) \S* off; .* (\w+) by (≈ )?(.*)\.$", text
        ):
            yield f"{its} − {own} {sign or '= '}{'−' if verb == 'loses' else ''}{by}"


def of_attention(texts, parts):
    """What other weights make of the forecast, less the learned forecast, is how far it moves; the day's distance."""
    for kind in ("even", "elsewhere"):
        moves = re.fullmatch(r"(≈ )?(\S+)", parts[f"move-{kind}"]["words"])
        forecasts = (parts[f"forecast-{name}"]["words"] for name in (kind, "learned"))
        yield f"{' − '.join(forecasts)} {moves[1] or '= '}{moves[2]}"
    value = re.search(r": (\S+) ", parts["step-words-0"]["words"])[1]
    away, side = re.match(r"(\S+) \S+ (\w+)", parts["step-words-1"]["words"]).groups()
    mean = parts["window-title"]["words"].split()[-1]
    yield f"{value} − {mean} = {away}" if side == "above" else f"{mean} − {value} = {away}"


# Of each front end: its random states, how many, what it says beside its picture, what makes sums of its words, and how
# many equations a state has at least, on average.
EXPLORERS = {
    "cell": (cell, 200, ["formulas", "latched"], None, 10),
    "windows": (windows, 200, [], None, 2),
    "one_window": (one_window, 200, ["answer"], of_one_window, 3),
    "shared_weights": (shared_weights, 200, ["equations", "answer"], of_shared_weights, 9),
    "training_room": (training_room, 40, ["beaten"], None, 0),
    "long_memory": (long_memory, 40, ["carried", "carries"], None, 0),
    "unseen_day": (unseen_day, 200, ["answer"], of_unseen_day, 1),
    "digits": (digits, 40, ["visible"], None, 0),
    "contest": (contest, 40, ["found"], None, 0),
    "tuning": (tuning, 40, ["apart"], None, 0),
    "attention": (attention, 200, ["idle", "evened"], of_attention, 3),
    "lab": (lab, 100, [], None, 0),
    "guessing_game": (guessing_game, 100, ["beaten"], None, 0),
    "self_test": (self_test, 200, ["still"], None, 0),
}


def test_no_explorer_is_left_out():
    assert {f"{name}.js" for name in EXPLORERS} == set(FRONTS)


def texts_in(value):
    """All texts in what a front end gives."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = [*value.values()]
    return sum(map(texts_in, value), []) if isinstance(value, list) else []


def all_equations(name, state):
    """The texts of a state that may hold equations: its picture's, its description, and what stands beside it."""
    _, _, more, sums, _ = EXPLORERS[name]
    scene = ask(f"{name}.js", "scene", state)
    texts = [words for _, _, words in scene["elements"]] + [scene["description"]]
    texts += sum((texts_in(ask(f"{name}.js", function, state)) for function in more), [])
    parts = {
        attributes["data-part"]: {"words": words}
        for _, attributes, words in scene["elements"]
        if "data-part" in attributes
    }
    return texts + list(sums(texts, parts) if sums else [])


@pytest.mark.parametrize("name", EXPLORERS)
def test_what_an_explorer_prints_is_true(name):
    make, count, _, _, least = EXPLORERS[name]
    rng, wrong, checked, about = np.random.default_rng(0), {}, 0, 0
    for _ in range(count):
        for text in all_equations(name, make(rng)):
            found = equations(text)
            checked += len(found)
            about += sum(sign == "≈" for _, sign, _ in found)
            for sentence in false(text):
                wrong.setdefault(sentence, text)
    print(f"{name}: {checked} equations in {count} states, {about} of them with ≈")
    assert not wrong, f"{len(wrong)} of {checked} are false: {list(wrong)[:8]}"
    assert checked >= least * count, f"{checked} equations in {count} states: the test does not read them any more"
