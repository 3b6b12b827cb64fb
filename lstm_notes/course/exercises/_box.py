"""What a check says, as a box in a notebook: green where the answer is right, amber where it is not yet."""

import html

from ...pictures.palette import DARK_INK, INK, LOOK
from ...pictures.theme import DARK_HOST

# Class, whose colours, the sign: ✓ stands in the words of a right answer already.
RIGHT, NOT_YET = ("lstm-right", LOOK["i"], ""), ("lstm-not-yet", LOOK["C"], "○")
SHAPE = "border-left:6px solid;border-radius:4px;padding:.5em .8em;max-width:52em;overflow-wrap:anywhere"


def box(text, right):
    """The MIME bundle of a box that holds `text`. Where its HTML is not shown, `text` itself stands there, and where
    its rule for dark pages is not trusted, the box stays light: its ink and its ground go together."""
    name, look, sign = RIGHT if right else NOT_YET
    mark = f'<span aria-hidden="true">{sign} </span>' if sign else ""
    light = f"color:{INK};background:{look.tint};border-color:{look.color}"
    dark = f"color:{DARK_INK};background:{look.dark_tint};border-color:{look.dark}".replace(";", "!important;")
    rule = f"<style>@media screen{{{DARK_HOST} .{name}{{{dark}!important}}}}</style>"
    words = f'<div class="{name}" role="status" style="{SHAPE};{light}">{mark}{html.escape(text)}</div>'
    return {"text/plain": text, "text/html": words + rule}
