"""A drawing in SVG, made of few kinds of parts: boxes, arrows, words, dots, axes.

One drawing has two lives: the file in figures/, and the picture in a notebook (theme.py). Parts may have
names (`data-part`), axes carry their scale (`data-scale`), by which tests find and read them; every element has
the class of what it shows (f, C, window …, see `palette`). What an explorer shows is drawn by its front end.
"""

import html
from pathlib import Path

import numpy as np

from .palette import FAINT, INK, LOOK
from .theme import described, png_of


def format_number(value, digits=2):
    """`digits` digits after the point, with a minus sign that is one; very large or small ones as powers of ten.

    >>> format_number(-0.5), format_number(12345678.0), format_number(-0.001)
    ('−0.50', '1.2e7', '0.00')
    """
    if abs(value) >= 1e5:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "−")
    text = f"{value:.{digits}f}".replace("-", "−")
    return text if text.strip("−0.") else text.removeprefix("−")


def subscript(whole):
    """A whole number from 0 in small figures below the line.

    >>> "x" + subscript(14)
    'x₁₄'
    """
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(whole))


class Axes:
    """A rectangle of a drawing with a scale: `x` and `y` take values to places."""

    def __init__(self, left, top, width, height, xlim, ylim):
        self.left, self.top, self.width, self.height = left, top, width, height
        self.xlim, self.ylim = xlim, ylim

    def x(self, value):
        """The place of `value` from left to right."""
        return self.left + self.width * (value - self.xlim[0]) / (self.xlim[1] - self.xlim[0])

    def y(self, value):
        """The place of `value` from top to bottom."""
        return self.top + self.height * (self.ylim[1] - value) / (self.ylim[1] - self.ylim[0])

    @property
    def scale(self):
        """Its place and its limits as a text."""
        return " ".join(f"{v:.10g}" for v in (self.left, self.top, self.width, self.height, *self.xlim, *self.ylim))


