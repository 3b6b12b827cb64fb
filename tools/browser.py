"""The explorers in a real browser: Chromium, driven by Playwright, on a real JupyterLab or on an exported page.

Used by tests/test_explorers.py and bench.py.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ADVICE = "no Chromium or Chrome was found: install one (Debian: sudo apt install chromium), or run playwright install"

WEATHER = """
from lstm_notes import load_weather

weather = load_weather()
temperature = weather["temp_max"]
"""
# What opens each explorer, under the name `explorer`.
CELLS = {
    "GuessingGame": WEATHER
    + """
from lstm_notes.explorers import GuessingGame

explorer = GuessingGame(temperature, weather["date"], unit="°C", what="Seattle, highest temperature of the day")""",
    "CellExplorer": "from lstm_notes.explorers import CellExplorer\nexplorer = CellExplorer()",
    "WindowsExplorer": WEATHER
    + """
from lstm_notes.explorers import WindowsExplorer

explorer = WindowsExplorer(temperature, unit="°C", names=weather["date"], look_back=30, position=100)""",
    "OneWindowExplorer": WEATHER
    + """
from lstm_notes import Adam, NumpyForecaster, Scaler, make_windows
from lstm_notes.explorers import OneWindowExplorer

X, y = make_windows(temperature, look_back=14)
model = NumpyForecaster(units=8, scaler=Scaler().fit(temperature[:731]))
model.fit(X[:700], y[:700], epochs=5, optimizer=Adam(0.01), progress=False)
explorer = OneWindowExplorer(model, X[700:760], y[700:760], unit="°C", window=20, step=14)""",
    "SharedWeightsExplorer": WEATHER
    + """
from lstm_notes import Scaler, make_windows
from lstm_notes.explorers import SharedWeightsExplorer

X, y = make_windows(Scaler().fit(temperature[:731]).transform(temperature[:731]), look_back=5)
explorer = SharedWeightsExplorer(X[100:103], y[100:103], units=4)""",
    "TrainingRoom": WEATHER
    + """
from lstm_notes.explorers import TrainingRoom

explorer = TrainingRoom(temperature[:365], unit="°C")""",
    "LongMemoryExplorer": "from lstm_notes.explorers import LongMemoryExplorer\nexplorer = LongMemoryExplorer()",
    "UnseenDayExplorer": WEATHER
    + """
from lstm_notes import (
    Adam, LinearAutoregression, NumpyForecaster, Scaler, persistence, seasonal_naive, split_by_time,
)
from lstm_notes.explorers import UnseenDayExplorer

split = split_by_time(temperature, look_back=30, validation=365, test=365)
model = NumpyForecaster(units=8, scaler=Scaler().fit(temperature[split.train.days]))
model.fit(*split.train, epochs=5, optimizer=Adam(0.005), progress=False)
baselines = {
    "persistence": persistence(split.test.X),
    "linear AR": LinearAutoregression().fit(*split.train).predict(split.test.X),
    "seasonal naive": seasonal_naive(temperature, split.test.first, 365),
}
explorer = UnseenDayExplorer(model, split, weather["date"], baselines=baselines)""",
    "ContestExplorer": "from lstm_notes.explorers import ContestExplorer\nexplorer = ContestExplorer()",
    "TuningExplorer": "from lstm_notes.explorers import TuningExplorer\nexplorer = TuningExplorer()",
    "LabExplorer": "from lstm_notes.explorers import LabExplorer\nexplorer = LabExplorer()",
    "DigitsExplorer": "from lstm_notes.explorers import DigitsExplorer\nexplorer = DigitsExplorer()",
    "PromptExplorer": "from lstm_notes.explorers import PromptExplorer\nexplorer = PromptExplorer()",
    "SelfTest": "from lstm_notes.explorers import SelfTest\nexplorer = SelfTest()",
}

# Playwright hands nested values over one by one, and a call costs ten or twenty milliseconds: what is looked at often
# is put together in the page, and comes as one text.
IN_THE_PAGE = """
    /** Attributes in one order, each a text, as a page holds them. */
    const sorted = (attributes) =>
        Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]).sort());
    /** The live picture's elements. What pointing lights is no part of a scene. */
    const elements = (svg) => [...svg.children].map((element) => [
        element.tagName,
        sorted(Object.fromEntries(element.getAttributeNames().map((name) =>
            [name, element.getAttribute(name).replace(/ lit$/, "")]))),
        element.textContent,
    ]);
    const written = (scene) => scene.map(([tag, attributes, words]) => [tag, sorted(attributes), words]);
    /** What code prints in the open notebook's kernel. */
    const ask = async (code) => {
        const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
        let text = "", failed = null;
        const future = kernel.requestExecute({code, store_history: false});
        future.onIOPub = ({header, content}) => {
            if (header.msg_type === "stream") text += content.text;
            if (header.msg_type === "error") failed = content.evalue;
        };
        await future.done;
        if (failed !== null) throw new Error(failed);
        return text;
    };
