"""Where no kernel runs: the exported page, whose explorers live on, and the stills, where nothing lives."""

import asyncio
import os
import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lstm_notes import load_weather
from lstm_notes.explorers import PromptExplorer, TrainingRoom
from tools import browser
from tools.notebooks import clean
from tools.page import page as page_of

if browser.find() is None and not os.environ.get("CI"):
    pytest.skip(browser.ADVICE, allow_module_level=True)
PROSE = """# Explorers

Inline $C_t$ and a `$` in code, and

$$h_t = o_t \\cdot \\tanh(C_t)$$

[next](03_next.ipynb)"""

PRESSES = [("input[type=range]", key) for key in ("End", "Home", "ArrowRight")]
PRESSES += [("input[type=radio]", "Space"), ("button", "Enter")]


@pytest.fixture(scope="module")
def notebook():
    """All explorers, run in one kernel."""
    cells = [new_markdown_cell(PROSE)]
    for cell in browser.CELLS.values():
        cells += [new_code_cell(cell), new_code_cell("explorer")]
    made = new_notebook(cells=cells)
    client = NotebookClient(made, timeout=120)
    client.extra_arguments = ["--log-level=ERROR"]
    asyncio.run(client.async_execute())
    return made


@pytest.fixture(scope="module")
def chromium(notebook):  # which has run before: Playwright keeps this thread's event loop for itself
    with browser.browser() as running:
        yield running


@pytest.fixture(scope="module")
def file(notebook, tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "page.html"
    path.write_text(page_of(notebook), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium, file, request):
    """The page from its file, without a network; `asked` is what it asked for elsewhere."""
    context = chromium.new_context(offline=True, **getattr(request, "param", {}))
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or page.asked.append(r.url))
    page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(file.as_uri())
    yield page
    context.close()


def test_explorers_live_without_a_kernel(opened):
    """Each control does something: at least four pictures come of them."""
    roots = opened.locator(".lstm-notes")
    opened.wait_for_function(f"document.querySelectorAll('.lstm-notes svg').length === {len(browser.CELLS)}")
    for k, name in enumerate(browser.CELLS):
        root = roots.nth(k)
        seen = {root.locator("svg").inner_html()}
        for kind, key in PRESSES:
            controls = root.locator(f"{kind}:not([disabled])").filter(visible=True)
            for n in range(controls.count()):
                if n < controls.count() and controls.nth(n).inner_text() != "Play":
                    controls.nth(n).press(key)
                    opened.wait_for_timeout(60)
                    seen.add(root.locator("svg").inner_html())
        assert len(seen) >= 4, name
    assert not opened.asked and not opened.errors


