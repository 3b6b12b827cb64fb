"""A picture as a notebook shows it, in the colours of the page that it stands on.

    SVG, light ─┬─ PNG: what every host shows, and the source of an <img> whose alt text is the description
                └─ dark(SVG), kept in a property of that <img>; a rule shows it on pages that are known to be dark

Where a host strips styles, or is unknown, the light PNG stays.
"""

import base64
import colorsys
import html
import re
from functools import lru_cache
from pathlib import Path

from .palette import DARK, DARK_INK

# JupyterLab, a page by nbconvert, VS Code. A page of the course has a rule of its own, in tools/page.css.
DARK_HOST = ':is([data-jp-theme-light="false"],.vscode-dark)'
STYLE = f"<style>@media screen{{{DARK_HOST} .lstm-picture{{content:var(--dark)}}}}</style>"


def described(svg, description, width, zoom=2, caption=""):
    """The MIME bundle of a picture, `width` points wide on the page, that its `description` stands for, and of a
    `caption` below it. `zoom` is how many of the PNG's points make one of the SVG's."""
    png, dark_svg = _encoded(png_of(svg, zoom)), _encoded(dark(svg).encode())
    image = (
        f'<img alt="{html.escape(description)}" src="data:image/png;base64,{png}" width="{width}" '
        f'class="lstm-picture" style="--dark:url(data:image/svg+xml;base64,{dark_svg})">'
    )
    below = f"<br><small>{html.escape(caption)}</small>" if caption else ""
    return {"image/png": png, "text/html": image + below + STYLE, "text/plain": description}


def dark(svg):
    """The same picture for a dark page: each colour as the palette has it there, and a heat map's (an image) as bright
    as they were dark, of the same hue."""
    svg = re.sub(r'(?<=[:"])( ?)(#[0-9A-Fa-f]{6})\b', lambda found: found[1] + dark_color(found[2]), svg)
    svg = svg.replace('"white"', f'"{dark_color("#FFFFFF")}"')
    # Black is what has no colour of its own.
    rules = f"svg{{fill:{DARK_INK}}}image{{filter:invert(1) hue-rotate(180deg)}}"
    return re.sub(r"<svg [^>]*>", lambda found: f"{found[0]}<style>{rules}</style>", svg, count=1)


def dark_color(color):
    """What stands for `color` (#rrggbb) on a dark page; a colour that the palette lacks is as bright as it was dark."""
    if color.upper() in DARK:
        return DARK[color.upper()]
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)))
    mirrored = colorsys.hls_to_rgb(hue, 1 - lightness, saturation)
    return "#" + "".join(f"{round(255 * channel):02X}" for channel in mirrored)


@lru_cache(maxsize=32)
def png_of(svg, zoom=2):
    """An SVG source as PNG bytes, with the fonts that matplotlib ships."""
    import matplotlib
    import resvg_py

    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=[str(fonts / f"DejaVuSans{kind}.ttf") for kind in ("", "-Bold", "Mono", "Mono-Bold")],
            font_family="DejaVu Sans",
        )
    )


def _encoded(data):
    return base64.b64encode(data).decode()
