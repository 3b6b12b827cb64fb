"""The cell's picture, touched in a real JupyterLab: Python knows what was set, and the focus is on its control."""

import os

import pytest

from tools import browser

from .test_explorers import Opened

if browser.find() is None and not os.environ.get("CI"):
    pytest.skip(browser.ADVICE, allow_module_level=True)


@pytest.fixture(scope="module")
def opened():
    with browser.browser() as chromium, browser.Lab() as lab:
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        yield Opened(lab, page, "CellExplorer")


@pytest.mark.parametrize(
    "name, words, end",
    [
        ("x", "input x", 3),
        ("h", "hidden state h before the step", 1),
        ("C", "cell state C before the step", 3),
    ],
)
def test_what_goes_in_is_dragged(opened, name, words, end):
    opened.root.get_by_role("button", name="Step").press("Enter")
    state, focus = opened.pull(f"touch-given {name}", (200, 0), (400, 0))
    assert state[name] == end and focus == words
    assert (state["path"] == []) is (name != "x")  # h and C set by hand begin anew
    state, _ = opened.pull(f"touch-given {name}")
    assert state[name] == 0.0  # its gauge's middle
    opened.page.keyboard.press("ArrowRight")
    opened.settle("ArrowRight")
    assert opened.state()[name] == 0.01


def test_a_click_chooses_a_gate(opened):
    for gate in "igof":
        state, focus = opened.pull(f"touch-{gate}", share=0.1)
        assert state["gate"] == gate == focus
        opened.root.locator("input[type=radio]:checked").evaluate(f"e => {{ if (e.value !== '{gate}') throw e.value }}")


@pytest.mark.parametrize("gate, bias", [("i", "b_i"), ("g", "b_C"), ("o", "b_o"), ("f", "b_f")])
def test_a_point_on_a_curve_moves_its_bias(opened, gate, bias):
    before = opened.state()
    state, focus = opened.pull(f"touch-bias {gate}", (15, 0), (30, 0))
    assert state[bias] > before[bias] and state["gate"] == gate and focus.endswith(": b bias")
    assert {name for name in state if state[name] != before[name]} <= {bias, "gate"}
    state, _ = opened.pull(f"touch-bias {gate}", (-200, 0), (-400, 0))
    dot, well = (opened.root.locator(f"[data-part='{part}']") for part in (f"dot-{gate}", f"{gate}-well"))
    assert abs(float(dot.get_attribute("cx")) - float(well.get_attribute("x"))) < 0.05  # z = −6
    after, _ = opened.pull(f"touch-bias {gate}")
    assert after == state  # pressed alone, it stays
    up, _ = opened.pull(f"touch-bias {gate}", (1, -20), (2, -39))  # half the well's depth
    assert abs(float(dot.get_attribute("cy")) - float(well.get_attribute("y")) - 39) < 1 and up[bias] > after[bias]


def test_the_valve_is_the_forget_gates(opened):
    """Pointing at it lights f, and not C; pulled down it closes."""
    opened.lab.ask(opened.page, 'explorer.preset("worked by hand")')
    opened.settle("worked by hand")
    valve = opened.root.locator("[data-part='touch-valve']")
    valve.dispatch_event("pointerover")
    lit = valve.evaluate("e => [...e.ownerSVGElement.querySelectorAll('.lit')].map((each) => each.dataset.part)")
    assert "f" in lit and "c0" not in lit
    state, focus = opened.pull("touch-valve", (0, 20), (0, 39))
    assert state["b_f"] < -0.5 and state["gate"] == "f" and focus == "f: b bias"


def test_reset_goes_back_to_where_the_steps_began(opened):
    """Or to the start of the preset that was chosen since then, here or in Python."""

    def press(name):
        opened.root.get_by_role("button", name=name, exact=True).press("Enter")
        opened.settle(name)

    def now():
        return {name: opened.state()[name] for name in ("h", "C", "path", "gate")}

    for choose in (lambda: press("latch"), lambda: opened.lab.ask(opened.page, 'explorer.preset("latch")')):
        press("worked by hand")
        press("Step")
        choose()
        opened.settle("latch")
        press("Reset")
        assert now() == {"h": 0.0, "C": 0.0, "path": [], "gate": "i"}
    opened.lab.ask(opened.page, "explorer.C, explorer.W_fx = -2.0, 1.5")
    for name in ("Step", "Step", "Reset"):
        press(name)
    assert now() == {"h": 0.0, "C": -2.0, "path": [], "gate": "i"}
    assert "before the first step" in opened.root.get_by_role("button", name="Reset").get_attribute("title")


def test_pointing_at_x_leaves_the_curves_alone(opened):
    lit = opened.root.evaluate(
        """root => {
            root.querySelector(".picture text.x").dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
            return [...root.querySelectorAll("svg .lit")].map((element) => element.getAttribute("class"));
        }"""
    )
    assert "x lit" in lit and not [name for name in lit if "curve" in name]


# Press a button, and look at the line of C in every frame until it has moved and stands still, or for a second: its
# places, from where on the right it came, and how long the way takes.
WATCHED = """async (step) => {
    step.click();
    const places = [], times = new Set(), begin = performance.now();
    while (performance.now() < begin + 1000 && !(places[0] > 0 && places.at(-1) === 0)) {
        await new Promise(requestAnimationFrame);
        const line = document.querySelector("[data-part='line-before']");
        const place = new DOMMatrix(getComputedStyle(line).transform).m41;
        if (place > 0 || places.length) places.push(place);
        for (const way of line.getAnimations()) times.add(way.effect.getTiming().duration);
    }
    return [places, [...times]];
}"""


def test_a_step_moves_what_it_moves(opened):
    """The line of C comes from the right, in 300 ms; where motion is not welcome, it is there at once."""
    step = opened.root.get_by_role("button", name="Step")
    places, times = step.evaluate(WATCHED)
    assert places[0] > places[-1] == 0 and times == [300]
    opened.page.emulate_media(reduced_motion="reduce")
    assert step.evaluate(WATCHED) == [[], []]
    opened.page.emulate_media(reduced_motion="no-preference")