"""
PICTURE = ".picture > svg"
# Opens a notebook in the place of those that are open; their kernels end, unless they have ended already.
INSTEAD = """async (path) => {
    const { commands, shell } = window.jupyterapp;
    for (const widget of [...shell.widgets("main")]) {
        await widget.sessionContext?.shutdown().catch(() => {});
        widget.dispose();
    }
    await commands.execute("docmanager:open", { path });
}"""
IDLE = "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def elements(root):
    """What the live picture of an explorer is made of, as a scene has it."""
    return json.loads(
        root.locator(PICTURE).evaluate(f"(svg) => {{ {IN_THE_PAGE} return JSON.stringify(elements(svg)); }}")
    )


def compared(page, scene="", code="", patience=5.0):
    """The elements of a page's live picture and those of a scene, as JSON or what `code` prints in the open notebook's
    kernel: as soon as they agree, or after so many seconds."""
    both = page.evaluate(
        f"""async ([selector, scene, code, patience]) => {{
            {IN_THE_PAGE}
            const svg = document.querySelector(selector), end = performance.now() + 1000 * patience;
            for (;;) {{
                const late = performance.now() > end;  // before it is asked: an answer may take longer than that
                const drawn = JSON.stringify(written(JSON.parse(scene || (await ask(code)))));
                const live = JSON.stringify(elements(svg));
                if (live === drawn) return [live];
                if (late) return [live, drawn];
                await new Promise((resolve) => setTimeout(resolve, 20));
            }}
        }}""",
        [f".lstm-notes {PICTURE}", scene, code, patience],
    )
    return json.loads(both[0]), json.loads(both[-1])


def find():
    """The path of a Chromium: the system's, or Playwright's own; None where there is neither."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if path := shutil.which(name):
            return path
    for folder in (Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright"):
        for path in sorted(folder.glob("chromium-*/chrome-*/*"), reverse=True):
            if path.name in ("chrome", "Chromium.app"):
                return str(path if path.is_file() else path / "Contents" / "MacOS" / "Chromium")
    return None


@contextlib.contextmanager
def browser():
    """A headless Chromium, as Playwright's Browser."""
    from playwright.sync_api import sync_playwright

    if (path := find()) is None:
        raise FileNotFoundError(ADVICE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


class Lab:
    """A JupyterLab of its own on a free port, whose files are in `folder`; ends with the `with`."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.token, self.url = secrets.token_hex(16), f"http://127.0.0.1:{port}"
        (self.folder / "files").mkdir()
        own = {f"JUPYTER_{name}_DIR": str(self.folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        own |= {f"JUPYTERLAB_{name}_DIR": str(self.folder / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            f"--ServerApp.port={port}",
            "--expose-app-in-browser",
        ]
        command += [f"--ServerApp.root_dir={self.folder / 'files'}", "--ServerApp.ip=127.0.0.1"]
        command.append("--ServerApp.kernel_websocket_connection_class=tools.prompt.PromptConnection")
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        self.log = open(self.folder / "log", "w")  # noqa: SIM115 (closed with the server)
        environment = os.environ | own | {"JUPYTER_TOKEN": self.token}
        self.server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=self.log, stderr=self.log)
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=1).read()
                return self
            time.sleep(0.1)
        raise TimeoutError((self.folder / "log").read_text()[-2000:])

    def __exit__(self, *error):
        self.server.terminate()
        try:
            self.server.wait(20)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.log.close()
        self._folder.cleanup()

    def write(self, name, cells):
        """A notebook of `cells` (texts) among its files."""
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
        cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, self.folder / "files" / f"{name}.ipynb")

    def open(self, page, name, cells, *, dark=False, run=True):
        """Write a notebook of `cells`, open it in `page`, run it all, and wait until it has run. Where the page
        shows this JupyterLab already, the notebook takes the place of those that are open: that is 5 s less."""
        self.write(name, cells)
        if page.url.startswith(self.url):
            page.evaluate(INSTEAD, f"{name}.ipynb")
        else:
            page.goto(f"{self.url}/lab/workspaces/{name}/tree/{name}.ipynb?token={self.token}")
            page.wait_for_function("window.jupyterapp !== undefined", timeout=60_000)
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        page.evaluate(
            """(theme) => {
                window.jupyterapp.shell.collapseLeft();
                window.jupyterapp.commands.execute("apputils:change-theme", {theme});
            }""",
            theme,
        )
        page.wait_for_function(IDLE, timeout=60_000)
        if run:
            self.run(page)

    def run(self, page):
        """Run the open notebook's cells, and raise what they raise."""
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        page.wait_for_function(
            """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]
                .every((prompt) => /\\[\\d+\\]/.test(prompt.textContent))""",
            timeout=120_000,
        )
        errors = page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()
        if errors:
            raise RuntimeError(errors[0])

    def ask(self, page, code):
        """What `code` prints in the open notebook's kernel."""
        from playwright.sync_api import Error

        try:
            return page.evaluate(f"(code) => {{ {IN_THE_PAGE} return ask(code); }}", code)
        except Error as error:
            raise RuntimeError(str(error)) from None
