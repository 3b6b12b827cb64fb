"""Text as numbers, and text in the colours of a unit. Notebooks 12 and 12b."""

import html

import numpy as np

from .._display import display
from .palette import LOOK
from .plots import axes, show
from .svg import Drawing

WARM, COOL = "230, 120, 20", "30, 110, 230"  # with h above and below 0, as strong as it is far from it


def one_hot(text, rows, numbers, shares):
    """A short text as one-hot columns, the rows of an embedding that they pick, and the shares of what comes next.

    `numbers` of the characters, `rows` (characters, size) of the embedding, `shares` a dict of character → share.
    """
    d = Drawing(190 + 96 * len(text) + 210, 420, "One-hot, embedding, shares")
    for words, y in (("character", 40), ("its number", 80), ("one-hot, 96 long", 150), ("row of the embedding", 250)):
        d.text(20, y, words, size=15, anchor="start")
    for k, (character, number, row) in enumerate(zip(text, numbers, rows)):
        x = 240 + 96 * k
        d.box(x, 40, 60, 36, "x", repr(character)[1:-1])
        d.text(x, 80, f"{number}")
        d.box(x, 150, 80, 84, "x", "0 … 0", "1", "0 … 0")
        d.arrow((x, 192), (x, 218), look="x")
        for line, value in enumerate(row[:3]):
            d.text(x, 230 + 22 * line, f"{value:+.2f}".replace("-", "−"), size=15)
        d.text(x, 298, "…", size=15)
        d.arrow((x, 306), (x, 330), look="x")
        if k:
            d.arrow((x - 60, 355), (x - 36, 355), look="C")
        d.box(x, 355, 72, 48, "W", "cell")
    end = 240 + 96 * (len(text) - 1)
    d.arrow((end + 36, 355), (end + 84, 355), look="h")
    for line, (character, share) in enumerate(shares.items()):
        d.text(end + 96, 310 + 24 * line, f"{character!r}  {share:.2f}", look="LSTM", anchor="start", size=15)
    listed = ", ".join(f"{character!r} is {number}" for character, number in zip(text, numbers))
    after = ", ".join(f"{character!r} {share:.2f}" for character, share in shares.items())
    d.description = (
        f"{len(text)} characters, each as its number ({listed}), as a column of 96 with a single 1, and as the row "
        f"of the "
        f"embedding that this 1 picks; the rows go through one cell. Behind the last one the shares of what comes "
        f"next: {after}."
    )
    return d


def coloured(text, values, name=""):
    """A text in the colours of `values` (characters,), between -1 and 1: orange above 0, blue below, the stronger the
    farther from it. Shown in a notebook; in words, the text and what the values are."""
    values = np.asarray(values, float)
    spans = "".join(
        f'<span style="background: rgba({WARM if value > 0 else COOL}, '
        f'{min(abs(value), 1):.2f})">{html.escape(character)}</span>'
        for character, value in zip(text, values)
    )
    style = "white-space: pre-wrap; font-family: monospace; line-height: 1.5; max-width: 60em"
    words = f"{name}: from {values.min():.1f} to {values.max():.1f}, mean {values.mean():.1f}, over {text!r}"
    display({"text/html": f'<div style="{style}">{spans}</div>', "text/plain": words})


def temperatures(shares, characters):
    """Shares of the next character at several temperatures: `shares` maps a name to shares (characters,)."""
    figure, ax = axes(height=2.8)
    places, width, looks = np.arange(len(characters)), 0.8 / len(shares), ("LSTM", "f", "g", "o", "x")
    for k, (name, each) in enumerate(shares.items()):
        ax.bar(places + width * (k - (len(shares) - 1) / 2), each, width, color=LOOK[looks[k]].color, label=name)
    ax.set_xticks(places, [repr(character)[1:-1] if character != " " else "space" for character in characters])
    ax.set(xlabel="what comes next", ylabel="share")
    ax.legend(frameon=False)
    said = "; ".join(f"{name}: {each.max():.2f} for the likeliest" for name, each in shares.items())
    show(
        figure,
        f"Bars of the shares of {len(characters)} characters that may come next, at {len(shares)} temperatures. "
        f"{said}.",
    )
