"""A notebook that has run, as one HTML file: explorers that move without a kernel, formulas, pictures, no network."""

import html
import json
import re
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbformat.v4 import new_markdown_cell, new_notebook
from pygments.formatters import HtmlFormatter

FOLDER = Path(__file__).resolve().parent
VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"
# A link to a notebook or a Markdown file of this folder or a neighbour: its name, the place in it, its words.
FILE = re.compile(r'<a href="(?![a-z]+:)(?:[^"#]*/)?([\w.-]+)\.(?:ipynb|md)(#[^"]*)?">(.*?)</a>', re.S)
MATH = re.compile(r"(```.*?```|`[^`\n]*`)|\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.S)
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{body}
<script type="application/json" id="explorers">{explorers}</script>
<script type="module">
{host}
</script>
</body>
</html>
"""


def page(notebook, among=None, title=""):
    """The HTML of a notebook whose explorers' state stands in its metadata, as nbclient leaves it.

    `among` are the names of the pages that there are, as 03_sequence_processing: of a link to another one the words
    remain. None: all are. `title` is for one whose first cell has no heading.
    """
    notebook = nbformat.from_dict(notebook)
    states = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    models, scripts, style = {}, [], ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = MATH.sub(mathml, cell.source)
        for output in cell.get("outputs", []):
            view = output.get("data", {}).pop(VIEW, None)
            model = states.get(view["model_id"]) if view else None
            if model and "_esm" in model["state"]:
                state, name = dict(model["state"]), view["model_id"]
                script, style = state.pop("_esm"), state.pop("_css")
                scripts += [script] if script not in scripts else []
                models[name] = {"state": state, "buffers": model.get("buffers", []), "script": scripts.index(script)}
                still = output.data["text/html"]
                output.data = {"text/html": f'<div data-explorer="{html.escape(name)}">{still}</div>'}
    body, _ = HTMLExporter(template_name="basic", exclude_anchor_links=True).from_notebook_node(notebook)
    body = re.sub(r"<h([2-6])>(.*?)</h\1>", heading, body)
    body = FILE.sub(lambda found: to_page(found, among), body)
    headed = re.search(r"^# (.*)$", notebook.cells[0].source, re.M)
    explorers = json.dumps({"models": models, "scripts": scripts, "style": style}, ensure_ascii=False)
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    styles = [
        HtmlFormatter(style="friendly").get_style_defs(".highlight"),
        f"@media (prefers-color-scheme: dark) {{\n{dark}\n}}",
        (FOLDER / "page.css").read_text("utf-8"),
    ]
    return PAGE.format(
        title=html.escape(headed[1] if headed else title),
        style="\n".join(styles),
        body=body,
        explorers=explorers.replace("</", "<\\/"),
        host=(FOLDER / "page.js").read_text("utf-8"),
    )


def document(path, among=None):
    """The page of a Markdown file, as `page` makes it of a notebook."""
    return page(new_notebook(cells=[new_markdown_cell(path.read_text("utf-8"))]), among, title=path.stem.capitalize())


def to_page(found, among):
    """A link to a file of the course as one to the file's page, which lies beside this one."""
    name, place, words = found.groups()
    return f'<a href="{name}.html{place or ""}">{words}</a>' if among is None or name in among else words


def heading(found):
    """A heading that a link finds, under the name that JupyterLab gives it."""
    level, words = found.groups()
    name = re.sub(r"<.*?>", "", words).replace(" ", "-").replace('"', "&quot;")
    return f'<h{level} id="{name}">{words}</h{level}>'


def mathml(found):
    """A formula as MathML, which browsers draw by themselves; code stays as it is."""
    code, block, inline = found.groups()
    if code:
        return code
    return convert((block or inline).strip(), display="block" if block else "inline")
