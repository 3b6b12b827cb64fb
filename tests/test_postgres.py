"""Many workers, one study: against a PostgreSQL of its own, as several machines would share it, killed in the middle.

The server lives in a temporary folder and listens to this machine alone. It is found in PATH, or where Debian has it.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from lstm_notes.studies import StudyError, engine, search_settings
from lstm_notes.studies.engine import bring_up_to_date
from lstm_notes.studies.record import read
from tests import toy_search, toy_study

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the server is started as on Linux and macOS")
ROOT = Path(__file__).resolve().parent.parent
ADVICE = (
    "no PostgreSQL is installed; with it (Debian: apt install postgresql) several workers are tried on one database"
)
PASSWORD = "pass/w0rd"  # of which no part may be printed
QUOTED = PASSWORD.replace("/", "%2F")
BEAT = 2  # s: silent for three, a row is taken up


def programs():
    """The folder that has initdb and pg_ctl, of the newest version; None where there is none."""
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    versions = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    places += sorted(versions, key=lambda path: int(path.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


class Server:
    """A PostgreSQL with one user, `me`."""

    def __init__(self, folder):
        self.folder, self.data, self.programs, self.run_as = folder, folder / "data", programs(), {}
        if os.geteuid() == 0:  # which the server refuses
            self.run_as = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres", "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        self._run("initdb", "--username=me", f"--pwfile={folder / 'password'}", "--auth=scram-sha-256", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n"
            )
        self.start()

    def _run(self, program, *arguments):
        command = [self.programs / program, "-D", self.data, *arguments]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, cwd=self.folder, check=True, timeout=120, **quiet, **self.run_as)

    def start(self):
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder / 'log'}")

    def stop(self):
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def running(self):
        return (self.data / "postmaster.pid").exists()

    def address(self, name, password=QUOTED):
        return f"postgresql://me:{password}@127.0.0.1:{self.port}/{name}"

    def database(self, name):
        """The address of an empty database."""
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.address(name)


@pytest.fixture(scope="module")
def server():
    if programs() is None:
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail(ADVICE)
        pytest.skip(ADVICE)
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # pytest's own folders are closed to the server's user
    try:
        server = Server(folder)
        yield server
        if server.running():
            server.stop()
    finally:
        shutil.rmtree(folder)


def machine(what, folder, place, name, pause, workers=1):
    """A process that works on a toy as a machine of its own would, with its own file of results."""
    command = [sys.executable, "-m", "lstm_notes.studies", f"tests.{what}", f"--workers={workers}"]
    command += [f"--heartbeat={BEAT}"]
    environment = {**os.environ, "TOY": str(folder), "PAUSE": str(pause), "LSTM_NOTES_STORAGE": place}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [*command, f"--results={folder / name}", f"--folder={folder}"], cwd=ROOT, env=environment, text=True, **pipes
    )


def left(folder, word):
    """What rows have left behind: lists of (what was asked, process)."""
    path = Path(folder, "ran")
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [(line[1], int(line[2])) for line in lines if line[0] == word]


def until(there, *machines):
    """Wait until `there()`."""
    start = time.monotonic()
    while not there():
        assert all(each.poll() is None for each in machines), [each.communicate() for each in machines]
        assert time.monotonic() < start + 300
        time.sleep(0.02)


def workers_of(folder, each):
    """Of a machine, the processes that have started rows."""
    with contextlib.suppress(psutil.NoSuchProcess):
        children = {child.pid for child in psutil.Process(each.pid).children()}
        return children & {pid for _, pid in left(folder, "start")}
    return set()


def two_machines_one_killed(what, folder, place, pause):
    """Start two, kill the first and its worker in the middle of a row: the processes that ran rows of each, what the
    second said, and what was at the first one's hand."""
    first, second = (machine(what, folder, place, name, pause) for name in ("first", "second"))
    until(lambda: workers_of(folder, first) and workers_of(folder, second), first, second)
    of_first, of_second = workers_of(folder, first), workers_of(folder, second)
    before = len(left(folder, "start"))
    until(lambda: len(left(folder, "start")) > before + 2, first, second)
    (worker,) = map(psutil.Process, of_first)

    def held():
        worker.suspend()
        if not at_hand(folder, of_first):
            worker.resume()
        return at_hand(folder, of_first)

    until(held, first, second)
    first.kill()
    worker.kill()
    first.communicate(timeout=300)
    (lost,) = at_hand(folder, of_first)
    out, err = second.communicate(timeout=300)
    assert second.returncode == 0 and err == "", (out, err)
    return of_first, of_second, out, lost


def at_hand(folder, processes):
    """What was begun by some processes and not ended."""
    begun = [row for row, pid in left(folder, "start") if pid in processes]
    ended = [row for row, pid in left(folder, "end") if pid in processes]
    return [row for row in begun if row not in ended]


