"""Run the notebooks without a browser, or save them as they come out of one clean run, or gather their claims.

notebooks.py run [02 …]      into build/notebooks; the sources stay as they are
notebooks.py save [02 …]     in place
notebooks.py page [02 …]     as pages that live without a kernel, into build/pages, with what they lead to beside them
notebooks.py claims          CLAIMS.md, from the notebooks as they are saved and the last `make machines`
"""

import asyncio
import importlib.util
import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.reader import NotJSONError

from lstm_notes import collect_claims, ledger
from lstm_notes.course.claims import text_digest
from lstm_notes.text import RECORDED, digest, load_topics
from tools import copies
from tools.page import VIEW, document, page

# What a notebook can do wrong by itself: each gets its line, and the others go on.
FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError, NotJSONError)
ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
DOCUMENTS = [ROOT / f"{name}.md" for name in ("REPORT", "QUESTIONS", "CLAIMS")]  # to which notebooks lead, or these
MACHINES = ROOT / "tools" / "machines.json"  # what `make machines` found


def main():
    command, *names = sys.argv[1:]
    if command == "claims":
        (ROOT / "CLAIMS.md").write_text(claims_page(), encoding="utf-8")
        print(f"CLAIMS.md: {len(collect_claims(NOTEBOOKS))} claims")
        return
    paths = [copies.named(name) for name in names] or copies.originals()
    folder = {"save": NOTEBOOKS, "run": ROOT / "build" / "notebooks", "page": ROOT / "build" / "pages"}[command]
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    pages = {path.stem for path in [*paths, *DOCUMENTS, *folder.glob("*.html")]}
    failed = asyncio.run(run_all(paths, folder, pages))
    if command == "page":
        for path in DOCUMENTS:
            copies.write(folder / f"{path.stem}.html", document(path, pages))
    seconds = time.monotonic() - start
    print(f"{len(paths) - len(failed)} of {len(paths)} notebooks in {seconds:.1f} s, in {folder.relative_to(ROOT)}")
    sys.exit(1 if failed else 0)


def claims_page():
    """CLAIMS.md as the saved notebooks and the last `make machines` have it."""
    digests = {path.stem: text_digest(path) for path in NOTEBOOKS.glob("*.ipynb")}
    machines = json.loads(MACHINES.read_text("utf-8")) if MACHINES.exists() else None
    return ledger(collect_claims(NOTEBOOKS), machines, digests)


async def run_all(paths, folder, pages):
    """Run as many notebooks at a time as there are cores; returns those that failed. `pages` are the names of all pages
    that there will be."""
    cores = asyncio.Semaphore(os.cpu_count() or 1)
    results = await asyncio.gather(*(run_one(path, folder, cores, pages) for path in paths))
    return [path for path, fine in zip(paths, results) if not fine]


async def run_one(path, folder, cores, pages):
    """Run one notebook in a fresh kernel, in its own folder; write it, or its page, only if it ran to its end."""
    async with cores:
        start = time.monotonic()
        try:
            notebook = clean(nbformat.read(path, as_version=4))
            if folder == NOTEBOOKS and (missing := lacking(notebook)):
                print(f"✗  {path.stem}: not saved; its cells with the tag {missing}")
                return False
            cells = sum(cell.cell_type == "code" for cell in notebook.cells)
            print(f"…  {path.stem}: {cells} cells", flush=True)
            client = NotebookClient(
                notebook, timeout=600, record_timing=False, resources={"metadata": {"path": path.parent}}
            )
            client.extra_arguments = ["--log-level=ERROR"]  # a kernel warns that it listens on this machine's loopback
            await client.async_execute()
        except FAILURES as error:
            print(f"✗  {path.stem}: stopped after {time.monotonic() - start:.1f} s\n{plain(str(error))}", flush=True)
            return False
        if folder.name == "pages":
            target, text = folder / f"{path.stem}.html", page(notebook, pages)
        else:
            target, text = folder / path.name, nbformat.writes(clean(notebook, outputs=True)) + "\n"
        copies.write(target, text)
        print(f"✓  {path.stem}: {time.monotonic() - start:.1f} s", flush=True)
        return True


def lacking(notebook):
    """What a tag of its cells needs and is not there, in words: PyTorch, or the text that the notebooks were saved
    with."""
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    if "torch" in tags and not importlib.util.find_spec("torch"):
        return "torch need PyTorch, which is not installed"
    if "topics" in tags and (found := digest(load_topics())) != RECORDED:
        return f"topics read the text {RECORDED}; this Python ships {found}"
    return None


def clean(notebook, outputs=False):
    """Leave nothing in a notebook that its source and one clean run do not say: widget state, the kernel's version, the
    outputs of older runs, the pieces in which a stream came. Of an explorer its still remains."""
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })  # fmt: skip
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k == "tags"})
        if cell.cell_type == "code" and not outputs:
            cell.outputs, cell.execution_count = [], None
        elif cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(VIEW, None)
    return notebook


def joined(outputs):
    """Outputs in which neighbours of one stream are one: a busy machine sends what a cell prints in pieces. What stands
    on both sides of a picture stays there, where nbclient's coalesce_streams would move it."""
    whole = []
    for output in outputs:
        if whole and output.output_type == whole[-1].output_type == "stream" and output.name == whole[-1].name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def plain(text):
    """Text without a terminal's colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


if __name__ == "__main__":
    main()