class Room:
    """The training room of a page: its buttons, its settings, its picture."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(".lstm-notes").nth(list(browser.CELLS).index("TrainingRoom"))
        self.root.locator("svg [data-part=when]").wait_for()

    def press(self, name):
        self.root.get_by_role("button", name=name).press("Enter")

    def type(self, name, value):
        field = self.root.get_by_label(f"{name}, as a number")
        field.fill(str(value))
        field.press("Enter")

    def words(self, part):
        return self.root.locator(f"svg [data-part={part}]").text_content()

    def update(self):
        return int(self.words("when").split()[1].strip(","))

    def wait(self, least, most=10**6):
        for _ in range(500):
            if least <= self.update() <= most:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"update {self.update()}, not {least} … {most}")

    def losses(self):
        return [float(self.words(f"{name}-words").split()[1]) for name in ("training", "validation")]


# What a page may lack: a worker then throws, or comes to nothing.
WITHOUT = {
    "nothing": "",
    "workers": "delete window.Worker;",
    "leave for workers": """document.head.append(Object.assign(document.createElement("meta"),
        {httpEquiv: "Content-Security-Policy", content: "worker-src 'none'"}));""",
}


@pytest.mark.parametrize("without", WITHOUT)
def test_the_training_room_trains_on_a_page(opened, without):
    """The numbers are those of the same room in Python; all settings act; Play, Pause, Step and Reset, too."""
    opened.evaluate(f"() => {{ {WITHOUT[without]} }}")
    workers = []
    opened.on("worker", lambda worker: workers.append(worker))
    room, python = Room(opened), TrainingRoom(load_weather()["temp_max"][:365])
    assert (
        not room.root.locator("input:disabled")
        .filter(visible=True)
        .and_(opened.locator(":not([aria-label^='longest'])"))
        .count()
    )
    start = room.losses()
    for made in (1, 2, 3):
        room.press("Step")
        room.wait(made, made)
    python.step(3)
    same = [pytest.approx(each, abs=6e-4) for each in (python.loss, python.validation_loss)]
    assert room.losses() == same and room.losses() != start
    room.press("Play")
    room.wait(30)
    room.type("learning rate", 0.05)
    opened.wait_for_timeout(500)
    room.press("Pause")
    opened.wait_for_timeout(200)
    at, losses = room.update(), room.losses()
    opened.wait_for_timeout(300)
    assert room.update() == at and room.words("mark-words-0").endswith(": learning rate 0.05")
    assert losses[1] < start[1] / 2
    room.press("Reset")
    room.wait(0, 0)
    assert room.losses() == start and room.words("ghost-words-0") == "earlier: the same settings, others on the way"
    room.type("learning rate", 0.02)
    for name, value in (("units", 3), ("look_back: days in a window", 5), ("forget bias at the start", -1.5)):
        room.type(name, value)
    room.root.get_by_label("SGD").check()
    room.root.get_by_label("on", exact=True).check()
    python = TrainingRoom(python.series, units=3, look_back=5, forget_bias=-1.5, optimizer="SGD", clipping="on").step()
    room.press("Step")
    room.wait(1, 1)
    assert room.losses() == [pytest.approx(each, abs=6e-4) for each in (python.loss, python.validation_loss)]
    room.root.get_by_label("fast").check()
    room.press("Play")
    room.wait(300)
    room.root.get_by_label("units", exact=True).press("End")  # starts anew, and plays on
    room.wait(1, 300)
    room.press("Pause")
    assert "32 units" in room.words("settings-0") and bool(workers) == (without == "nothing")
    refused = [error for error in opened.errors if "Content Security Policy" in error]
    assert len(refused) == len(opened.errors) == (without == "leave for workers")


@pytest.mark.parametrize("without", WITHOUT)
def test_the_long_memory_trains_on_a_page(opened, without):
    """It learns there; settings start anew and earlier runs stay; a unit is pressed while it trains."""
    opened.evaluate(f"() => {{ {WITHOUT[without]} }}")
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("LongMemoryExplorer"))
    words = lambda part: root.locator(f"svg [data-part={part}]").text_content()  # noqa: E731
    press = lambda name: root.get_by_role("button", name=name).press("Enter")  # noqa: E731
    root.locator("svg [data-part=result]").wait_for()
    window = root.locator("svg [data-part=x-7]").get_attribute("height")
    press("Step")
    opened.wait_for_timeout(300)
    assert words("result") == "not solved after 1 updates"
    assert root.locator("svg [data-part=x-7]").get_attribute("height") == window  # the one that was shown
    for name, value in (("forget bias at the start", 3), ("steps of a window", 20)):
        field = root.get_by_label(f"{name}, as a number")
        field.fill(str(value))
        field.press("Enter")
    root.get_by_label("fast").check()
    press("Play")
    root.locator("svg [data-part=unit-4]").click()
    opened.wait_for_function(
        "root => root.querySelector('[data-part=result]').textContent.startsWith('solved after')",
        arg=root.element_handle(),
        timeout=20_000,
    )
    assert (
        words("gates-words-0").startswith("unit 4: f ") and words("settings") == "recall over 20 steps, forget bias 3.0"
    )
    root.get_by_label("adding").check()  # starts anew, and plays on
    opened.wait_for_timeout(800)
    press("Pause")
    assert words("settings").startswith("adding over 20 steps") and "solved, " in words("ghost-words-0")
    refused = [error for error in opened.errors if "Content Security Policy" in error]
    assert len(refused) == len(opened.errors) == (without == "leave for workers")


@pytest.mark.parametrize("without", WITHOUT)
def test_two_trainings_part_on_a_page(opened, without):
    """A wild pair parts there, its task is done, and in float32 the page says that it is a machine of its own."""
    opened.evaluate(f"() => {{ {WITHOUT[without]} }}")
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("DigitsExplorer"))
    words = lambda part: root.locator(f"svg [data-part={part}]").text_content()  # noqa: E731
    press = lambda name: root.get_by_role("button", name=name).press("Enter")  # noqa: E731
    root.locator("svg [data-part=agree]").wait_for()
    press("Step")
    opened.wait_for_timeout(300)
    assert words("result-0").startswith("update 1: ") and not root.get_by_text("This page keeps float32").is_visible()
    for name in ("wild", "float32", "fast"):
        root.get_by_label(name).check()
    assert root.get_by_text("This page keeps float32").is_visible() and "Done" not in root.locator(".task").inner_text()
    press("Play")
    done = "root => root.querySelector('.task').classList.contains('done')"
    opened.wait_for_function(done, arg=root.element_handle(), timeout=20_000)
    press("Pause")
    assert words("settings") == "wild, float32, the last bit turned over"
    assert words("one-rest") and not words("agree").endswith("all digits agree")


def test_a_prompt_is_gone_on_from_on_a_page(opened):
    """By keyboard alone, and to the letter what Python writes; what cannot be read is refused in a sentence."""
    root = explorer(opened, "PromptExplorer")
    press = lambda name: root.get_by_role("button", name=name).press("Enter")  # noqa: E731
    field, said = root.get_by_label("prompt", exact=True), root.locator(".controls [role=status]")
    python = PromptExplorer(prompt='It is the "', unit=28)
    field.press("Control+A")
    opened.keyboard.type('It is the "')
    for typed, words in (("é", "The network has no “é”, letter 12"), ("Backspace", "Another prompt starts anew.")):
        opened.keyboard.press(typed) if len(typed) > 1 else opened.keyboard.insert_text(typed)
        assert said.inner_text().startswith(words) and (field.get_attribute("aria-invalid") == "true") is (typed == "é")
    press("unit that knows quotes")
    for _ in range(3):
        press("Step")
    press("Play")
    opened.wait_for_timeout(2500)
    press("Pause")
    opened.wait_for_timeout(300)
    count = int(re.search(r"(\d+) letters", root.locator("[data-part=settings]").text_content())[1])
    drawn = python.step(count).drawing().parts
    assert count > 8
    for part in ("settings", "prompt-0", "written-0", "letter-12", "bar-0", "share-9", "h"):
        live = root.locator(f"svg [data-part='{part}']")
        assert live.text_content() == drawn[part]["words"]
        for name in {"d", "fill-opacity", "width", "x"} & set(drawn[part]):
            assert live.get_attribute(name) == str(drawn[part][name]), (part, name)
    press("Reset")
    field.press("Control+A")
    opened.keyboard.press("Delete")
    opened.wait_for_timeout(60)
    assert said.inner_text().startswith("The prompt is empty") and not opened.errors
    assert root.locator("svg [data-part=prompt-0]").text_content().replace("\u00a0", " ") == python.prompt
    press("Step")  # the prompt before is still there
    opened.wait_for_timeout(60)
    assert "1 letter written" in root.locator("[data-part=settings]").text_content() and not opened.errors


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True)
def test_stills_stand_where_nothing_runs(opened):
    pictures = opened.locator("[data-explorer] img")
    assert pictures.count() == len(browser.CELLS)
    for k in range(pictures.count()):
        assert pictures.nth(k).bounding_box()["width"] > 600
        assert len(pictures.nth(k).get_attribute("alt")) > 150


def test_the_page_around_them(opened):
    """Formulas are drawn, code keeps its $, links lead to other pages, a phone does not have to scroll sideways."""
    assert opened.locator("math").count() == 2 and opened.locator("code", has_text="$").count() == 1
    assert opened.get_by_role("link", name="next").get_attribute("href") == "03_next.html"
    opened.set_viewport_size({"width": 390, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened.title() == "Explorers"


def test_the_address_leads_to_the_same_state(opened, file):
    """What was set is there again under the page's address; an address that makes no sense is passed over."""
    root, k = opened.locator(".lstm-notes"), list(browser.CELLS).index("CellExplorer")
    field = root.nth(k).get_by_label("input x, as a number")
    field.fill("1.5")
    field.press("Enter")
    root.nth(k).get_by_label("o", exact=True).check()
    opened.wait_for_function("location.hash.includes('gate')")
    picture, address = browser.elements(root.nth(k)), opened.url
    for url, same in ((address, True), (f"{file.as_uri()}#{k}.gate=%22q%22&{k}.x=2&1=%22&heading", False)):
        other = opened.context.new_page()
        other.on("pageerror", lambda error: opened.errors.append(str(error)))
        other.goto(url)
        other.wait_for_function(f"document.querySelectorAll('.lstm-notes svg').length === {len(browser.CELLS)}")
        assert (browser.elements(other.locator(".lstm-notes").nth(k)) == picture) is same
        other.close()
    opened.goto("about:blank")
    opened.goto(f"{file.as_uri()}#{list(browser.CELLS).index('TrainingRoom')}.look_back=5")
    five = f"{5 * 430 / 90:.2f}"  # days of the training room's window: what it shows belongs to its settings
    Room(opened).root.locator(f"[data-part=window][width='{five}']").wait_for()
    assert not opened.errors


