"""Key press → changed picture, explorer by explorer in JupyterLab, beside ipywidgets with matplotlib (`make bench`).

The clock runs in the page, from the key event's own time stamp until the frame after the change has been painted.
"""

import numpy as np

from tools import browser

PRESSES = 40
WATCH = """(picture) => {
    window.waits = [];
    let pressed = null;
    document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
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
    print(f"\nKey press → changed picture in JupyterLab, ms over {PRESSES} presses (goal: median 60, worst 150):")
    with browser.browser() as running, browser.Lab() as lab:
        for name, cell in browser.CELLS.items():
            page = running.new_page(viewport={"width": 1300, "height": 1300})
            lab.open(page, name, [cell, "explorer"])
            root = page.locator(".lstm-notes")
            root.locator("svg").wait_for()
            if root.locator("input[type=range]").filter(visible=True).count():  # the self-test has nothing to drag
                line(name, waits(page, root.locator("svg"), *widest(root)))
            page.close()
        page = running.new_page(viewport={"width": 1300, "height": 1300})
        lab.open(page, "matplotlib", [MATPLOTLIB])
        page.locator(".jp-OutputArea img").wait_for()
        picture = page.locator(".widget-output")
        handle, keys = page.locator(".widget-slider .noUi-handle"), ["ArrowRight"] * PRESSES
        line("ipywidgets + matplotlib", waits(page, picture, handle, keys, gap=500))


def widest(root):
    """The visible range with most places, and the keys that find another place at each press."""
    ranges = root.locator("input[type=range]").filter(visible=True)
    places = [ranges.nth(k).evaluate("e => (e.max - e.min) / e.step") for k in range(ranges.count())]
    half = ["ArrowRight"] * (PRESSES // 2) + ["ArrowLeft"] * (PRESSES // 2)
    keys = half if max(places) >= PRESSES else ["ArrowLeft", "ArrowRight"] * (PRESSES // 2)
    return ranges.nth(int(np.argmax(places))), keys


def waits(page, picture, control, keys, gap=80):
    picture.evaluate(WATCH)
    control.focus()
    page.wait_for_timeout(1000)  # JupyterLab is still at work when the cell has just run
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(gap)
    return np.array(page.evaluate("window.waits"))


def line(name, times):
    if not len(times):
        raise RuntimeError(f"{name}: no key press changed the picture")
    print(f"  {name:<24} median {np.median(times):5.0f}  worst {times.max():5.0f}  seen {len(times)}", flush=True)


if __name__ == "__main__":
    report()
