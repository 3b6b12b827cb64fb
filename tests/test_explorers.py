"""The explorers in a real JupyterLab, in a real browser.

Every explorer is held to one drawing: whatever a reader does, each named part of the live picture has to be what Python
draws for the same state. So nothing is computed twice without this test between the two.
"""

import json
import os
import re
import time
import xml.etree.ElementTree as ElementTree
from itertools import zip_longest

import numpy as np
import pytest

from tools import browser

if browser.find() is None and not os.environ.get("CI"):
    pytest.skip(browser.ADVICE, allow_module_level=True)

# Set a trait to another value that it may have: the next of its names, or a number one off.
ANOTHER = """
trait, now = explorer.traits()["{name}"], explorer.{name}
others = [each for each in getattr(trait, "values", None) or () if each != now]
others = others or ([not now] if isinstance(now, bool) else [now + 1, now - 1] if isinstance(now, (int, float)) else [])
for value in others:
    try:
        explorer.{name} = value
        break
    except Exception as error:
        assert "{name}" in str(error) or "needed" in str(error), error
"""
SCENE = 'import json; print(json.dumps(getattr(explorer.drawing(), "elements", None)))'
NUMBER = re.compile(r"−?\d+(?:\.\d+)?(?:e−?\d+)?")
PLACES = ("x", "y", "width", "height", "cx", "cy", "r", "d")
LOOKS = ("fill", "fill-opacity", "opacity", "stroke")


@pytest.fixture(scope="module")
def chromium():
    with browser.browser() as running:
        yield running


@pytest.fixture(scope="module")
def lab():
    with browser.Lab() as running:
        yield running


class Opened:
    """An explorer, open in JupyterLab: `page`, its `root` there, and what went wrong on the way."""

    def __init__(self, lab, page, name):
        self.lab, self.page, self.errors = lab, page, []
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        lab.open(page, name, [browser.CELLS[name], "explorer"])
        self.root = page.locator(".lstm-notes")
        self.root.locator("svg").wait_for(timeout=20_000)

    def picture(self):
        return self.root.locator("svg").evaluate("svg => svg.outerHTML")

    def differences(self):
        """Where the live picture is not what Python says of its state now. A scene is the same, element by element."""
        drawn = json.loads(self.lab.ask(self.page, SCENE))
        if drawn is not None:
            pairs = zip_longest(browser.elements(self.root), browser.written(drawn))
            return [f"{one} is drawn {other}" for one, other in pairs if one != other]
        live = parts(self.picture())
        drawn = parts(self.lab.ask(self.page, "print(explorer.drawing().svg)"))
        found = [f"{name}: only in one" for name in live.keys() ^ drawn.keys()]
        for name in live.keys() & drawn.keys():
            one, other = live[name], drawn[name]
            if one["hidden"] and other["hidden"]:
                continue
            found += [f"{name}: {k} is {one[k]!r}, drawn {other[k]!r}" for k in one if not same(k, one[k], other[k])]
        return found

    def settle(self, what):
        """Wait until both agree; in the end they have to."""
        end = time.monotonic() + 5
        while (found := self.differences()) and time.monotonic() < end:
            self.page.wait_for_timeout(100)
        assert not found, f"after {what}: {found[:5]}"
        assert not re.search("NaN|Infinity|undefined", self.picture()), what
        assert not self.errors, f"after {what}: {self.errors[:3]}"
        raised = self.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').all_inner_texts()
        assert not raised, f"after {what}: {raised[0][-500:]}"

    def controls(self, kind):
        """The visible ones, by their accessible names."""
        found = self.root.locator(kind).filter(visible=True)
        return {name_of(found.nth(k)): found.nth(k) for k in range(found.count()) if found.nth(k).is_enabled()}


def name_of(control):
    return control.evaluate("e => e.getAttribute('aria-label') || (e.labels?.[0] ?? e).textContent.trim()")


def parts(svg):
    """The named parts of a picture: text, places, looks and whether it is out of sight."""
    found = {}
    for element in ElementTree.fromstring(svg).iter():
        if name := element.get("data-part"):
            values = {key: element.get(key) for key in (*PLACES, *LOOKS) if element.get(key) is not None}
            hidden = "display: none" in element.get("style", "")
            found[name] = {"hidden": hidden, "text": element.text or "", **values}
    return found


def same(key, one, other):
    if one == other:
        return True
    if key == "text":  # a rounding may fall to either side
        numbers = [[float(n.replace("−", "-")) for n in NUMBER.findall(text)] for text in (one, other)]
        words = [NUMBER.sub("#", text) for text in (one, other)]
        return words[0] == words[1] and np.allclose(*numbers, atol=0.0101, rtol=0.02)
    if key in PLACES:
        places = [[float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)] for text in (one, other)]
        return len(places[0]) == len(places[1]) and np.allclose(*places, atol=1, rtol=0)
    if key in ("fill-opacity", "opacity"):
        return abs(float(one) - float(other)) < 0.02
    return False