# What a reader would call cut off, written over something else, or too small, in the explorer `root`.
FAULTS = """root => {
    const found = [], frame = root.getBoundingClientRect(), svg = root.querySelector(".picture svg");
    const box = (element) => element.getBoundingClientRect();
    const say = (element) => element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40);
    const seen = (element) => element.checkVisibility() && box(element).width > 1;
    const inside = (element, around) => {
        const [a, b] = [box(element), box(around)];
        if (a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 1 || a.bottom > b.bottom + 1)
            found.push(`cut off: ${say(element)}`);
    };
    const apart = (elements, shrink) => elements.forEach((one, k) => {
        const a = box(one);
        for (const other of elements.slice(k + 1)) {
            if (one.contains(other) || other.contains(one)) continue;
            const b = box(other), [h, v] = [2, Math.min(a.height, b.height) * shrink];
            if (a.left < b.right - h && b.left < a.right - h && a.top < b.bottom - v && b.top < a.bottom - v)
                found.push(`${say(one)} on ${say(other)}`);
        }
    });
    const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
    const scale = box(svg).width / svg.viewBox.baseVal.width;
    for (const text of texts) {
        inside(text, svg);
        const size = scale * Number(text.getAttribute("font-size"));
        if (size < 10) found.push(`${size.toFixed(1)} px high: ${say(text)}`);
    }
    apart(texts, 0.3);
    const controls = [...root.querySelectorAll("input, button, select, legend, label, .name")].filter(seen);
    for (const control of controls) inside(control, root);
    apart(controls, 0.1);
    for (const field of root.querySelectorAll("input[type=number]")) {
        const pen = document.createElement("canvas").getContext("2d");
        pen.font = getComputedStyle(field).font;
        if (seen(field) && pen.measureText(field.value).width > field.clientWidth - 8)
            found.push(`cut off: ${field.value} in ${say(field)}`);
    }
    for (const element of [root, ...root.querySelectorAll("p, .picture, .controls, .stage")])
        if (element.scrollWidth > element.clientWidth + 1 && !element.matches(".unseen"))
            found.push(`wider than its place: ${say(element)}`);
    return [found, frame.height];
}"""


