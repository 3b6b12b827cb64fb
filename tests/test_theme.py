"""Pictures on a light and on a dark page: what their bundle holds, and what a browser makes of it."""

import base64
import io
import re
import time

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from nbformat.sign import NotebookNotary

from lstm_notes import LSTMWeights
from lstm_notes.explorers import CellExplorer
from lstm_notes.pictures import diagrams, plots
from lstm_notes.pictures.palette import DARK, DARK_FAINT, DARK_INK, DARK_PAGE, FAINT, INK, LOOK, PAGE
from lstm_notes.pictures.theme import dark, dark_color
from tests.test_look import contrast
from tools import browser
from tools.notebooks import clean
from tools.page import page as page_of

COLOR = re.compile(r"#[0-9A-Fa-f]{6}\b")
CELLS = [  # of which `bundles` has the pictures
    "import numpy as np\nfrom lstm_notes.pictures import diagrams, plots",
    "plots.lines({'C': np.sin(np.arange(20)), 'own': np.cos(np.arange(20))})",
    "diagrams.cell_structure()",
]


@pytest.fixture(scope="module")
def bundles():
    """A picture of each kind, as a notebook gets it."""
    shown = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plots, "display", shown.append)
        plots.lines({"C": np.sin(np.arange(20)), "own": np.cos(np.arange(20))})
        plots.weights(LSTMWeights.initial(2, 3))
    curves, heat_map = shown
    diagram, still = diagrams.cell_structure()._repr_mimebundle_(), CellExplorer()._repr_mimebundle_()[0]
    return {"curves": curves, "heat map": heat_map, "diagram": diagram, "still": still}


KINDS = pytest.mark.parametrize("kind", ["curves", "heat map", "diagram", "still"])


def dark_svg(bundle):
    (encoded,) = re.findall(r"--dark:url\(data:image/svg\+xml;base64,([^)]+)\)", bundle["text/html"])
    return base64.b64decode(encoded).decode()


def look_at(png):
    """The commonest colour of a picture, and the largest contrast with it of the hundred that come next."""
    red, green, blue = (imread(io.BytesIO(png))[..., :3] * 255).round().astype(int).reshape(-1, 3).T
    colors, counts = np.unique(red << 16 | green << 8 | blue, return_counts=True)
    page, *others = (f"#{colors[k]:06X}" for k in (-counts).argsort()[:101])
    return page, max(contrast(page, color) for color in others)


@KINDS
def test_a_picture_without_styles_is_light_and_described(bundles, kind):
    bundle = bundles[kind]
    (alt,) = re.findall(r'^<img alt="([^"]{40,})" src="data:image/png;base64,', bundle["text/html"])
    assert alt == bundle["text/plain"] and bundle["image/png"] in bundle["text/html"]
    page, ink = look_at(base64.b64decode(bundle["image/png"]))
    assert page == PAGE and ink > 12


@KINDS
def test_no_colour_of_a_light_page_is_on_a_dark_one(bundles, kind):
    svg = dark_svg(bundles[kind])
    seen = {color.upper() for color in COLOR.findall(svg)}
    assert {DARK_PAGE, DARK_INK} < seen and not seen & set(DARK) and '"white"' not in svg


@KINDS
def test_words_can_be_read_on_a_dark_page(bundles, kind):
    """4.5 to 1, as WCAG asks of words, for every colour that is no area's."""
    seen = {color.upper() for color in COLOR.findall(dark_svg(bundles[kind]))}
    lines = seen - {DARK_PAGE} - {look.dark_tint for look in LOOK.values()}
    assert len(lines) >= 3 and min(contrast(DARK_PAGE, color) for color in lines) >= 4.5


def test_black_words_of_matplotlib_which_have_no_colour_are_ink(bundles):
    assert f"<style>svg{{fill:{DARK_INK}}}" in dark_svg(bundles["curves"])


def test_things_of_one_colour_have_one_colour_in_the_dark():
    for look in LOOK.values():
        assert (dark_color(look.color), dark_color(look.tint)) == (look.dark, look.dark_tint)
    pairs = {PAGE.lower(): DARK_PAGE, INK: DARK_INK, FAINT: DARK_FAINT}
    assert {color: dark_color(color) for color in pairs} == pairs


