"""The engine of recorded studies: runs their rows on all cores, through Optuna's storage.

    declared rows − recorded rows → waiting trials → workers, a process a core → files/studies/NAME.json

The storage holds the rows on their way, each a trial: a file on this machine, or a database that many machines share.
Whoever opens it takes rows that wait, and a run that was stopped goes on from it. Only this module imports Optuna.
"""

import contextlib
import datetime
import json
import multiprocessing
import multiprocessing.connection
import os
import platform
import re
import signal
import sys
import time
import uuid
import warnings
from importlib import metadata
from pathlib import Path

from .._display import Progress
from .record import FOLDER, StudyError, asked, key_of, read, words, write

try:
    import optuna
    import psutil
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
    from optuna.trial import TrialState
except ModuleNotFoundError as missing:
    raise StudyError(f"running a study needs {missing.name}: python -m pip install optuna psutil") from missing

HEARTBEAT = 20  # s: in a database a row's process says that it lives; where it is silent for three, the row is taken up
USED = {"numpy": "numpy", "tensorflow": "tensorflow", "sklearn": "scikit-learn", "torch": "torch"}  # module → package


def open_storage(place, heartbeat=HEARTBEAT):
    """Optuna's storage at `place`: a Path, or a database's address such as postgresql://user:password@host/name."""
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)  # a failed row has its sentence
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)  # the heartbeat is one
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = JournalFileOpenLock(str(place), grace_period=10)  # Optuna's other lock needs a privilege on Windows
        _mend(place, lock)
        return optuna.storages.JournalStorage(JournalFileBackend(str(place), lock))
    from sqlalchemy import exc, make_url  # half a second, and a file does without

    url, arguments = make_url(place), {"pool_pre_ping": True}
    if url.drivername.startswith("postgresql"):
        url = url.set(drivername="postgresql+psycopg")
        arguments["connect_args"] = {"connect_timeout": 10}
    beats = {"heartbeat_interval": heartbeat, "grace_period": 3 * heartbeat}
    for attempt in range(5):
        try:
            return optuna.storages.RDBStorage(url.render_as_string(hide_password=False), arguments, **beats)
        except (exc.IntegrityError, exc.ProgrammingError):  # two machines make the tables of an empty database at once
            if attempt == 4:
                raise
            time.sleep(1)


def _mend(path, lock):
    """Cut off a last line that a dying process left unfinished; Optuna would write on in the middle of it."""
    if not path.exists() or path.read_bytes()[-1:] in (b"", b"\n"):
        return
    lock.acquire()
    try:
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)
    finally:
        lock.release()


@contextlib.contextmanager
def _reached(place):
    """What goes wrong with a storage, in a sentence."""
    if isinstance(place, Path):
        name, errors = f"the file {place}", (OSError, ValueError)
    else:
        from sqlalchemy.exc import SQLAlchemyError

        name = "the database " + re.sub(r"(?<=://)([^:@/]*):.*@", r"\1:***@", place)  # nobody is to see a password
        errors = (SQLAlchemyError, optuna.exceptions.StorageInternalError)
    try:
        yield
    except ImportError as error:
        raise StudyError(f"{name} needs its driver: python -m pip install 'psycopg[binary]'") from error
    except errors as error:
        cause = error.__cause__ or error
        why = str(getattr(cause, "orig", cause)).strip().splitlines()[0]
        raise StudyError(f"{name} cannot be used ({why}); no row is lost, the same command goes on") from error