@pytest.mark.parametrize("width", [390, 650, 1180])
@pytest.mark.parametrize("name", browser.CELLS)
def test_nothing_is_cut_or_covered(opened, name, width):
    """On a phone, in a JupyterLab with its side bar open at 1024, and on a whole screen, where it is seen at once; at
    the beginning, and whatever button was pressed."""
    opened.set_viewport_size({"width": width, "height": 850})
    opened.wait_for_function(f"document.querySelectorAll('.lstm-notes svg').length === {len(browser.CELLS)}")
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index(name))
    buttons = root.locator("button:not([disabled])").filter(visible=True)
    for n in range(-1, min(buttons.count(), 8)):
        if 0 <= n < buttons.count():
            buttons.nth(n).press("Enter")
        opened.wait_for_timeout(60)
        faults, height = root.evaluate(FAULTS)
        assert not faults, faults[:8]
        assert width < 1000 or height <= 700, f"{height:.0f} px high"


def test_nothing_is_cut_or_covered_in_a_room_with_a_past(opened):
    """As many earlier runs and changes on the way as it keeps, with words as long as they come."""
    room = Room(opened)
    room.root.get_by_label("fast").check()
    room.press("Play")
    for name, value in (("units", 32), ("forget bias at the start", -1.5), ("look_back: days in a window", 30)):
        room.wait(10)
        room.type(name, value)
    room.root.get_by_label("on", exact=True).check()
    for k in range(7):
        room.wait(25 * (k + 1))
        room.type("learning rate", 0.00123 + 0.0001 * k)
    room.press("Pause")
    room.root.locator("svg [data-part=mark-words-5]").wait_for()
    assert "…" in room.words("ghost-words-0")
    for width in (1180, 650, 390):
        opened.set_viewport_size({"width": width, "height": 850})
        opened.wait_for_timeout(100)
        faults, height = room.root.evaluate(FAULTS)
        assert not faults, (width, faults[:8])
        assert width < 1000 or height <= 700, f"{height:.0f} px high"