def test_other_colours_are_as_bright_as_they_were_dark():
    assert dark_color("#000080") == "#7F7FFF" and dark_color("#f0f0f0") == "#0F0F0F"


def test_words_about_colours_stay():
    svg = "<svg a='b'><desc>issue #123456, a white page: &#x27;</desc></svg>"
    assert "<desc>issue #123456, a white page: &#x27;</desc>" in dark(svg)


# ---------------------------------------------------------------------------------------------------------------
# In a browser.


@pytest.fixture
def saved(bundles):
    """A notebook as it is saved, a picture a cell."""
    cells = [nbformat.v4.new_markdown_cell("# Pictures")]
    for bundle in bundles.values():
        data = {kind: bundle[kind] for kind in ("image/png", "text/html", "text/plain")}
        output = nbformat.v4.new_output("display_data", data)
        cells.append(nbformat.v4.new_code_cell(execution_count=1, outputs=[output]))
    return clean(nbformat.v4.new_notebook(cells=cells), outputs=True)


def look_at_all(images, color, bundles):
    """On the screen, all pictures have this page's colour, ink that can be read, their words and their shape."""
    images.nth(len(bundles) - 1).wait_for(timeout=60_000)
    assert images.count() == len(bundles)
    for k, bundle in enumerate(bundles):
        image = images.nth(k)
        for _ in range(50):  # the browser may show a picture a moment after it has its colours
            page, ink = look_at(image.screenshot())
            if page == color and ink > 12:
                break
            time.sleep(0.1)
        assert page == color and ink > 12
        assert image.get_attribute("alt") == bundle["text/plain"] and "img" in image.aria_snapshot()
        assert re.sub(r"\W", "", bundle["text/plain"])[:40] in re.sub(r"\W", "", image.aria_snapshot())
        height, width, _ = imread(io.BytesIO(base64.b64decode(bundle["image/png"]))).shape
        box = image.bounding_box()
        assert abs(box["height"] / box["width"] - height / width) < 0.01 and box["width"] > 500


def test_on_a_page_pictures_follow_the_browser(chromium, bundles, saved, tmp_path):
    file = tmp_path / "page.html"
    file.write_text(page_of(saved), encoding="utf-8")
    for scheme, color in (("light", PAGE), ("dark", DARK_PAGE)):
        page = chromium.new_page(viewport={"width": 1100, "height": 900}, color_scheme=scheme)
        page.goto(file.as_uri())
        look_at_all(page.locator("img"), color, bundles.values())
        page.emulate_media(media="print", color_scheme=scheme)  # on paper all are light
        assert page.locator("img").first.evaluate("(image) => getComputedStyle(image).content") == "normal"
        page.close()


def test_in_jupyterlab_pictures_follow_the_theme(chromium, bundles, saved):
    """Once run, or trusted, they do; opened as saved, where no style is trusted, they are light."""
    with browser.Lab() as lab:
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        images = page.locator(".jp-OutputArea img")
        lab.open(page, "run", CELLS, dark=True)
        look_at_all(images, DARK_PAGE, [bundles["curves"], bundles["diagram"]])
        change_theme(page, "Light")
        look_at_all(images, PAGE, [bundles["curves"], bundles["diagram"]])
        change_theme(page, "Dark")
        for name, color in (("unknown", PAGE), ("trusted", DARK_PAGE)):
            if name == "trusted":
                NotebookNotary(data_dir=str(lab.folder / "data")).sign(saved)
            nbformat.write(saved, lab.folder / "files" / f"{name}.ipynb")
            page.goto(f"{lab.url}/lab/workspaces/{name}/tree/{name}.ipynb?token={lab.token}")
            page.wait_for_selector('[data-jp-theme-name="JupyterLab Dark"]', state="attached", timeout=60_000)
            look_at_all(images, color, bundles.values())
        page.close()


def change_theme(page, name):
    page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {name}"
    )
    page.wait_for_selector(f'[data-jp-theme-name="JupyterLab {name}"]', state="attached")