def bring_up_to_date(study, place, *, again=False, workers=None, folder=FOLDER, heartbeat=HEARTBEAT):
    """Run what is not recorded yet of a Study, and write its file once all rows are there.

    Parameters
    ----------
    place : of the rows on their way, as open_storage takes it
    again : run all rows, the recorded ones too; after a stop, the call without it goes on with them
    workers : processes at a time; all cores if left out

    Rows that another process or machine has taken from the same place are waited for. Returns a sentence. Raises
    StudyError with a sentence for each row that failed, after all others have run; the next call tries them again.
    """
    kept, name, start = _kept(study, folder), f"{study.name} {study.version}", time.monotonic()
    with _reached(place):
        storage = open_storage(place, heartbeat)
        if again:
            with contextlib.suppress(KeyError):
                optuna.delete_study(study_name=name, storage=storage)
        trials = optuna.create_study(study_name=name, storage=storage, load_if_exists=True)
        if again:
            trials.set_user_attr("again", True)
        if trials.user_attrs.get("again"):
            kept = {}
        declared = {key_of(row): row for row in study.rows()}
        todo = [key for key in declared if key not in kept]
        if not todo and list(kept) == list(declared):
            return f"{study.name}: {len(declared)} rows, up to date"
        with contextlib.closing(_Run(study, trials, place, heartbeat, workers or os.cpu_count() or 1)) as run:
            came, failed = run.until_done(todo, len(declared))
    if failed:
        lines = [f"{study.name}: {words(declared[key])} failed: {why}" for key, why in failed.items()]
        there = f"{len(declared) - len(failed)} of {len(declared)} rows are there"
        raise StudyError("\n".join([*lines, f"{study.name}: {there}; the same command runs the others"]))
    write(study, [kept.get(key) or {**row, **came[key]} for key, row in declared.items()], folder)
    with _reached(place):
        trials.set_user_attr("again", False)
    return f"{study.name}: {len(declared)} rows, {len(todo)} of them new, in {time.monotonic() - start:.0f} s"


def _kept(study, folder):
    """The recorded rows that the study still asks for, by key; none where its file has an earlier version."""
    if not study.path(folder).exists():
        return {}
    records = read(study.path(folder))
    if records.about["version"] > study.version:
        study.recorded(folder)  # says so: an older package does not write over a newer file
    kept = {key_of(asked(row)): row for row in records}
    return kept if records.about["version"] == study.version else {}


class _Run:
    """The processes that work on a study's trials, and who watches them."""

    def __init__(self, study, trials, place, heartbeat, workers):
        self.study, self.trials, self.place, self.heartbeat, self.workers = study, trials, place, heartbeat, workers
        self.processes, self.ended = {}, {}  # by the token with which each claims its rows; row → how its process ended

    def until_done(self, todo, total):
        """Two dicts by key: what came of each row, and why others failed."""
        self._take_up(unclaimed=True)
        first, start, asked_for = len(self.trials.get_trials(deepcopy=False)), time.monotonic(), 0
        progress = Progress(self.study.name, total)
        try:
            while True:
                came, live, failed = self._states(first)
                failed |= self.ended
                left = [key for key in todo if key not in came and key not in failed]
                if not left:
                    return came, {key: failed[key] for key in todo if key not in came}
                for key in left:
                    if key not in live:
                        self.trials.enqueue_trial({}, user_attrs={"row": key})
                waiting = sum(key not in live or live[key].state == TrialState.WAITING for key in left)
                while len(self.processes) < min(self.workers, waiting):
                    self._start()
                asked_for = asked_for or len(left)
                pace = (time.monotonic() - start) / max(asked_for - len(left), 1)
                note = f"{total - len(left)} of {total} rows, about {pace * len(left):.0f} s left"
                progress.show(total - len(left), note)
                self._watch()
                self._take_up()
        finally:
            progress.close()

    def _states(self, first):
        """Of each row: what came of it, its trial that waits or runs, why it failed (since trial number `first`)."""
        came, live, failed = {}, {}, {}
        for trial in self.trials.get_trials(deepcopy=False):
            key = trial.user_attrs.get("row")
            if trial.state == TrialState.COMPLETE:
                came.setdefault(key, trial.user_attrs["result"])
            elif trial.state in (TrialState.WAITING, TrialState.RUNNING):
                live.setdefault(key, trial)
            elif trial.number >= first and "failure" in trial.user_attrs:
                failed[key] = trial.user_attrs["failure"]
        return came, live, failed

    def _start(self):
        """One more worker, deaf to Ctrl-C, which is for the process that watches."""
        token, context = uuid.uuid4().hex, multiprocessing.get_context("spawn")
        arguments = (self.study, self.trials.study_name, self.place, self.heartbeat, token)
        self.processes[token] = process = context.Process(target=_work, args=arguments)
        for limit in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
            os.environ.setdefault(limit, "1")  # the cores are taken by processes
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process.start()
        finally:
            signal.signal(signal.SIGINT, heard)

    def _watch(self):
        """Wait a second, or until a worker ends; a row whose process died under it has failed."""
        multiprocessing.connection.wait([process.sentinel for process in self.processes.values()], timeout=1)
        if not self.processes:
            time.sleep(1)  # others have the rows that are left
        for token, process in list(self.processes.items()):
            if process.exitcode is None:
                continue
            del self.processes[token]
            if process.exitcode:
                rows = self._give_back(lambda claim, token=token: claim is not None and claim[0] == token)
                self.ended |= dict.fromkeys(rows, f"its process ended with exit code {process.exitcode}")
                if not rows:
                    why = f"a worker ended before it had a row, with exit code {process.exitcode}"
                    raise StudyError(f"{self.study.name}: {why}")

    def _take_up(self, unclaimed=False):
        """Give back the rows of processes that are no more: of a file's by their number, of a database's by silence.
        `unclaimed`: also those whose process died before it could say its number."""
        if isinstance(self.place, Path):
            # Its own processes are for _watch, which says how each ended.
            self._give_back(
                lambda claim: unclaimed if claim is None else claim[0] not in self.processes and not _lives(*claim[1:])
            )
        else:
            self._give_back(lambda claim: unclaimed and claim is None)
            optuna.storages.fail_stale_trials(self.trials)

    def _give_back(self, mine):
        """End the running trials whose claim is `mine`, and return their rows, which are to be asked for again."""
        rows = []
        for trial in self.trials.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if mine(trial.user_attrs.get("claim")):
                with contextlib.suppress(ValueError, optuna.exceptions.UpdateFinishedTrialError):  # it has just ended
                    self.trials.tell(trial.number, state=TrialState.FAIL)
                    rows.append(trial.user_attrs.get("row"))
        return rows

    def close(self):
        """Stop the workers; the rows at hand are lost, and asked for again next time."""
        for process in self.processes.values():
            process.terminate()
            process.join()
        if self.processes:
            self._give_back(lambda claim: claim is not None and claim[0] in self.processes)