def test_a_day_of_a_series_is_told(opened):
    """Beside the pointer, its name and its value; the series is not lit."""
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("WindowsExplorer"))
    plot = root.locator("[data-part=series]")
    plot.scroll_into_view_if_needed()
    box, said = plot.bounding_box(), root.locator(".says")
    weather = load_weather()
    for day in (3, 40):  # outside the window and in it
        opened.mouse.move(box["x"] + (day + 0.5) / 60 * box["width"], box["y"] + box["height"] / 2)
        date, value = (weather[name][90 + day] for name in ("date", "temp_max"))
        assert said.inner_text() == f"{date}: {value} °C" and not root.locator("path.curve.lit").count()
    opened.mouse.move(box["x"] + 9, box["y"] + box["height"] + 30)
    assert said.is_hidden()


@pytest.mark.parametrize("width", [390, 650, 890])
def test_the_task_of_the_cell_leaves_its_controls_in_their_place(opened, width):
    opened.set_viewport_size({"width": width, "height": 850})
    root, heights, words = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("CellExplorer")), set(), set()
    for preset in ("worked by hand", "erase", "latch"):
        root.get_by_role("button", name=preset, exact=True).press("Enter")
        opened.wait_for_timeout(100)
        task = root.locator(".task")
        heights.add(task.bounding_box()["height"])
        words.add(task.inner_text())
    assert len(heights) == 1 and len(words) == 3


@pytest.mark.parametrize("width", [900, 1180])
def test_the_task_of_the_windows_leaves_the_picture_in_its_place(opened, width):
    opened.set_viewport_size({"width": width, "height": 850})
    root, tops = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("WindowsExplorer")), set()
    for horizon, stride in ((1, 1), (2, 1), (30, 30), (30, 60)):
        for name, value in (("horizon, days asked for", horizon), ("stride, days from", stride)):
            field = root.get_by_label(re.compile(f"^{name}.*number$"))
            field.fill(str(value))
            field.press("Enter")
        opened.wait_for_timeout(100)
        tops.add(
            root.evaluate("e => e.querySelector('.stage').getBoundingClientRect().top - e.getBoundingClientRect().top")
        )
    assert len(tops) == 1


def explorer(page, name):
    """The explorer of a page, at the top of what is seen."""
    page.set_viewport_size({"width": 1180, "height": 850})
    root = page.locator(".lstm-notes").nth(list(browser.CELLS).index(name))
    root.locator(browser.PICTURE).wait_for()
    root.evaluate("(root) => root.scrollIntoView()")
    return root


def box(root, selector):
    return root.locator(selector).bounding_box()


def test_one_window_is_read_and_walked_cell_by_cell(opened):
    """A pointer is told a cell's numbers, also of a step to come; a press goes there, a second press stays there,
    though the task has more to say; arrow keys go on in the picture's directions, and Reset says where it goes."""
    root, mouse = explorer(opened, "OneWindowExplorer"), opened.mouse
    words = lambda part: root.locator(f"svg [data-part={part}]").text_content()  # noqa: E731
    root.get_by_label("window, counted from 0", exact=True).press("End")
    root.get_by_label("step t, 0 before the first day", exact=True).press("Home")
    opened.wait_for_timeout(100)
    C = box(root, "[data-part=touch-map-C]")
    at = C["x"] + 7.5 / 14 * C["width"], C["y"] + 7.5 / 8 * C["height"]  # the task's answer
    mouse.move(*at)
    told, picture = root.locator(".says").inner_text(), box(root, browser.PICTURE)
    assert box(root, ".says")["y"] > at[1] + 8
    for _ in range(2):
        mouse.down()
        mouse.up()
        opened.wait_for_timeout(100)
        value, change = words("C-words").split()[-1], words("C-formula-0").split()[-1]
        assert told == f"unit 7, step 8: C₈ = {value}, a change of {change}"
        assert "step 8 of 14" in words("headline") and words("unit") == "unit 7"
        assert box(root, browser.PICTURE) == picture and "✓ Done" in root.locator(".task").inner_text()
    for key, step, unit in (("ArrowUp", 8, 6), ("ArrowDown", 8, 7), ("ArrowRight", 9, 7), ("ArrowDown", 9, 7)):
        opened.keyboard.press(key)
        opened.wait_for_timeout(60)
        assert f"step {step} of 14" in words("headline") and words("unit") == f"unit {unit}", key
    reset = root.get_by_role("button", name="Reset")
    assert reset.get_attribute("title") == "back to step 0, before the first day"


