"""The explorers in a real JupyterLab, in a real browser.

Every explorer is held to one state: whatever a reader does, each element of the live picture has to be what Python says
of the state that it knows.
"""

import json
import os
import re
from itertools import zip_longest

import pytest

from tools import browser, commands

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
# What can be touched in a picture: of an explorer, the state to begin with; then of each touch the part, how far it is
# dragged in the drawing's lengths, what is so afterwards, and the name of the control that has the focus.
RANK = "rank of the selected setting, from the best"
STEP, UPDATE = "step t, from 1", "update k, how many there have been"
POSITION, DAY = "position, the window shown, counted from 0", 830 / 60
TESTED = 802 / 365  # a day of a contest
SHOWN = 430 / 90  # a day of the training room's forecasts
TOUCHES = {
    "SharedWeightsExplorer": (
        {"update": 0, "window": 0, "step": 1, "gate": "g", "unit": 0, "on": "x"},
        [
            ("W-6-1", None, {"gate": "f", "unit": 2, "on": "h1"}, "unit whose row is at hand, from 0"),
            ("W-15-5", None, {"gate": "o", "unit": 3, "on": "bias"}, "unit whose row is at hand, from 0"),
            ("part-2-4", None, {"window": 2, "step": 5, "gate": "g"}, STEP),
            ("use-1-3", None, {"window": 1, "step": 4}, STEP),
            ("bar-2-4", None, {"window": 2, "step": 5}, STEP),
            ("update", None, {"update": 1, "step": 1}, UPDATE),
            ("touch-time-value", None, {"update": 20}, UPDATE),
            ("touch-time-loss", (54, 0), {"update": 30}, UPDATE),
        ],
    ),
    "WindowsExplorer": (
        {"look_back": 30, "horizon": 1, "stride": 1, "position": 100},
        [
            ("touch-slide", (5 * DAY, 0), {"look_back": 30, "position": 105}, POSITION),
            ("touch-slide", (-40 * DAY, 30), {"position": 60}, POSITION),
            ("touch-look_back", (-4 * DAY, 0), {"look_back": 34, "position": 96}, "look_back, days in a window"),
            ("touch-look_back", (60 * DAY, 0), {"look_back": 1, "position": 129}, "look_back, days in a window"),
            ("touch-horizon", (3 * DAY, 9), {"horizon": 4, "position": 100}, "horizon, days asked for"),
            ("touch-horizon", (-9 * DAY, 0), {"horizon": 1, "position": 100}, "horizon, days asked for"),
            ("touch-strip-4", None, {"position": 104}, POSITION),
            ("touch-row-1", None, {"position": 101}, POSITION),
            ("touch-overview", None, {"position": 715}, POSITION),
            ("touch-overview", (500, 0), {"position": 1430}, POSITION),
        ],
    ),
    "TrainingRoom": (
        {"look_back": 14},
        [
            ("touch-look_back", (-5 * SHOWN, 20), {"look_back": 19}, "look_back: days in a window"),
            ("touch-look_back", (9 * SHOWN, 0), {"look_back": 5}, "look_back: days in a window"),
            ("touch-look_back", (-300, 0), {"look_back": 30}, "look_back: days in a window"),
            ("touch-look_back", (200, 0), {"look_back": 1}, "look_back: days in a window"),
        ],
    ),
    "LongMemoryExplorer": (
        {"hidden_unit": 0, "task": "recall"},
        [
            ("unit-3", None, {"hidden_unit": 3}, "unit of the LSTM, counted from 0"),
            ("unit-7", (-75, 0), {"hidden_unit": 5}, "unit of the LSTM, counted from 0"),
            ("unit-2", (900, 0), {"hidden_unit": 7}, "unit of the LSTM, counted from 0"),
        ],
    ),
    "DigitsExplorer": (
        {"precision": "float32", "bit": 9},
        [
            ("touch-bit", (0, 0), {"bit": 11}, "bit that is turned over, 0 is the last"),
            ("touch-bit", (4 * 24, 9), {"bit": 7}, "bit that is turned over, 0 is the last"),
            ("touch-bit", (900, 0), {"bit": 0}, "bit that is turned over, 0 is the last"),
        ],
    ),
    "ContestExplorer": (
        {"length": 61, "start": 100},
        [
            ("touch-slide", (40 * TESTED, 20), {"start": 140, "length": 61}, "first day of the stretch, from 0"),
            ("touch-slide", (-900, 0), {"start": 0, "length": 61}, "first day of the stretch, from 0"),
            ("touch-begin", (30 * TESTED, 0), {"start": 130, "length": 31}, "first day of the stretch, from 0"),
            ("touch-begin", (900, 0), {"start": 160, "length": 1}, "first day of the stretch, from 0"),
            ("touch-end", (-20 * TESTED, 9), {"start": 100, "length": 41}, "days in the stretch"),
            ("touch-end", (900, 0), {"start": 100, "length": 265}, "days in the stretch"),
            ("touch-jump", None, {"start": 152, "length": 61}, "first day of the stretch, from 0"),
        ],
    ),
    "TuningExplorer": (
        {"x": "learning_rate", "y": "units", "rank": 1},
        [
            ("point-6", None, {"rank": 6}, RANK),
            ("point-22", (124, -59), {"rank": 11}, RANK),
            ("touch-map", None, {"rank": 25}, RANK),
        ],
    ),
    "OneWindowExplorer": (
        {"window": 20, "hidden_unit": 0, "step": 14},
        [
            ("touch-series", (10, 50), {"step": 8, "hidden_unit": 0}, "step t, 0 before the first day"),
            ("touch-map-C", (10, 22), {"step": 8, "hidden_unit": 6}, "unit of the LSTM, counted from 0"),
            ("touch-map-f", (-60, 4), {"step": 6, "hidden_unit": 4}, "unit of the LSTM, counted from 0"),
            ("touch-map-h", (-340, -90), {"step": 0, "hidden_unit": 0}, "unit of the LSTM, counted from 0"),
        ],
    ),
    "UnseenDayExplorer": (
        {"day": 3, "step": 30},
        [
            ("touch-step window", (-50, 20), {"day": 3, "step": 11}, "day in the window, from 1"),
            ("touch-step states-C", (900, 0), {"day": 3, "step": 30}, "day in the window, from 1"),
            ("touch-step states-h", (-900, 0), {"day": 3, "step": 1}, "day in the window, from 1"),
        ],
    ),
}
# Move a field's range while the field has the focus, perhaps while something is typed: what it shows before and after.
MOVED = """(field, typed) => {
    const range = field.parentElement.querySelector("input[type=range]");
    field.focus();
    if (typed) field.value = "7";
    if (typed) field.dispatchEvent(new Event("input"));
    const shown = field.value;
    range.value = Number(range.value) > (Number(range.min) + Number(range.max)) / 2 ? range.min : range.max;
    range.dispatchEvent(new Event("input"));
    const after = field.value;
    field.blur();
    return [shown, after];
}"""
STDERR = "application/vnd.jupyter.stderr"
SCENE = "import json; print(json.dumps(explorer.drawing().elements))"
STATE = "import json; print(json.dumps(explorer.state()))"