def _lives(pid, started):
    """Whether a process still runs: its number may have been given to another."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 5 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _work(study, name, place, heartbeat, token):
    """A worker: takes rows that wait until there are none, or nobody watches any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    claim = [token, os.getpid(), psutil.Process().create_time()]
    declared, watcher = {key_of(row) for row in study.rows()}, multiprocessing.parent_process()

    def row(trial):
        key = trial.user_attrs.get("row")  # none where another worker was faster, and Optuna made up a trial
        trial.set_user_attr("claim", claim)
        if key not in declared or _elsewhere(trials, trial.number, key):
            raise optuna.TrialPruned
        start = time.process_time()
        try:
            result = study.ask(json.loads(key))
        except Exception as error:
            trial.set_user_attr("failure", " ".join(f"{type(error).__name__}: {error}".split()))
            raise
        seconds = float(f"{time.process_time() - start:.2g}")
        trial.set_user_attr("result", {**result, "seconds": seconds, "made": _made()})
        return 0.0  # what Optuna is asked to make small: nothing

    try:
        with _reached(place):
            sampler = optuna.samplers.RandomSampler()  # no parameter is sampled
            trials = optuna.load_study(study_name=name, storage=open_storage(place, heartbeat), sampler=sampler)
            while watcher.is_alive() and trials.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                # Optuna's words for a row that was taken from this worker, silent too long on a laptop that slept.
                with contextlib.suppress(ValueError, AssertionError):
                    trials.optimize(row, n_trials=1, catch=(Exception,))
    except (StudyError, UnboundLocalError):  # the latter is Optuna's, where its database is gone at a row's end
        sys.exit(3)  # who watches says the sentence


def _elsewhere(trials, number, key):
    """Whether another trial has this row: done, or asked for earlier. Two who start at once ask for the same rows."""
    for other in trials.get_trials(deepcopy=False):
        if other.user_attrs.get("row") == key and other.number != number:
            earlier = other.number < number and other.state in (TrialState.WAITING, TrialState.RUNNING)
            if earlier or other.state == TrialState.COMPLETE:
                return True
    return False


def _made():
    """Day and versions, of what a row has used."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    versions = {package: metadata.version(package) for module, package in USED.items() if module in sys.modules}
    return {"date": today, "python": platform.python_version(), **versions}