def test_the_numbers_of_w_are_walked_and_words_hide_no_bar(opened):
    root = explorer(opened, "SharedWeightsExplorer")
    root.locator("[data-part=part-2-4]").hover(force=True)
    told = box(root, ".says")
    stack = (
        [f"bar-{b}-{t}" for b in range(3) for t in range(5)] + [f"sum-{b}-words" for b in range(3)] + ["total-words"]
    )
    for part in stack:
        other = box(root, f"[data-part={part}]")
        assert other["x"] > told["x"] + told["width"] or other["y"] + other["height"] < told["y"], part
    root.locator("[data-part=W-7-3]").click(force=True)
    opened.wait_for_timeout(500)  # the frame glides there
    before = box(root, "[data-part=mark-number]")
    for key, right, down in (("ArrowDown", 0, 1), ("ArrowLeft", -1, 0), ("ArrowUp", 0, -1), ("ArrowRight", 1, 0)):
        opened.keyboard.press(key)  # from f's last unit to C̃'s first, and back
        opened.wait_for_timeout(60)
        after = box(root, "[data-part=mark-number]")
        for side, way in (("x", right), ("y", down)):
            assert (after[side] > before[side] + 10) - (after[side] < before[side] - 10) == way, key
        before = after
    reset = root.get_by_role("button", name="Reset")
    assert reset.get_attribute("title") == "back to W₀, before the first update"


@pytest.mark.parametrize("opened", [{"reduced_motion": "no-preference"}, {"reduced_motion": "reduce"}], indirect=True)
def test_the_parts_of_a_number_flow_to_their_stack(opened):
    """And an update's sum flows to W; unless the reader wants no motion."""
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("SharedWeightsExplorer"))
    root.scroll_into_view_if_needed()
    moving = opened.evaluate("matchMedia('(prefers-reduced-motion: no-preference)').matches")
    opened.evaluate("""() => {
        window.moved = [];
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (...given) {
            window.moved.push(this.dataset.part);
            return animate.apply(this, given);
        };
    }""")
    bars = {f"bar-{window}-{step}" for window in range(3) for step in range(5)}
    for touched, moved in (("W-9-5", bars), ("update", {"pulse", "use-0-0", "use-2-4"})):
        root.locator(f"[data-part='{touched}']").click(force=True)
        opened.wait_for_timeout(300)
        found = set(opened.evaluate("window.moved.splice(0)"))
        assert moved <= found if moving else not found, touched


@pytest.mark.parametrize("width", [390, 1180])
def test_nothing_is_cut_or_covered_on_any_unseen_day(opened, width):
    """Forecasts come as close to each other as they like: their labels keep apart, on each of the 365 days."""
    opened.set_viewport_size({"width": width, "height": 850})
    opened.wait_for_function(f"document.querySelectorAll('.lstm-notes svg').length === {len(browser.CELLS)}")
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("UnseenDayExplorer"))
    found = root.evaluate(f"""async (root) => {{
        const range = root.querySelector("input[type=range]"), found = {{}};
        for (let day = 0; day <= Number(range.max); day++) {{
            range.value = day;
            range.dispatchEvent(new Event("input"));
            await new Promise(requestAnimationFrame);
            const [faults] = ({FAULTS})(root), title = root.querySelector("[data-part=title]").textContent;
            found[title] = faults;
        }}
        return found;
    }}""")
    assert len(found) == 365 and not any(found.values()), {day: each for day, each in found.items() if each}


