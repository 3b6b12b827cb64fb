"""The course's first page, my_course/00_start.md: what it asks, its map, four ways through it, and how far you are.

`make lab` writes it anew, and opens it. It is Markdown, so that JupyterLab needs nothing of ours to show it: links open
the reader's copies, the picture is in the page.
"""

import base64
import html
import re
import time

from lstm_notes.pictures.course_diagrams import MAP, course_map
from tools import copies, minutes

# Each way's name, what it shows, its notebooks (None: all of them), and the minutes that it may take, exercises aside.
PATHS = (
    ("Two hours", "what an LSTM computes, from one step by hand to a whole window", ("01", "02", "03"), 120),
    ("Half a day", "and how it learns, and what is lost on the way back", ("01", "02", "03", "04", "05"), 240),
    ("A day", "and whether its forecast is worth anything", ("01", "02", "03", "04", "05", "06"), 300),
    ("All of it", "how long it remembers, how sure a forecast is, what is believed of it and false", None, None),
)
PAGE = """\
# Understanding LSTMs, by running them

**What does an LSTM compute, and is its forecast worth anything?** {go_on}

{notices}{picture}

## Where you are

{table}

*Run* counts the cells that you have run, *exercises* those whose check said ✓: as your notebooks were saved by {now}.
`make lab` writes this page anew; reload it in the browser then.

## Four ways through

{paths}

## How to

- **Run a cell**: Shift+Enter. Where you are asked to predict, say what will come out before you run the cell: nothing
  stands there yet.
- **Find a notebook**: the links above, or the folder at the left edge (Ctrl+B).
- **Begin one anew**: `make reset NB=02` in a terminal, in the course's folder. What you wrote is kept beside it, as
  kept-1_02….ipynb. Without make: `python course.py reset 02`.
- **A question of your own, or an error message?** [QUESTIONS](QUESTIONS.md) answers twenty that are asked most; its
  links lead to your copies.
- These notebooks are your copies: write into them whatever you like. The originals, with everything that came out, are
  in [notebooks](../notebooks); [README](../README.md) says the rest.
{kept}"""
NAMES = {number: name for number, name, *_ in MAP}


def write():
    """Write the page as the reader's copies are now."""
    copies.MY_COURSE.mkdir(exist_ok=True)
    (copies.MY_COURSE / copies.FIRST_PAGE).write_text(page(), encoding="utf-8")


def page():
    """The page as Markdown."""
    rows = [_row(path) for path in copies.originals()]
    here = next((number for number, *_, progress in rows if not progress.whole), None)
    begun = any(progress.run for *_, progress in rows)
    if here is None:
        go_on = "You have run all of it."
    else:
        (link,) = (link for number, link, *_ in rows if number == here)
        go_on = f"{'Go on' if begun else 'Begin'} with {link}."
    kept = [_link(path.name, path.name) for path in sorted(copies.MY_COURSE.glob("kept-*.ipynb"))]
    return PAGE.format(
        go_on=go_on,
        notices="".join(f"> {notice}\n\n" for notice in copies.notices()),
        picture=_picture(here),
        table=_table(rows),
        now=time.strftime("%d %B %Y, %H:%M"),
        paths="\n".join(_path(*path, rows) for path in PATHS),
        kept=f"- Kept from before: {', '.join(kept)}.\n" if kept else "",
    )


def _row(path):
    """Of a notebook: its number, a link to the reader's copy, its question, its minutes, how far the reader is."""
    original = minutes.read(path)
    number = copies.number(path)
    link = _link(_together(f"{number} · {NAMES.get(number, path.stem)}"), path.name)
    first = "".join(original["cells"][0]["source"])
    (question,) = re.findall(r"^\*\*The question\.\*\* (.*?)\n\n", first, re.M | re.S)
    done = copies.progress(copies.MY_COURSE / path.name)
    return number, link, " ".join(question.split()), minutes.minutes(original), done


def _table(rows):
    lines = ["| notebook | its question | minutes | run | exercises |", "| --- | --- | --- | --- | --- |"]
    for _, link, question, (reading, apart), progress in rows:
        run = "✓" if progress.whole else f"{progress.run} of {progress.cells}" if progress.run else "–"
        tasks = [f"{'✓' if name in progress.solved else '○'} {name}" for name in progress.exercises]
        tasks += [f"{'' if name == 'exercises' else f'{name} '}{each} min" for name, each in apart.items()]
        lines.append(f"| {link} | {question} | {reading} | {_together(run)} | {' '.join(map(_together, tasks))} |")
    return "\n".join(lines)


def _path(name, what, numbers, longest, rows):
    chosen = [row for row in rows if numbers is None or row[0] in numbers]
    if numbers is None:
        way = f"{chosen[0][1]} to {chosen[-1][1]}"
    else:
        way = ", ".join(link for _, link, *_ in chosen)
    return f"- **{name}**: {what}. {way}: {reading_time(chosen)} without the exercises."


def reading_time(rows):
    """The minutes of some rows together, as hours and minutes."""
    hours, rest = divmod(sum(reading for *_, (reading, _), _ in rows), 60)
    return _together(f"{hours} h {rest} min" if rest else f"{hours} h")


def _picture(here):
    """The map as an image in the page, for a light page and a dark one: its boxes have grounds of their own, its paper
    is left out, and its arrows are grey."""
    drawing = course_map(here if here in NAMES else None)
    svg = re.sub(r'<rect class="page"[^>]*/>', "", drawing.svg)
    svg = re.sub(r"(<(?:path|line|polyline|polygon)[^>]*?)#222222", r"\1#808080", svg)
    source = base64.b64encode(svg.encode()).decode()
    return f'<img alt="{html.escape(drawing.description)}" src="data:image/svg+xml;base64,{source}" width="760">'


def _link(words, target):
    return f"[{words}]({target})"


def _together(words):
    """Words that stay on one line."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
