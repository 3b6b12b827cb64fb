"""The explorers in a real JupyterLab, in a real browser.

Every explorer is held to one state: whatever a reader does, each element of the live picture has to be what Python says
of the state that it knows.
"""

import json
import os
import re
from itertools import zip_longest

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
STDERR = "application/vnd.jupyter.stderr"
SCENE = "import json; print(json.dumps(explorer.drawing().elements))"


@pytest.fixture(scope="module")
def chromium():
    with browser.browser() as running:
        yield running


@pytest.fixture(scope="module")
def lab():
    with browser.Lab() as running:
        yield running


class Opened:
    """An explorer, open in JupyterLab: `page`, its `root` there, the picture `seen` last, and what went wrong."""

    def __init__(self, lab, page, name):
        self.lab, self.page, self.errors, self.seen = lab, page, [], ""
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        lab.open(page, name, [browser.CELLS[name], "explorer"])
        self.root = page.locator(".lstm-notes")
        self.root.locator("svg").wait_for(timeout=20_000)

    def elements(self):
        return browser.elements(self.root)

    def picture(self):
        """The elements as a text."""
        return json.dumps(self.elements())

    def settle(self, what):
        """Wait until the page and Python agree, element by element; in the end they have to. Returns the picture."""
        live, drawn = browser.compared(self.page, code=SCENE)
        found = [f"{one} is drawn {other}" for one, other in zip_longest(live, drawn) if one != other]
        assert not found, f"after {what}: {found[:5]}"
        assert not re.search("NaN|Infinity|undefined", json.dumps(live)), what
        assert not self.errors, f"after {what}: {self.errors[:3]}"
        raised = self.page.evaluate("kind => document.querySelector(`[data-mime-type='${kind}']`)?.innerText", STDERR)
        assert not raised, f"after {what}: {raised[-500:]}"
        self.seen = json.dumps(live)
        return self.seen

    def controls(self, kind):
        """The visible ones that can be used, by their accessible names."""
        found = self.root.locator(kind)
        return {name: found.nth(k) for k, (name, usable) in enumerate(self.names(kind)) if usable}

    def names(self, kind):
        """The accessible names of the controls, and whether each can be seen and used."""
        return self.root.evaluate(
            """(root, kind) => [...root.querySelectorAll(kind)].map((element) => [
                element.getAttribute("aria-label") || (element.labels?.[0] ?? element).textContent.trim(),
                element.checkVisibility() && !element.matches(":disabled"),
            ])""",
            kind,
        )


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
        seen = {opened.seen}
        for key in ("End", "Home", "ArrowRight"):
            opened.page.keyboard.press(key)
            seen.add(opened.settle(f"{key} on {name}"))
            assert control.evaluate("e => e === document.activeElement"), f"{key} took the focus from {name}"
        box = control.bounding_box()
        middle = box["y"] + box["height"] / 2
        opened.page.mouse.move(box["x"] + box["width"] / 2, middle)
        opened.page.mouse.down()
        for share in (0.75, 1.0, 0.4):
            opened.page.mouse.move(box["x"] + share * box["width"], middle)
        opened.page.mouse.up()
        seen.add(opened.settle(f"dragging {name}"))
        assert len(seen) >= 3, f"{name} does not move the picture"


def test_extreme_and_wrong_numbers(opened):
    for name, field in opened.controls("input[type=number]").items():
        for typed in ("10000", "-10000"):
            field.fill(typed)
            field.press("Enter")
            opened.settle(f"{typed} in {name}")
        before = opened.settle(name)
        field.fill("")
        field.press("Enter")
        assert opened.settle(f"nothing in {name}") == before


def test_time_goes_on_and_stops(opened):
    if "Play" not in opened.controls("button"):
        pytest.skip("nothing passes in it")
    opened.controls("button")["Reset"].press("Enter")
    opened.page.wait_for_timeout(300)
    before = opened.settle("Reset")
    opened.controls("button")["Play"].press("Enter")
    opened.page.wait_for_timeout(1500)
    opened.controls("button")["Pause"].press("Enter")
    stopped = opened.settle("playing")
    assert stopped != before
    opened.page.wait_for_timeout(1000)
    assert opened.picture() == stopped
    opened.controls("button")["Reset"].press("Enter")
    opened.page.wait_for_timeout(300)
    assert without_ghosts(opened.settle("Reset")) == without_ghosts(before)


def without_ghosts(picture):
    """A picture but for what earlier runs leave in it: a reset does not take that away."""
    return [each for each in json.loads(picture) if not each[1].get("data-part", "").startswith("ghost-")]


def test_controls_have_names_and_a_visible_focus(opened):
    for kind in ("input", "button", "select"):
        assert all(name for name, _ in opened.names(kind)), opened.names(kind)
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
    seen = {opened.settle("opening")}
    for name in state:
        opened.lab.ask(opened.page, ANOTHER.format(name=name))
        seen.add(opened.settle(f"{name} set in Python"))
    assert len(seen) > 1


def test_the_training_room_trains_on_without_its_kernel(lab, chromium):
    """A kernel that is busy, and one that ends while it trains: the page takes over, and gives back."""
    page = chromium.new_page(viewport={"width": 1300, "height": 1300})
    opened = Opened(lab, page, "TrainingRoom")
    said = opened.root.locator("p[role=status]").first

    def wait(words, part="when"):
        page.wait_for_function(
            "([part, words]) => document.querySelector(`.lstm-notes svg [data-part=${part}]`)?.textContent === words",
            arg=[part, words],
        )

    def run(code):
        page.evaluate(
            """(code) => {
                window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code});
            }""",
            code,
        )

    for update in range(1, 12):
        opened.controls("button")["Step"].press("Enter")
        wait(f"update {update}, epoch {update / 9:.1f}")
    run(
        "import time\nwith explorer._guard:\n    time.sleep(8)"
    )  # comms may have a thread of their own, which waits, too
    opened.controls("button")["Step"].press("Enter")
    wait("earlier: the same settings", "ghost-words-0")
    assert "No kernel answers, so it trains in this page." in said.inner_text()
    rate = opened.root.get_by_label("learning rate, as a number")
    rate.fill("0.05")
    rate.press("Enter")
    wait("update 12, epoch 1.3")  # the kernel's, once it has time; the learning rate came after it
    assert "No kernel" not in said.inner_text()
    opened.settle("the kernel's return")
    assert lab.ask(page, "print(explorer.learning_rate, explorer.update, explorer.ghosts)") == "0.05 12 []\n"

    opened.controls("button")["Play"].press("Enter")
    page.wait_for_timeout(1000)
    run("import os; os._exit(1)")
    page.locator(".jp-Dialog button").last.click()  # JupyterLab says so, too
    page.wait_for_function("document.querySelector('.lstm-notes p[role=status]').textContent.includes('No kernel')")
    assert said.inner_text().startswith("Training.") and "Run the cell again" in said.inner_text()
    opened.root.get_by_label("units", exact=True).press("Home")
    page.wait_for_timeout(1000)
    opened.controls("button")["Pause"].press("Enter")
    wait("1 unit, look_back 14, forget bias 1.0, Adam, learning rate 0.05, no clipping", "settings")
    assert not opened.errors
    page.close()
