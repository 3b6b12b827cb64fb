"""`make lab`: which JupyterLab opens a page, and what it is told."""

import http.server
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from tools import commands, lab

ROOT = Path(__file__).resolve().parent.parent
PAGE = "my_course/05_training.ipynb"


class Server(http.server.BaseHTTPRequestHandler):
    """A Jupyter server that knows one token."""

    def do_GET(self):
        fine = self.path == "/api/status" and self.headers["Authorization"] == "token right"
        self.send_response(200 if fine else 403)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words):
        pass


@pytest.fixture
def port():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    """A folder of runtime files, and what writes one."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    def write(port, token="right", root=ROOT, pid=None):
        pid = os.getpid() if pid is None else pid
        info = {"url": f"http://127.0.0.1:{port}/", "token": token, "root_dir": str(root), "pid": pid}
        file = tmp_path / f"jpserver-{len(list(tmp_path.iterdir()))}.json"
        file.write_text(json.dumps(info))
        return file

    return write


def test_a_server_of_this_folder_is_found(runtime, port):
    assert lab.running() is None
    runtime(port, root=ROOT.parent)
    assert lab.running() is None  # another course's
    runtime(port)
    assert lab.running()["url"] == f"http://127.0.0.1:{port}/"


def test_a_proxy_does_not_hide_it(runtime, port, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    runtime(port)
    assert lab.running() is not None


def test_what_a_dead_server_left_is_passed_over(runtime, port):
    """Its process is gone; or its number is another program's by now; or its port is another server's."""
    gone = runtime(port, pid=2**22 + 1)
    assert lab.running() is None and not gone.exists()
    runtime(1)
    assert lab.running() is None
    runtime(port, token="wrong")
    assert lab.running() is None
    runtime(port)
    assert lab.running()["token"] == "right"


def test_a_running_server_is_reopened_not_doubled(runtime, port, monkeypatch, capsys):
    runtime(port)
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(commands, "run", lambda line: pytest.fail("a second server"))
    monkeypatch.setattr("tools.start.write", lambda: opened.append("first page"))
    monkeypatch.setattr(sys, "argv", ["lab.py", PAGE, "--ServerApp.port=9999"])
    lab.main()
    address = f"http://127.0.0.1:{port}/lab/tree/{PAGE}?token=right"
    assert opened == ["first page", address]
    said = capsys.readouterr().out
    assert address in said and "Only a new server would hear --ServerApp.port=9999" in said
    monkeypatch.setattr(sys, "argv", ["lab.py", PAGE, "--no-browser"])
    lab.main()
    assert opened == ["first page", address, "first page"] and "hear" not in capsys.readouterr().out


def test_a_new_server_is_started_where_there_is_none(runtime, monkeypatch, capsys):
    lines, written = [], []
    monkeypatch.setattr(commands, "run", lines.append)
    monkeypatch.setattr("tools.start.write", lambda: written.append(True))
    monkeypatch.setattr(sys, "argv", ["lab.py", "notebooks/01_introduction.ipynb"])
    lab.main()
    assert not written  # an author's JupyterLab has no first page
    monkeypatch.setattr(sys, "argv", ["lab.py", PAGE])
    lab.main()
    assert written and f"--LabApp.default_url=/lab/tree/{PAGE}" in lines[1]
    assert f"opens {PAGE}" in capsys.readouterr().out


def test_what_jupyterlab_is_told(monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)
    line = lab.command(PAGE, ["--no-browser"])
    assert line[:3] == [sys.executable, "-m", "jupyterlab"] and f"--ServerApp.root_dir={ROOT}" in line
    assert f"--LabApp.workspaces_dir={commands.WORKSPACES}" in line
    assert {"--log-level=ERROR", "--LabApp.log_level=ERROR", "--no-browser"} < set(line)
    assert "--allow-root" in line and "You are root" in capsys.readouterr().out
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)
    assert "--allow-root" not in lab.command(PAGE, [])


@pytest.mark.parametrize(
    "arguments", [["--log-level=INFO"], ["--debug"], ["--ServerApp.root_dir=elsewhere", "--LabApp.default_url=/lab"]]
)
def test_what_a_reader_says_is_said_once(arguments):
    """JupyterLab passes over all settings of a part that is told one of them twice."""
    line = lab.command(PAGE, arguments)
    names = [each.split("=")[0] for each in line if each.startswith("--")]
    assert len(set(names)) == len(names) and set(arguments) < set(line)
    assert ("--log-level=ERROR" in line) == ("--LabApp.log_level=ERROR" in line) == ("root_dir" in arguments[0])