def test_two_machines_share_a_study_and_one_is_killed(server, tmp_path):
    place = server.database("study")
    of_first, of_second, out, lost = two_machines_one_killed("toy_study:STUDY", tmp_path, place, 1.0)
    assert re.match("toy: 8 rows, 8 of them new", out)
    assert sorted(row for row, _ in left(tmp_path, "end")) == [*map(str, range(8))]  # each row has ended once
    shares = [len([row for row, pid in left(tmp_path, "end") if pid in each]) for each in (of_first, of_second)]
    assert min(shares) >= 1, shares
    assert sorted(row for row, _ in left(tmp_path, "start")) == sorted([*map(str, range(8)), lost])
    records = toy_study.study(tmp_path, 1.0).recorded(tmp_path / "second")
    assert records["seed"].tolist() == [*range(8)] and not (tmp_path / "first").exists()
    again = machine("toy_study:STUDY", tmp_path, place, "first", 1.0)  # the killed one comes back: its file as well
    assert "8 of them new" in again.communicate(timeout=300)[0]
    assert list(read(tmp_path / "first" / "toy.json")) == list(records) and len(left(tmp_path, "end")) == 8


def test_two_machines_share_a_search_and_one_is_killed(server, tmp_path):
    place = server.database("search")
    of_first, of_second, out, lost = two_machines_one_killed("toy_search:SEARCH", tmp_path, place, 1.0)
    tried = toy_search.search(tmp_path, pause=1.0).recorded(tmp_path / "second")
    assert tried["number"].tolist() == [*range(12)] and set(tried["state"]) == {"complete", "pruned"}
    assert out.startswith("toy: 12 settings, ")
    begun = [{row for row, pid in left(tmp_path, "start") if (pid in of_first) is first} for first in (True, False)]
    assert min(map(len, begun)) >= 2
    assert len(left(tmp_path, "start")) == 12 + 1  # the budget, and what the killed one had at hand
    in_rows = {f"{x:.6g}" for x in tried["x"]}
    assert begun[0] - in_rows <= {lost} and begun[1] <= in_rows  # of what was begun, nothing else is lost


@pytest.mark.parametrize(
    "what, total, notices, pause",
    [
        ("toy_search:SEARCH", 12, "who watches", 0.6),
        ("toy_search:SEARCH", 12, "a worker", 0.6),  # when it reports
        ("toy_study:STUDY", 8, "a worker", 3 * BEAT),  # when its heart beats, in the middle of a row
    ],
)
def test_a_database_that_goes_away_and_comes_back(server, tmp_path, what, total, notices, pause):
    place = server.database("away")
    first = machine(what, tmp_path, place, "results", pause)
    until(lambda: left(tmp_path, "start"), first)
    if notices == "a worker":  # it is alone for a while
        psutil.Process(first.pid).suspend()
        (worker,) = map(psutil.Process, workers_of(tmp_path, first))
    server.stop()
    try:
        if notices == "a worker":
            until(lambda: worker.status() == psutil.STATUS_ZOMBIE, first)
            psutil.Process(first.pid).resume()
        out, err = first.communicate(timeout=300)
    finally:
        server.start()
    assert first.returncode == 1 and out == "" and err.count("\n") == 1, err
    assert re.match(r"the database postgresql://me:\*\*\*@127\.0\.0\.1:\d+/away cannot be used \(", err)
    assert err.endswith("no row is lost, the same command goes on\n") and "w0rd" not in err
    second = machine(what, tmp_path, place, "results", pause, workers=4)
    out, err = second.communicate(timeout=300)
    assert second.returncode == 0 and err == "" and out.startswith(f"toy: {total} "), (out, err)
    assert len(left(tmp_path, "start")) <= total + 1 and len(read(tmp_path / "results" / "toy.json")) == total


def test_what_a_database_refuses(server, tmp_path):
    place = server.database("refused")
    search = toy_search.search(tmp_path)
    for wrong in (server.address("refused", "s3cret"), server.address("nowhere"), place.replace("me:", "you:")):
        for call in (
            lambda wrong=wrong: bring_up_to_date(toy_study.study(tmp_path), wrong, folder=tmp_path),
            lambda wrong=wrong: search_settings(search, wrong),
        ):
            with pytest.raises(
                StudyError, match="the database .* cannot be used .*the same command goes on$"
            ) as caught:
                call()
            assert not re.search("s3cret|w0rd|\n", str(caught.value)), str(caught.value)
    assert left(tmp_path, "start") == []
    search_settings(search, place, settings=2, workers=1)
    for other, words in (
        ({"version": 2}, "version 1 of the search, this is version 2"),
        ({"space": {**search.space, "kind": ["b"]}}, "kind: 'a', 'b'.* this search has .*kind: 'b'"),
    ):
        with pytest.raises(StudyError, match=f"toy is in the database with .*{words}"):
            search_settings(toy_search.search(tmp_path, **other), place)
    assert len(search_settings(search, place, settings=2)) == 2 and len(left(tmp_path, "start")) == 2
    assert engine.begun(search, place) and not engine.begun(toy_search.search(tmp_path, name="other"), place)