@pytest.fixture(scope="module", params=[name for name in browser.CELLS if name != "SelfTest"])
def opened(request, lab, chromium):
    """One page for each explorer, handed from test to test: what one leaves is where the next begins. (SelfTest has
    questions instead of controls; tests/test_self_test.py takes them all.)"""
    page = chromium.new_page(viewport={"width": 1300, "height": 1300})
    yield Opened(lab, page, request.param)
    page.close()


def test_every_control_moves_the_picture_and_python_agrees(opened):
    """By keyboard and by pointer, each control to its ends; where it says the same as Python, nothing raised."""
    opened.settle("opening")
    assert opened.controls("input[type=range]") and opened.controls("button")
    for name in opened.controls("input[type=radio]"):
        opened.controls("input[type=radio]")[name].check()
        opened.settle(f"choosing {name}")
        move_the_ranges(opened)
    if not opened.controls("input[type=radio]"):
        move_the_ranges(opened)
    for name in list(opened.controls("button")):
        if name in ("Play", "Pause") or name not in opened.controls("button"):
            continue
        opened.controls("button")[name].focus()
        opened.page.keyboard.press("Enter")
        opened.settle(f"pressing {name}")


def move_the_ranges(opened):
    for name, control in opened.controls("input[type=range]").items():
        if control.evaluate("e => e.min === e.max"):
            continue
        control.focus()
        seen = {opened.picture()}
        for key in ("End", "Home", "ArrowRight"):
            opened.page.keyboard.press(key)
            opened.settle(f"{key} on {name}")
            seen.add(opened.picture())
            assert control.evaluate("e => e === document.activeElement"), f"{key} took the focus from {name}"
        box = control.bounding_box()
        middle = box["y"] + box["height"] / 2
        opened.page.mouse.move(box["x"] + box["width"] / 2, middle)
        opened.page.mouse.down()
        for share in (0.75, 1.0, 0.4):
            opened.page.mouse.move(box["x"] + share * box["width"], middle)
        opened.page.mouse.up()
        opened.settle(f"dragging {name}")
        seen.add(opened.picture())
        assert len(seen) >= 3, f"{name} does not move the picture"


def test_extreme_and_wrong_numbers(opened):
    for name, field in opened.controls("input[type=number]").items():
        for typed in ("10000", "-10000"):
            field.fill(typed)
            field.press("Enter")
            opened.settle(f"{typed} in {name}")
        before = opened.picture()
        field.fill("")
        field.press("Enter")
        opened.settle(f"nothing in {name}")
        assert opened.picture() == before


def test_time_goes_on_and_stops(opened):
    if "Play" not in opened.controls("button"):
        pytest.skip("nothing passes in it")
    opened.controls("button")["Reset"].press("Enter")
    opened.page.wait_for_timeout(300)
    opened.settle("Reset")
    before = opened.picture()
    opened.controls("button")["Play"].press("Enter")
    opened.page.wait_for_timeout(1500)
    opened.controls("button")["Pause"].press("Enter")
    opened.settle("playing")
    stopped = opened.picture()
    assert stopped != before
    opened.page.wait_for_timeout(1500)
    assert opened.picture() == stopped
    opened.controls("button")["Reset"].press("Enter")
    opened.page.wait_for_timeout(300)
    opened.settle("Reset")
    assert parts(opened.picture()) == parts(before)


def test_controls_have_names_and_a_visible_focus(opened):
    for kind in ("input", "button", "select"):
        found = opened.root.locator(kind).filter(visible=True)
        for k in range(found.count()):
            assert name_of(found.nth(k)), found.nth(k).evaluate("e => e.outerHTML")
    names, page = [], opened.page
    first = opened.root.locator("input, button, select").filter(visible=True).first
    first.focus()
    for _ in range(100):  # Tab alone goes through them all, a group of radio buttons counting as one
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement.closest('.lstm-notes') !== null")
        if not inside:
            break
        names.append(
            page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")
        )
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    enabled = len(opened.controls("input:not([type=radio]), button, select"))
    assert len(names) >= enabled - 1, f"Tab reached {names}"


def test_pointing_at_a_thing_lights_it_everywhere(opened):
    """At least one thing has several places; pointing elsewhere lets it go."""
    lit = opened.root.evaluate(
        """root => [...root.querySelectorAll("[data-thing], svg [class]")].map((element) => {
            element.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
            const lit = root.querySelectorAll(".lit").length;
            root.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
            return [lit, root.querySelectorAll(".lit").length];
        })"""
    )
    assert max(count for count, _ in lit) >= 2 and not any(after for _, after in lit)


def test_python_moves_the_picture(opened):
    """Every trait that a reader moves is set from Python; what the explorer refuses, it refuses in words."""
    state = json.loads(opened.lab.ask(opened.page, "import json; print(json.dumps(explorer.state()))"))
    seen = {opened.picture()}
    for name in state:
        opened.lab.ask(opened.page, ANOTHER.format(name=name))
        opened.settle(f"{name} set in Python")
        seen.add(opened.picture())
    assert len(seen) > 1