class Drawing:
    """An SVG picture of `width` × `height` with a `title` and a `description` for those who do not see it.

    In a notebook it shows itself, with the description as its text. `svg` is its source, `save` writes both.
    """

    def __init__(self, width, height, title):
        self.width, self.height, self.title, self.description = width, height, title, ""
        self.parts = []

    # What a drawing is made of. (x, y) is the middle of a shape or of a text; `look` a name in LOOK; `part` the name by
    # which a test finds it.

    def box(self, x, y, w, h, look, *lines, radius=None, part=None):
        """A rectangle with lines of words, the first of them bold; without `look` an empty frame."""
        color, tint = (LOOK[look].color, LOOK[look].tint) if look else (FAINT, "none")
        corner = radius if radius is not None else LOOK[look].radius if look else 8
        dash = f' stroke-dasharray="{" ".join(map(str, LOOK[look].dash))}"' if look == "window" else ""
        self.parts.append(
            f'<rect class="{_class(look, "frame")}"{_part(part)} x="{x - w / 2:g}" y="{y - h / 2:g}" width="{w:g}" '
            f'height="{h:g}" rx="{corner}" fill="{tint}" stroke="{color}" stroke-width="2"{dash}/>'
        )
        for k, line in enumerate(lines):
            name = part and (f"{part}-words" if k == 0 else f"{part}-words-{k}")
            self.text(x, y + (k - (len(lines) - 1) / 2) * 21, line, bold=k == 0, size=17 if k == 0 else 15, part=name)

    def node(self, x, y, sign):
        """A circle with a sign: an operation."""
        self.parts.append(
            f'<circle class="node" cx="{x:g}" cy="{y:g}" r="15" fill="white" stroke="{INK}" stroke-width="2"/>'
        )
        self.text(x, y, sign, size=18)

    def text(self, x, y, words, *, size=17, bold=False, look=None, anchor="middle", part=None):
        """Words."""
        color = LOOK[look].color if look else INK
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text class="{_class(look, "ink")}"{_part(part)} x="{x:g}" y="{y + 0.36 * size:g}" font-size="{size}" '
            f'text-anchor="{anchor}" fill="{color}"{weight}>{html.escape(words)}</text>'
        )

    def arrow(self, *points, look=None, dashed=False, head=True, part=None):
        """A line through `points` with its head at the last of them."""
        color = LOOK[look].color if look else INK
        path = "M " + " L ".join(f"{x:g} {y:g}" for x, y in points)
        dash = ' stroke-dasharray="6 5"' if dashed else ""
        self.parts.append(
            f'<path class="{_class(look, "line")}"{_part(part)} d="{path}" fill="none" stroke="{color}" '
            f'stroke-width="2.2"{dash}/>'
        )
        if head:
            (x0, y0), (x1, y1) = points[-2:]
            length = np.hypot(x1 - x0, y1 - y0)
            dx, dy = (x1 - x0) / length, (y1 - y0) / length
            back = (x1 - 10 * dx, y1 - 10 * dy)
            corners = [(x1, y1), (back[0] - 5 * dy, back[1] + 5 * dx), (back[0] + 5 * dy, back[1] - 5 * dx)]
            shape = " ".join(f"{x:.2f},{y:.2f}" for x, y in corners)
            self.parts.append(f'<polygon class="{_class(look, "line")}" points="{shape}" fill="{color}"/>')

    def axes(self, left, top, width, height, xlim, ylim, *, xlabel="", ylabel="", xticks=(), yticks=(), part=None):
        """A frame with ticks (values, or pairs of value and words) and labels; returns its Axes."""
        axes = Axes(left, top, width, height, xlim, ylim)
        self.parts.append(
            f'<rect class="axes"{_part(part)} data-scale="{axes.scale}" x="{left:g}" y="{top:g}" width="{width:g}" '
            f'height="{height:g}" fill="none" stroke="{FAINT}" stroke-width="1"/>'
        )
        for k, tick in enumerate(xticks):
            value, words = tick if isinstance(tick, tuple) else (tick, _tick_words(tick))
            self._tick(axes.x(value), top + height, 0, 5)
            self.text(axes.x(value), top + height + 15, words, size=13, part=part and f"{part}-xtick-{k}")
        for k, tick in enumerate(yticks):
            value, words = tick if isinstance(tick, tuple) else (tick, _tick_words(tick))
            self._tick(left - 5, axes.y(value), 5, 0)
            self.text(left - 9, axes.y(value), words, size=13, anchor="end", part=part and f"{part}-ytick-{k}")
        if xlabel:
            self.text(left + width / 2, top + height + 35, xlabel, size=14)
        if ylabel:
            self.text(left, top - 14, ylabel, size=14, anchor="start")
        return axes

    def _tick(self, x, y, dx, dy):
        self.parts.append(f'<path class="axes" d="M {x:g} {y:g} l {dx} {dy}" stroke="{FAINT}" stroke-width="1"/>')

    def dot(self, x, y, look, *, part=None, radius=5):
        """A filled circle at a place."""
        self.parts.append(
            f'<circle class="{_class(look, "")} dot"{_part(part)} cx="{x:.1f}" cy="{y:.1f}" r="{radius}" '
            f'fill="{LOOK[look].color}" stroke="white" stroke-width="1.5"/>'
        )

    # What becomes of it.

    @property
    def svg(self):
        """The SVG source: the same drawing gives the same bytes."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" aria-labelledby="title desc" '
            'font-family="DejaVu Sans, Verdana, sans-serif">\n'
            f'<title id="title">{html.escape(self.title)}</title>\n'
            f'<desc id="desc">{html.escape(self.description)}</desc>\n'
            f'<rect class="page" width="{self.width}" height="{self.height}" fill="white"/>\n'
            + "\n".join(self.parts)
            + "\n</svg>\n"
        )

    @property
    def png(self):
        """The picture as PNG bytes, at twice its size."""
        return png_of(self.svg)

    def save(self, folder, name):
        """Write `name`.svg and `name`.png into `folder`."""
        Path(folder, f"{name}.svg").write_text(self.svg, encoding="utf-8")
        Path(folder, f"{name}.png").write_bytes(self.png)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return described(self.svg, self.description, self.width)


def _tick_words(value):
    return format_number(value, 0) if abs(value) >= 1e5 else f"{value:g}".replace("-", "−")


def _class(look, otherwise):
    return look.replace(" ", "-") if look else otherwise


def _part(name):
    return f' data-part="{name}"' if name else ""
