"""What an explorer draws, said once: its front end's `scene(state)`, which the browser patches into the page and which
Python asks here, in an embedded JavaScript engine, for the still, its words and the tests.

    NAME.js and what it imports → linked → engine → scene(state) → elements [tag, attributes, words] → SVG → PNG
"""

import html
import json
import re
import threading
from functools import cache
from pathlib import Path

import numpy as np
import quickjs

from ..pictures.theme import png_of
from ._style import still_style

FOLDER = Path(__file__).parent
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.M)
TEXT = re.compile(r'^import (\w+) from "\./([\w.]+)" with \{ type: "text" \};\n', re.M)  # for a worker
EXPORT = re.compile(r"^export (?=(?:function|class|const) (\w+))", re.M)
WHOLE = re.compile(r"^export default \{[^}]*\};\n", re.M)

ASK = """
const kept = {};
function keep(trait, numbers) {
  kept[trait] = Float32Array.from(JSON.parse(numbers), Number);
}
/** A number that is none would become null in JSON, and "None" in a picture. */
function finite(key, value) {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${key} is ${value}`);
  return value;
}
function ask(name, state, arrays, more) {
  if (!(name in front)) throw new Error(`the front end exports no ${name}`);
  const numbers = JSON.parse(arrays).map((trait) => [trait, kept[trait]]);
  const whole = { ...JSON.parse(state), ...Object.fromEntries(numbers) };
  return JSON.stringify(front[name](whole, ...JSON.parse(more)), finite);
}
"""


class Scene:
    """The picture of one state: `elements` as the front end gives them, `description`, `width`, `height`; `svg` and
    `png` (bytes, at twice its size)."""

    def __init__(self, title, description, width, height, elements, **_):
        self.title, self.description, self.elements = title, description, elements
        self.width, self.height = width, height

    @property
    def svg(self):
        """The SVG source, in the colours of a light page."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" font-family="DejaVu Sans, Verdana, sans-serif">\n<style>{still_style()}</style>\n'
            '<rect class="page" width="100%" height="100%"/>\n' + "\n".join(map(_written, self.elements)) + "\n</svg>\n"
        )

    @property
    def png(self):
        return png_of(self.svg)

    @property
    def parts(self):
        """The elements that have a name, by it: a dict of their attributes, with `tag` and `words`."""
        named = ((tag, attributes, words) for tag, attributes, words in self.elements if "data-part" in attributes)
        return {attributes["data-part"]: attributes | {"tag": tag, "words": words} for tag, attributes, words in named}


def ask(front, function, state, *more):
    """What an exported `function` of the front end `front` says of a `state` (a dict of plain values; bytes are float32
    numbers, as in the browser) and `more` plain values."""
    context, kept = _engine(front, threading.get_ident())
    numbers = {name: value for name, value in state.items() if isinstance(value, bytes)}
    for name, value in numbers.items():
        if kept.get(name) != value:  # most of them stay as they are from one state to the next
            context.get("keep")(name, json.dumps(_plain(value)))
            kept[name] = value
    plain = {name: value for name, value in state.items() if name not in numbers}
    return json.loads(context.get("ask")(function, json.dumps(plain), json.dumps(list(numbers)), json.dumps(more)))


def _plain(numbers):
    """Float32 bytes as a list for JSON, which knows neither NaN nor infinity: Number reads them from these words."""
    values = np.frombuffer(numbers, "<f4")
    if np.isfinite(values).all():
        return values.tolist()
    return [v if np.isfinite(v) else str(v).replace("inf", "Infinity") for v in values.tolist()]


@cache
def _engine(front, thread):
    """The front end in an engine of its own, and the numbers that it keeps. An engine belongs to one thread."""
    context = quickjs.Context()
    context.eval(f"{linked(front)}{module(front)}const front = modules['{front}'];")
    context.eval(ASK)
    return context, {}


# ---------------------------------------------------------------------------------------------------------------
# The front end: modules, each with names of its own.


def front_end(front):
    """NAME.js as one module for the browser: what it imports comes first."""
    return linked(front) + _imports(_source(front))


def linked(front):
    """The modules that `front` needs, each after those it needs itself: modules["kit.js"] = …"""
    order = []

    def visit(name):
        for names, needed in IMPORT.findall(_source(name)):
            for each in sorted(set(re.findall(r"[^\s,]+", names)) - set(EXPORT.findall(_source(needed)))):
                raise ImportError(f"{name} imports {each} from {needed}, which does not export it")
            visit(needed)
            if needed not in order:
                order.append(needed)

    visit(front)
    return "const modules = {};\n" + "".join(map(module, order))


def module(name):
    """One file as an object of what it exports; no other name of it is seen outside."""
    source = WHOLE.sub("", _imports(_source(name)))
    names = ", ".join(EXPORT.findall(source))
    return f'modules["{name}"] = (() => {{\n{EXPORT.sub("", source)}return {{ {names} }};\n}})();\n'


def _imports(source):
    """What a file imports: names of another module, or as a text that module with all that it needs."""
    source = TEXT.sub(lambda found: f"const {found[1]} = {json.dumps(linked(found[2]) + module(found[2]))};\n", source)
    return IMPORT.sub(r'const {\1} = modules["\2"];\n', source)


def _source(name):
    return (FOLDER / name).read_text("utf-8")


def _written(element):
    tag, attributes, words = element
    listed = "".join(f' {name}="{html.escape(str(value))}"' for name, value in attributes.items())
    return f"<{tag}{listed}>{html.escape(words)}</{tag}>"
