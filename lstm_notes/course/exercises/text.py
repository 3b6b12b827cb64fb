"""Exercises of notebook 12: bits by hand, shares at a temperature, a counter that beats pairs."""

import numpy as np

from ...text import NGram, encode, load_topics, temperature_shares
from ._exercise import Ask, Exercise, Wrong, close, named, numbers

# ---------------------------------------------------------------------------------------------------------------
# 12.1


def my_bits(shares, numbers):
    return np.mean(-np.log2(shares[np.arange(len(numbers)), numbers]))


def _check_bits(ask):
    rng = np.random.default_rng(121)
    shares, came_next = rng.dirichlet(np.full(96, 0.5), 40), rng.integers(0, 96, 40)
    shares = 0.9 * shares + 0.1 / 96
    came, needed = numbers("the bits", ask(shares, came_next)), my_bits(shares, came_next)
    if came.shape != ():
        raise Wrong(f"the bits have shape {came.shape}; one number is needed, the mean over the characters")
    given = shares[np.arange(40), came_next]
    mistakes = [
        ("that is in nats: np.log2 is needed, or a division by log 2", np.mean(-np.log(given))),
        ("its sign is the other one: a share is below 1, its logarithm below 0", -needed),
        ("that is the logarithm of the mean share; take the mean of the logarithms", -np.log2(given.mean())),
        ("that is the sum; bits per character are a mean", needed * 40),
        (
            "that is what was the likeliest each time; what counts is the share of what came",
            np.mean(-np.log2(shares.max(axis=1))),
        ),
        ("all shares were taken; only that of the character that came counts", np.mean(-np.log2(shares))),
    ]
    if close(came, needed):
        return f"{needed:.2f} bits per character; always saying 1/96 would cost {np.log2(96):.2f}."
    named(came, mistakes)
    raise Wrong(f"the bits are {needed:.4f} here; {float(came):.4f} came")


bits_by_hand = Exercise(
    "12.1",
    _check_bits,
    (
        "row k of shares has a share for each of 96 characters; numbers[k] says which of them came.",
        "shares[np.arange(len(numbers)), numbers] are the shares that count; then -np.log2, and the mean.",
    ),
    my_bits,
)

# ---------------------------------------------------------------------------------------------------------------
# 12.2


def my_shares(logits, temperature):
    scaled = (logits - logits.max()) / temperature
    shares = np.exp(scaled)
    return shares / shares.sum()


def _check_shares(ask):
    logits = np.random.default_rng(122).normal(0, 2, 96)
    for temperature in (0.5, 1.0, 2.0):
        came, needed = numbers("the shares", ask(logits, temperature)), temperature_shares(logits, temperature)
        if came.shape != needed.shape:
            raise Wrong(f"the shares have shape {came.shape}; (96,) is needed, one for each character")
        if close(came, needed):
            continue
        plain = temperature_shares(logits, 1)
        named(
            came,
            [
                (
                    "multiplied instead of divided: a high temperature is to make the shares more alike",
                    temperature_shares(logits, 1 / temperature),
                ),
                ("the shares do not sum to 1", np.exp(logits / temperature)),
                (
                    "the shares are divided by the temperature, which changes nothing but their sum; divide the logits",
                    plain / temperature,
                ),
                ("the temperature is not used", plain),
            ],
        )
        raise Wrong(f"at temperature {temperature} the likeliest has {needed.max():.3f}; {came.max():.3f} came")
    cold = numbers("the shares", ask(logits, 1e-4))
    if not np.isfinite(cold).all():
        raise Wrong("at temperature 0.0001 np.exp overflows: subtract the largest logit first, which changes no share")
    return "sharper below 1, flatter above, and safe near 0, where the likeliest has all."


shares = Exercise(
    "12.2",
    _check_shares,
    (
        "softmax of the logits over the temperature; what happens to np.exp when that is large?",
        "scaled = (logits - logits.max()) / temperature; then np.exp(scaled), over its sum.",
    ),
    my_shares,
)

# ---------------------------------------------------------------------------------------------------------------
# 12.3

LEARNT, ASKED = 30_000, 400


def my_counter(training):
    followed = {}
    for k in range(3, len(training)):
        for length in (1, 2, 3):
            context = tuple(training[k - length : k])
            followed.setdefault(context, np.zeros(96))[training[k]] += 1

    def guess(context):
        guessed = np.full(96, 1 / 96)
        for length in (1, 2, 3):
            count = followed.get(tuple(context[-length:]))
            if count is not None:
                different = np.count_nonzero(count)
                guessed = (count + different * guessed) / (count.sum() + different)
        return guessed

    return guess


def _check_counter(ask):
    text = encode(load_topics()[: LEARNT + 20_000])
    training, test = text[:LEARNT], text[LEARNT:]
    guess = ask(training)
    if not callable(guess):
        raise Wrong(f"a {type(guess).__name__} came; a function is needed, which says the shares after a context")
    ask_guess = Ask(guess)
    places = np.random.default_rng(123).integers(50, len(test), ASKED)
    costs = []
    for place in places:
        came = numbers("the shares", ask_guess(test[place - 50 : place]))
        if came.shape != (96,):
            raise Wrong(f"the shares have shape {came.shape}; (96,) is needed, one for each character")
        if not (came >= 0).all() or abs(came.sum() - 1) > 1e-6:
            raise Wrong(
                f"the shares sum to {came.sum():.4f}, the least is {came.min():.4f}; shares sum to 1, none below 0"
            )
        if not came[test[place]] > 0:
            raise Wrong("a character came that had a share of 0, which costs infinitely many bits: leave each a little")
        costs.append(-np.log2(came[test[place]]))
    pairs = NGram(2).fit(training)
    bar = np.mean([-np.log2(pairs.shares(test[place - 50 : place])[test[place]]) for place in places])
    if np.mean(costs) < 1:
        raise Wrong("less than a bit per character, from so little text? your function seems to know what it is asked")
    if not np.mean(costs) < bar - 0.1:
        raise Wrong(
            f"{np.mean(costs):.2f} bits per character; pairs have {bar:.2f}, and a tenth less is asked for: "
            "look back further"
        )
    return f"{np.mean(costs):.2f} bits per character, where pairs have {bar:.2f}."


counter = Exercise(
    "12.3",
    _check_counter,
    (
        "count what came after each two or three characters, and mix it with what came after one.",
        "a dict from the last three characters to counts (96,); where it has little, let shorter contexts say the "
        "rest.",
    ),
    my_counter,
)