def test_a_pointer_is_told_an_unseen_days_numbers(opened):
    """All of the year's bars and the window's values can be read, one at a time."""
    opened.set_viewport_size({"width": 1180, "height": 850})
    opened.wait_for_function(f"document.querySelectorAll('.lstm-notes svg').length === {len(browser.CELLS)}")
    root = opened.locator(".lstm-notes").nth(list(browser.CELLS).index("UnseenDayExplorer"))
    temperature = load_weather()["temp_max"]
    for part, said in (
        ("touch-day", rf"2015-07-02: {temperature[-183]:.1f} °C\nLSTM [\d.]+ off, persistence [\d.]+ off"),
        ("touch-step window", rf"2014-12-16, day 15: {temperature[-381]:.1f} °C"),
        ("touch-step states-h", r"2014-12-16, day 15: unit [0-7], h ≈ −?0\.\d"),
    ):
        place = root.locator(f"[data-part='{part}']")
        place.scroll_into_view_if_needed()
        size = place.bounding_box()
        place.hover(position={"x": size["width"] * (0.49 if "step" in part else 0.5), "y": size["height"] / 2})
        assert re.fullmatch(said, root.locator(".says").text_content()), root.locator(".says").text_content()


def test_the_map_of_settings_is_pressed_and_turned(opened):
    """The nearest point is selected, and told before; its axes are never the same; the winner that falls furthest is
    found once every seed was looked at."""
    root, mouse = explorer(opened, "TuningExplorer"), opened.mouse
    words = lambda part: root.locator(f"svg [data-part={part}]").text_content()  # noqa: E731
    menus = [root.get_by_label(name, exact=True) for name in ("across", "up")]
    for rank in (12, 60):
        point = box(root, f"[data-part=point-{rank}]")
        mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
        told = re.match(r"rank (\d+) of 64", root.locator(".says").text_content())[1]
        mouse.down()
        mouse.up()
        opened.wait_for_timeout(60)
        assert words("selected-words-0").startswith(f"rank {told} of 64, ")
        opened.keyboard.press("ArrowLeft")
        opened.wait_for_timeout(60)
        assert words("selected-words-0").startswith(f"rank {int(told) - 1} of 64, ")
    for k, name, values in (
        (0, "units", ["units", "learning_rate"]),
        (1, "epochs", ["units", "epochs"]),
        (1, "units", ["epochs", "units"]),
    ):
        menus[k].select_option(name)
        opened.wait_for_timeout(60)
        assert [menu.input_value() for menu in menus] == values
        assert words("ylabel") == f"{values[1]} ↑".replace("_", " ")
    goal = root.locator(".task").first
    root.get_by_label("2013", exact=True).check()
    fallen = []
    for seed in range(5):
        assert "Done" not in goal.inner_text()
        root.get_by_label(f"{seed}", exact=True).check()
        opened.wait_for_timeout(60)
        fallen.append(int(re.search(r"rank (\d+) of 64 in 2014", goal.inner_text())[1]))
    root.get_by_label(f"{fallen.index(max(fallen))}", exact=True).check()
    root.get_by_role("button", name="Winner").press("Enter")
    opened.wait_for_timeout(60)
    assert f"✓ Done. The winner by seed {fallen.index(max(fallen))}: rank" in goal.inner_text()
    assert f"by each seed: ranks {', '.join(map(str, fallen))}; those" in goal.inner_text()
    root.locator("[data-part=touch-day]").hover()
    assert root.locator(".says").text_content().startswith("2014-07-3")
    assert not opened.errors


def test_a_saved_notebook_shows_stills_in_jupyterlab(chromium, notebook):
    saved = clean(nbformat.from_dict(notebook), outputs=True)
    assert "widget" not in nbformat.writes(saved).replace("ipywidget", "")
    with browser.Lab() as lab:
        nbformat.write(saved, lab.folder / "files" / "saved.ipynb")
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(f"{lab.url}/lab/tree/saved.ipynb?token={lab.token}")
        page.locator(".jp-OutputArea img").first.wait_for(timeout=60_000)
        for k in range(len(browser.CELLS)):
            picture = page.locator(".jp-OutputArea img").nth(k)
            picture.scroll_into_view_if_needed()
            assert picture.bounding_box()["width"] > 600 and len(picture.get_attribute("alt")) > 150
        assert page.locator(".lstm-notes").count() == 0
        page.close()