@pytest.fixture(scope="module")
def lab():
    with browser.Lab() as running:
        yield running


class Opened:
    """An explorer, open in JupyterLab: `page`, its `root` there, the picture `seen` last, and what went wrong."""

    def __init__(self, lab, page, name, where=""):
        self.lab, self.page, self.name, self.errors, self.seen = lab, page, name, [], ""
        # JupyterLab says "Comm not found" of widgets whose kernel has ended, also of those that stood here before.
        missed = "Comm not found"
        page.on(
            "console",
            lambda said: said.type == "error" and missed not in said.text and self.errors.append(said.text),
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        lab.open(page, name + where, [browser.CELLS[name], "explorer"])
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

    def state(self):
        """What a reader moves, as Python knows it."""
        return json.loads(self.lab.ask(self.page, STATE))

    def pull(self, part, *ways, share=0.5):
        """Press on a part of the picture, `share` of its width from its left, move by each of `ways` (in the drawing's
        lengths) from there, let go. Returns the state in Python, and the name of what has the focus."""
        touched, mouse = self.root.locator(f"[data-part='{part}']"), self.page.mouse
        assert touched.evaluate("e => getComputedStyle(e).cursor") in ("grab", "pointer")
        scale = self.root.locator(browser.PICTURE).evaluate("e => e.clientWidth / e.viewBox.baseVal.width")
        at_rest = f"!document.querySelector('.lstm-notes {browser.PICTURE}').getAnimations({{subtree: true}}).length"
        self.page.wait_for_function(at_rest)  # what began to glide goes on when the picture's `gliding` has gone
        box = touched.bounding_box()
        x, y = box["x"] + share * box["width"], box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        for across, down in ways:
            mouse.move(x + scale * across, y + scale * down)
        mouse.up()
        self.settle(f"touching {part}")
        name = "(e => e.getAttribute('aria-label') ?? (e.value || e.textContent))(document.activeElement)"
        return self.state(), self.page.evaluate(name)

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


VIEWPORT = {"width": 1300, "height": 1300}


@pytest.fixture(scope="module")
def page(chromium):
    """JupyterLab, in which one explorer takes the place of the one before."""
    return chromium.new_page(viewport=VIEWPORT)


@pytest.fixture(scope="module", params=[name for name in browser.CELLS if name != "SelfTest"])
def opened(request, lab, page):
    """Each explorer, handed from test to test: what one leaves is where the next begins. (SelfTest has questions
    instead of controls; tests/test_self_test.py takes them all.)"""
    return Opened(lab, page, request.param)


@pytest.fixture(scope="module")
def open_one(lab, chromium):
    """open_one(NAME) is that explorer, open where no other test has touched it."""
    apart = chromium.new_page(viewport=VIEWPORT)
    return lambda name: Opened(lab, apart, name, "-apart")  # one file in two pages would have one kernel


def test_every_control_moves_the_picture_and_python_agrees(opened):
    """By keyboard and by pointer, each control to its ends; where it says the same as Python, nothing raised. With each
    choice, the ranges go to their ends again."""
    opened.settle("opening")
    assert opened.controls("input[type=range]") and opened.controls("button")
    move_the_ranges(opened)
    for name in opened.controls("input[type=radio]"):
        opened.controls("input[type=radio]")[name].check()
        opened.settle(f"choosing {name}")
        for range_name, control in ranges(opened):
            for key in ("End", "Home"):
                control.press(key)
                opened.settle(f"{key} on {range_name} with {name}")
    for name in list(opened.controls("button")):
        if name in ("Play", "Pause") or name not in opened.controls("button"):
            continue
        opened.controls("button")[name].focus()
        opened.page.keyboard.press("Enter")
        opened.settle(f"pressing {name}")


def ranges(opened):
    """Those that have somewhere to go, by name."""
    for name, control in opened.controls("input[type=range]").items():
        if control.evaluate("e => e.min !== e.max"):
            yield name, control


def move_the_ranges(opened):
    for name, control in ranges(opened):
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
    """Each is brought within its limits, or left; the field shows all its digits, and what is so even while it has the
    focus: only what is being typed stays."""
    for name, field in opened.controls("input[type=number]").items():
        for typed in ("10000", "-10000", "-0.8796543", "11.7060504"):
            field.fill(typed)
            field.press("Enter")
            opened.settle(f"{typed} in {name}")
            assert field.evaluate("e => e.scrollWidth <= e.clientWidth"), f"{field.input_value()} in {name}"
        before, shown = opened.settle(name), field.input_value()
        field.fill("")
        field.press("Enter")
        assert opened.settle(f"nothing in {name}") == before and field.input_value() == shown
        for typed in (False, True):
            shown, after = field.evaluate(MOVED, typed)
            assert (shown == after) is typed, f"{shown} becomes {after} in {name}"
        opened.settle(f"{name} moved")


def test_time_goes_on_and_stops(opened):
    if "Play" not in opened.controls("button"):
        pytest.skip("nothing passes in it")
    before = reset(opened)
    if "normal" in opened.controls("input[type=radio]"):
        opened.controls("input[type=radio]")["normal"].check()  # at its fastest it may be through before it is stopped
    opened.controls("button")["Play"].press("Enter")
    opened.page.wait_for_timeout(1500)
    opened.controls("button")["Pause"].press("Enter")
    stopped = opened.settle("playing")
    assert stopped != before
    opened.page.wait_for_timeout(1000)
    assert opened.picture() == stopped
    assert without_ghosts(reset(opened)) == without_ghosts(before)


def reset(opened):
    """Press Reset; the picture once it is drawn anew, and Python agrees."""
    opened.controls("button")["Reset"].press("Enter")
    opened.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return opened.settle("Reset")


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
    state = opened.state()
    seen = {opened.settle("opening")}
    for name in state:
        opened.lab.ask(opened.page, ANOTHER.format(name=name))
        seen.add(opened.settle(f"{name} set in Python"))
    assert len(seen) > 1


def test_touching_the_picture_is_moving_its_control(opened):
    """What is dragged in the picture, or pressed, changes the trait; the keyboard goes on at its control."""
    if opened.name not in TOUCHES:
        pytest.skip("nothing in it is touched here")
    begin, touches = TOUCHES[opened.name]
    start = "\n".join(f"explorer.{name} = {value!r}" for name, value in begin.items())
    for part, way, after, control in touches:
        opened.lab.ask(opened.page, start)
        opened.settle("the beginning")
        ways = [(0.3 * way[0], 0.3 * way[1]), way] if way else []
        state, focused = opened.pull(part, *ways)
        assert {name: state[name] for name in after} == after, part
        assert focused == control, part


def test_the_labs_cards_are_its_switches(open_one):
    """A click on a card turns its switch, the keyboard goes on from there. Everything right is no solution, nor is
    everything wrong; one switch alone is."""
    opened = open_one("LabExplorer")
    goal, trait = opened.root.locator(".task"), "print(explorer.{})".format
    opened.settle("opening")
    told = "Everything right: you see 1.00, later 1.14, over 3 seeds."
    assert "Done" not in goal.inner_text() and told in goal.inner_text()
    opened.controls("button")["Everything wrong"].press("Enter")
    opened.settle("everything wrong")
    assert "Done" not in goal.inner_text() and "5 wrong" in goal.inner_text()
    opened.controls("button")["Everything right"].press("Enter")
    focused = "document.activeElement.closest('fieldset').textContent + document.activeElement.value"
    for name, right, wrong in (("scaler", "training days", "all days"), ("split", "chronological", "random")):
        assert "Done" not in goal.inner_text()
        opened.root.locator(f"[data-part=card-{name}]").click()
        opened.settle(f"a click on {name}")
        assert opened.lab.ask(opened.page, trait(name)).strip() == wrong and opened.page.evaluate(focused).endswith(
            f"{wrong}{wrong}"
        )
        if name == "scaler":
            assert "scaler alone: you see 1.00, later 1.17, over 3 seeds." in goal.inner_text()
            assert "Guesses: scaler." in goal.inner_text()
            opened.page.keyboard.press("ArrowLeft")
            opened.settle("back by keyboard")
            assert opened.lab.ask(opened.page, trait(name)).strip() == right
    assert "✓ Done. split alone: you see 0.85, later 1.04, over 3 seeds. Found at guess 2." in goal.inner_text()


# Milliseconds until the words appear, from here on.
UNTIL_WORDS = """() => new Promise((resolve) => {
    const words = document.querySelector(".lstm-notes .alone"), start = performance.now();
    const look = () => {
        const passed = performance.now() - start;
        if (!words.hidden || passed > 10_000) resolve(passed);
        else setTimeout(look, 20);
    };
    look();
})"""
RUN = """(code) => {
    window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code, store_history: false});
}"""


def test_it_is_whole_in_the_jupyterlab_that_the_course_opens(chromium, lab):
    """At 1300 × 850, as `make lab` arranges it: the tallest, between the notebook's first line and its last, with its
    controls beside the picture. (tests/test_page.py has them all, at the width that this leaves.)"""
    commands.arrange(lab.folder / "workspaces")
    lab.write("first", [browser.CELLS["TrainingRoom"], "explorer"])
    page = chromium.new_page(viewport={"width": 1300, "height": 850})
    page.goto(f"{lab.url}/lab/tree/first.ipynb?token={lab.token}")
    page.wait_for_function("window.jupyterapp !== undefined", timeout=60_000)
    page.wait_for_function(browser.IDLE, timeout=60_000)
    lab.run(page)
    root = page.locator(".lstm-notes")
    root.locator("svg").wait_for()
    root.evaluate("element => element.scrollIntoView({block: 'end'})")
    box, side, picture = root.bounding_box(), root.locator(".side").bounding_box(), root.locator("svg").bounding_box()
    notebook = page.locator(".jp-WindowedPanel-outer").bounding_box()
    assert box["width"] >= 1100 and side["x"] > picture["x"] + picture["width"]
    assert notebook["y"] <= box["y"] and box["y"] + box["height"] <= notebook["y"] + notebook["height"]
    page.evaluate("window.jupyterapp.shell.expandLeft()")
    assert page.locator(".jp-DirListing").bounding_box()["width"] > 150  # it opens to its usual width


@pytest.mark.parametrize("name", ["LabExplorer", "WindowsExplorer"])
def test_a_kernel_that_is_gone_is_missed(open_one, name):
    """Killed while it trains, and while nothing is expected of it: within three seconds words say so, and what to do. A
    kernel that trains, or one that was only busy, is not missed, and neither is a new one."""
    opened = open_one(name)
    lab, page = opened.lab, opened.page
    opened.settle("opening")
    words, head = opened.root.locator(".alone"), opened.root.locator("[data-part=mean-words-0]")
    trains = name == "LabExplorer"
    if trains:
        lab.ask(page, "import time\nfrom lstm_notes.explorers import lab\nlab.measure = lambda *_: time.sleep(600)")
        opened.root.get_by_label("one", exact=True).check()
        page.wait_for_timeout(4000)
        assert head.text_content() == "training…" and words.is_hidden()
    else:
        page.evaluate(RUN, "import time; time.sleep(4)")
        opened.root.locator("input[type=range]").first.press("ArrowRight")
        words.wait_for(timeout=3000)
        words.wait_for(state="hidden", timeout=5000)
        opened.settle("a busy kernel")
    page.evaluate(RUN, "import os; os._exit(1)")
    if not trains:
        opened.root.locator("input[type=range]").first.press("ArrowRight")
    passed = page.evaluate(UNTIL_WORDS)
    assert passed < 3000, f"{passed:.0f} ms"
    assert "run the cell that shows the explorer again" in words.inner_text()
    if trains:
        assert "Recorded results" in opened.root.inner_text() and head.text_content() == "1.10 times"
    page.locator(".jp-Dialog button").click(timeout=20_000)  # JupyterLab says that it starts another kernel
    page.wait_for_function(browser.IDLE)
    lab.run(page)
    opened.errors.clear()
    opened.settle("running the cell again")
    page.wait_for_timeout(3000)
    assert page.locator(".lstm-notes").count() == 1 and page.locator(".alone").is_hidden()


# -- what is touched in the picture


def test_the_guessing_game_is_played_in_the_picture(open_one):
    """A day's column is pressed, pulled up and down, and across the days that follow; with the truth it holds still."""
    game = open_one("GuessingGame")
    before = game.state()["guesses"]
    low, *_, high = json.loads(game.lab.ask(game.page, "import json; print(json.dumps(explorer.ask('scale')))"))
    state, focused = game.pull("touch-guess 2")
    assert abs(state["guesses"][0][2] - (low + high) / 2) < 0.2 and focused == "forecast for day +3"
    for down, value in ((-400, high), (400, low)):
        state, focused = game.pull("touch-guess 2", (0, down))
        assert state["guesses"] == [[*before[0][:2], value, *before[0][3:]], *before[1:]]
    game.page.keyboard.press("ArrowRight")
    game.settle("the keyboard after the pointer")
    day = 62
    state, focused = game.pull("touch-guess 1", (0, -400), (day, -400), (2 * day, -400), (9 * day, 400))
    assert state["guesses"][0] == [before[0][0], high, high, high, low] and focused == "forecast for day +2"
    game.controls("button")["Back to today"].press("Enter")
    game.settle("Back to today")
    assert game.state()["guesses"] == before
    game.controls("button")["Compare"].press("Enter")
    game.settle("Compare")
    assert not game.root.locator("[data-touch]").count() and not game.controls("input")


def test_a_prompt_is_typed_in_the_page_or_in_python(open_one):
    """Each tells the other; what was written goes with the prompt; what cannot be read reaches nobody."""
    writer = open_one("PromptExplorer")
    field = writer.root.get_by_label("prompt", exact=True)
    said = writer.root.locator(".controls [role=status]")
    field.fill("The for statem")
    writer.settle("a prompt")
    writer.lab.ask(writer.page, "explorer.temperature = 0")
    writer.settle("another temperature")
    for _ in range(4):
        writer.controls("button")["Step"].press("Enter")
        writer.settle("Step")
    assert writer.state()["written"] == "ent " and writer.state()["prompt"] == "The for statem"
    field.fill("The fôr statem")
    writer.settle("a letter that is not known")
    assert said.inner_text().startswith("The network has no “ô”, letter 6") and writer.state()["written"] == "ent "
    writer.lab.ask(writer.page, "explorer.prompt = 'A line\\nand another'")
    writer.settle("a prompt from Python")
    assert field.input_value() == "A line\nand another" and said.inner_text() == "Another prompt starts anew."
    assert writer.state()["written"] == ""
    field.focus()
    writer.page.keyboard.press("End")
    writer.page.keyboard.type(' is "')
    writer.settle("more of it typed")
    assert writer.state()["prompt"] == 'A line\nand another is "'
    writer.lab.ask(writer.page, "explorer.step(30)")
    writer.settle("letters from Python")
    assert "✓" not in writer.root.locator(".task").inner_text()  # unit 0 does not tell
    writer.controls("button")["unit that knows quotes"].press("Enter")
    writer.settle("another unit")
    assert writer.root.locator(".task").inner_text().split("Unit 28")[0].strip().endswith("✓ Done.")


def test_an_unseen_day_is_picked_in_the_year(open_one):
    """Pressed in the year, and dragged through it, also beyond its ends; the keyboard goes on from there."""
    unseen = open_one("UnseenDayExplorer")
    for ways, day in (([], 182), ([(816 / 364 * 30, 20)], 212), ([(60, 0), (-900, 0)], 0), ([(900, 50)], 364)):
        state, focused = unseen.pull("touch-day", *ways)
        assert abs(state["day"] - day) <= (0 < day < 364) and focused == "test day, from 0"
    unseen.page.keyboard.press("ArrowLeft")
    unseen.settle("the keyboard after the pointer")
    assert unseen.lab.ask(unseen.page, "print(explorer.day)").strip() == "363"


def test_a_task_that_is_done_stays_done(open_one):
    windows = open_one("WindowsExplorer")
    status = windows.root.locator(".task [role=status]")
    assert not status.inner_text().startswith("✓")
    windows.lab.ask(windows.page, "explorer.horizon = explorer.stride = 3")
    windows.settle("what solves it")
    done = status.inner_text()
    assert done.startswith("✓ Done.")
    windows.lab.ask(windows.page, "explorer.stride = 2")
    windows.settle("what does not")
    assert status.inner_text() == done


def test_an_unseen_day_that_was_found_stays_found(open_one):
    unseen = open_one("UnseenDayExplorer")
    status = unseen.root.locator(".task [role=status]")
    find = """
for explorer.day in range(explorer.days):
    if explorer.ask("answer")[0]:
        break
print(explorer.date)"""
    assert not status.inner_text().startswith("✓")
    date = unseen.lab.ask(unseen.page, find).strip()
    unseen.settle("a day that does it")
    assert status.inner_text().startswith(f"✓ Done. {date}: LSTM")
    unseen.root.get_by_label("test day, from 0", exact=True).press("ArrowLeft")
    unseen.settle("the day before")
    assert status.inner_text().startswith(f"✓ Done. Found: {date}. 2015-")


def test_the_training_room_trains_on_without_its_kernel(open_one, tmp_path):
    """A kernel that is busy, and one that ends while it trains: the page takes over, and gives back. One that trains is
    not missed, though its hands are full; about one that is, there is one sentence."""
    opened = open_one("TrainingRoom")
    lab, page = opened.lab, opened.page
    said, missed = opened.root.locator("p[role=status]").first, opened.root.locator(".alone")

    def wait(words, part="when"):
        page.wait_for_function(
            "([part, words]) => document.querySelector(`.lstm-notes svg [data-part=${part}]`)?.textContent === words",
            arg=[part, words],
        )

    for update in range(1, 12):
        opened.controls("button")["Step"].press("Enter")
        wait(f"update {update}, epoch {update / 9:.1f}")
    # Comms may have a thread of their own, which waits, too.
    free = tmp_path / "free"
    busy = f"""
import pathlib, time
with explorer._guard:
    while not pathlib.Path({str(free)!r}).exists():
        time.sleep(0.05)"""
    page.evaluate(RUN, busy)
    opened.controls("button")["Step"].press("Enter")
    wait("update 1, epoch 0.1")  # the page's own
    assert opened.root.locator("svg [data-part=ghost-words-0]").text_content() == "earlier: the same settings"
    assert missed.is_visible() and opened.root.inner_text().count("kernel") == 1 and said.inner_text() == "Paused."
    opened.controls("button")["Play"].press("Enter")
    said.filter(has_text="Training, in this page.").wait_for()
    rate = opened.root.get_by_label("learning rate, as a number")
    rate.fill("0.05")
    rate.press("Enter")
    free.touch()
    wait("update 12, epoch 1.3")  # the kernel's, once it has time; the learning rate came after it
    opened.settle("the kernel's return")
    assert missed.is_hidden() and said.inner_text() == "Paused."
    assert lab.ask(page, "print(explorer.learning_rate, explorer.update, explorer.ghosts)") == "0.05 12 []\n"

    opened.controls("button")["Play"].press("Enter")
    said.filter(has_text="Training.").wait_for()  # it was heard
    lab.ask(page, "explorer.on_msg(explorer._hear, remove=True)")  # no time to answer, as comms without such a thread
    page.wait_for_timeout(3500)
    assert missed.is_hidden() and said.inner_text() == "Training."
    page.evaluate(RUN, "import os; os._exit(1)")
    page.locator(".jp-Dialog button").last.click()  # JupyterLab says so, too
    missed.wait_for()
    status = "[...document.querySelectorAll('.lstm-notes p[role=status]')].map((p) => p.textContent)"
    page.wait_for_function(f"{status}.includes('Training, in this page.')")  # with the first picture of its own
    assert "run the cell" in missed.inner_text()
    opened.root.get_by_label("units", exact=True).press("Home")
    page.wait_for_timeout(1000)
    opened.controls("button")["Pause"].press("Enter")
    wait("1 unit, look_back 14, forget bias 1.0, Adam, learning rate 0.05, no clipping", "settings-0")
    assert not opened.errors
