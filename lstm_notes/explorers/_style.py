"""The look of the explorers: kit.css, and rules for each thing of the vocabulary, in its colours for light and dark."""

import re
from functools import cache
from pathlib import Path

from ..pictures.palette import (
    DARK_FAINT,
    DARK_INK,
    DARK_MINUS,
    DARK_PAGE,
    DARK_PLUS,
    FAINT,
    INK,
    LOOK,
    MINUS,
    PAGE,
    PLUS,
)
from ..pictures.theme import DARK_HOST

# Of a picture's elements, in the page and in the still: selector → declarations.
PICTURE = {
    ".page": "fill:var(--page)",
    ".ink": "fill:var(--ink)",
    "path.line": "stroke:var(--ink)",
    "polygon.line": "fill:var(--ink)",
    ".frame": "stroke:var(--faint)",
    ".axes": "stroke:var(--faint)",
    ".node": "fill:var(--page);stroke:var(--ink)",
    ".dot": "stroke:var(--page)",
    ".ring": "stroke:var(--ink)",
    "rect.plus": "fill:var(--plus)",
    "rect.minus": "fill:var(--minus)",
    "circle.plus": "fill:var(--plus);stroke:var(--plus)",
    "polygon.minus": "fill:var(--minus);stroke:var(--minus)",
    "path.plus": "stroke:var(--plus)",
    "path.minus": "stroke:var(--minus)",
    "path.sign": "stroke:var(--page)",
}


def style():
    """What a page needs, for light and for dark."""
    light, dark = ("".join(f"--{key}:{value};" for key, value in colors.items()) for colors in _colors())
    return (
        f".lstm-notes{{{light}color-scheme:light}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not(:has([data-jp-theme-light])) .lstm-notes{{{dark}"
        "color-scheme:dark}}\n"
        f"{DARK_HOST} .lstm-notes{{{dark}color-scheme:dark}}\n"
        + "".join(f".lstm-notes svg {selector}{{{rule}}}\n" for selector, rule in _picture().items())
        + "".join(
            f".lstm-notes :is(p,span,label,output,legend,button,td,th).{key}{{color:var(--{key})}}\n"
            for key in map(_key, LOOK)
        )
        + Path(__file__).with_name("kit.css").read_text("utf-8")
    )


@cache
def still_style():
    """What a still needs: light, and each colour as it is, since what draws it knows no variables."""
    rules = "".join(f"{selector}{{{rule}}}\n" for selector, rule in _picture().items())
    return re.sub(r"var\(--([\w-]+)\)", lambda found: _colors()[0][found[1]], rules)


def _picture():
    rules = dict(PICTURE)
    for name, look in LOOK.items():
        key = _key(name)
        rules |= {
            f"rect.{key}": f"fill:var(--{key}-tint);stroke:var(--{key})",
            f"path.{key}": f"stroke:var(--{key})",
            **{f"{shape}.{key}": f"fill:var(--{key})" for shape in ("text", "polygon", "circle")},
            f"rect.bar.{key}": f"fill:var(--{key});stroke:none",
        }
        if look.dash:
            rules[f"path.curve.{key}"] = f"stroke-dasharray:{' '.join(map(str, look.dash))}"
    return rules | {
        "rect.window": rules["rect.window"] + f";stroke-dasharray:{' '.join(map(str, LOOK['window'].dash))}"
    }


def _colors():
    light = {"page": PAGE, "ink": INK, "faint": FAINT, "focus": LOOK["o"].color, "plus": PLUS, "minus": MINUS}
    dark = {"page": DARK_PAGE, "ink": DARK_INK, "faint": DARK_FAINT, "focus": LOOK["o"].dark}
    dark |= {"plus": DARK_PLUS, "minus": DARK_MINUS}
    for name, look in LOOK.items():
        light |= {_key(name): look.color, f"{_key(name)}-tint": look.tint}
        dark |= {_key(name): look.dark, f"{_key(name)}-tint": look.dark_tint}
    return light, dark


def _key(name):
    return name.replace(" ", "-")
