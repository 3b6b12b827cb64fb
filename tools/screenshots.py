"""Photograph the explorers, light and dark, into figures/, and film the cell: for the README and the gallery.

They come from a page without a kernel, so a browser is all it takes (`make screenshots`). Their pixels differ from
machine to machine, so no test compares them; figures.py lists them in the gallery.
"""

import asyncio
import io
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from tools import browser
from tools.page import page as page_of

FOLDER = Path(__file__).resolve().parent.parent / "figures"
WIDTH = 1120  # as in a JupyterLab of 1300 pixels
BEGUN = {
    "TrainingRoom": "explorer.step(60)",
    "LongMemoryExplorer": "explorer.forget_bias = 3; explorer.step(120)",
    "DigitsExplorer": "explorer.training = 'wild'; explorer.step(60)",
    "PromptExplorer": "explorer.unit = 28; explorer.step(400)",
}  # where there is nothing to see at first
FILM = [  # of the cell: a latch is set by one step with a large x, and holds
    ("latch", None), ("Step", None), ("input x", 2.0), ("Step", None), ("input x", 0.0), *[("Step", None)] * 6,
    ("input x", 2.0), ("Step", None), ("input x", 0.0), *[("Step", None)] * 4,
]  # fmt: skip


def main():
    names = list(browser.CELLS)
    cells = [new_code_cell(f"{cell}\n{BEGUN.get(name, '')}\nexplorer") for name, cell in browser.CELLS.items()]
    notebook = new_notebook(cells=[new_markdown_cell("# Explorers"), *cells])
    client = NotebookClient(notebook, timeout=120)
    client.extra_arguments = ["--log-level=ERROR"]
    asyncio.run(client.async_execute())
    with tempfile.TemporaryDirectory() as folder, browser.browser() as running:
        file = Path(folder, "page.html")
        file.write_text(page_of(notebook), encoding="utf-8")
        for scheme in ("light", "dark"):
            size = {"width": WIDTH + 32, "height": 1000}
            page = running.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
            page.goto(file.as_uri())
            page.wait_for_function(f"document.querySelectorAll('.lstm-notes svg').length === {len(names)}")
            for k, name in enumerate(names):
                save(shot(page.locator(".lstm-notes").nth(k)), FOLDER / f"{name}_{scheme}.png")
            if scheme == "light":
                film(page, page.locator(".lstm-notes").nth(names.index("CellExplorer")), FOLDER / "CellExplorer.gif")
    print(f"figures/: {len(names)} explorers, light and dark, and CellExplorer.gif")


def film(page, root, file):
    frames = []
    for control, value in FILM:
        if value is None:
            root.get_by_role("button", name=control).press("Enter")
        else:
            field = root.get_by_label(f"{control}, as a number")
            field.fill(f"{value}")
            field.press("Enter")
        page.wait_for_timeout(100)
        image = shot(root.locator(".picture"))
        frames.append(image.resize((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS))
    frames = [frame.convert("P", palette=Image.Palette.ADAPTIVE, colors=128) for frame in frames]
    frames[0].save(file, save_all=True, append_images=frames[1:], duration=700, loop=0, optimize=True)


def shot(locator):
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB")


def save(image, file):
    image.quantize(256).save(file, optimize=True)


if __name__ == "__main__":
    main()
