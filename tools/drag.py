"""Key press or drag → changed picture, by explorer, in JupyterLab, beside ipywidgets with matplotlib (`make bench`).

The clock runs in the page, from the event's own time stamp until the frame after the change has been painted.
"""

import math
from functools import partial

import numpy as np

from tools import browser

PRESSES = 40
WATCH = """(picture) => {
    window.waits = [];
    let pressed = null;
    document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
    document.addEventListener("pointermove", (event) => { if (event.buttons) pressed = event.timeStamp; }, true);
    const changed = () => {
        if (pressed === null) return;
        const start = pressed;
        pressed = null;
        requestAnimationFrame(() => {
            const after = new MessageChannel();
            after.port1.onmessage = () => window.waits.push(performance.now() - start);
            after.port2.postMessage(null);
        });
    };
    new MutationObserver(changed).observe(
        picture, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
MATPLOTLIB = """
import numpy as np
import ipywidgets
import matplotlib.pyplot as plt
from IPython.display import display

slider = ipywidgets.FloatSlider(min=-3, max=3, step=0.01)
def draw(x):
    z = np.linspace(-6, 6, 97)
    figure, axes = plt.subplots(1, 2, figsize=(8, 3))
    for ax, values, at in zip(axes, (1 / (1 + np.exp(-z)), np.tanh(z)), (1 / (1 + np.exp(-x)), np.tanh(x))):
        ax.plot(z, values)
        ax.plot(x, at, "o")
    plt.show()
display(slider, ipywidgets.interactive_output(draw, {"x": slider}))
"""


def report():
    """Print the waits of every explorer, and of what one would use instead."""
    print(f"\nKey press → changed picture in JupyterLab, ms over {PRESSES} presses (goal: median 60, worst 150),")
    print("and pointer on the picture → changed picture over as many moves (goal: median 30, worst 150):")
    with browser.browser() as running, browser.Lab() as lab:
        for name, cell in browser.CELLS.items():
            page = running.new_page(viewport={"width": 1300, "height": 1300})
            lab.open(page, name, [cell, "explorer"])
            root, svg = page.locator(".lstm-notes"), page.locator(".lstm-notes .picture > svg")
            svg.wait_for()
            if root.locator("input[type=range]").filter(visible=True).count():  # the self-test has nothing to drag
                control, keys = widest(root)
                control.focus()
                line(name, waits(page, svg, [partial(page.keyboard.press, key) for key in keys]))
            if svg.locator(".handle").count():
                line(f"{name}, dragged", waits(page, svg, moves(page, svg.locator(".handle").first)))
                page.mouse.up()
            page.close()
        page = running.new_page(viewport={"width": 1300, "height": 1300})
        lab.open(page, "matplotlib", [MATPLOTLIB])
        page.locator(".jp-OutputArea img").wait_for()
        page.locator(".widget-slider .noUi-handle").focus()
        presses = [partial(page.keyboard.press, "ArrowRight")] * PRESSES
        line("ipywidgets + matplotlib", waits(page, page.locator(".widget-output"), presses, gap=500))


def moves(page, handle):
    """Press the pointer on the middle of `handle`; the moves to and fro around it."""
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return [partial(page.mouse.move, x + 40 * math.sin(k / 3), y + 25 * math.sin(k / 3)) for k in range(1, PRESSES + 1)]


def widest(root):
    """The visible range with most places, and the keys that find another place at each press."""
    ranges = root.locator("input[type=range]").filter(visible=True)
    places = [ranges.nth(k).evaluate("e => (e.max - e.min) / e.step") for k in range(ranges.count())]
    half = ["ArrowRight"] * (PRESSES // 2) + ["ArrowLeft"] * (PRESSES // 2)
    keys = half if max(places) >= PRESSES else ["ArrowLeft", "ArrowRight"] * (PRESSES // 2)
    return ranges.nth(int(np.argmax(places))), keys


def waits(page, picture, acts, gap=80):
    picture.evaluate(WATCH)
    page.wait_for_timeout(1000)  # JupyterLab is still at work when the cell has just run
    for act in acts:
        act()
        page.wait_for_timeout(gap)
    return np.array(page.evaluate("window.waits"))


def line(name, times):
    if not len(times):
        raise RuntimeError(f"{name}: nothing changed the picture")
    print(f"  {name:<30} median {np.median(times):5.0f}  worst {times.max():5.0f}  seen {len(times)}", flush=True)


if __name__ == "__main__":
    report()
