"""The engine of recorded studies and searches: runs their rows on all cores, through Optuna's storage.

    declared rows − recorded rows → waiting trials → workers, a process a core → files/studies/NAME.json
    a search's budget − what was tried → the same, and Optuna's sampler proposes each trial's setting

The storage holds the rows on their way, each a trial: a file on this machine, or a database that many machines share.
Whoever opens it takes rows that wait, and a run that was stopped goes on from it. Only this module imports Optuna.
"""

import contextlib
import datetime
import importlib.util
import json
import multiprocessing
import multiprocessing.connection
import os
import platform
import re
import signal
import sys
import threading
import time
import uuid
import warnings
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from .. import _checks
from .._display import Progress
from .record import FOLDER, Study, StudyError, asked, key_of, number, read, words, write
from .search import HEARTBEAT, Range, Search

try:
    import optuna
    import psutil
    from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
    from optuna.trial import TrialState
except ModuleNotFoundError as missing:
    raise StudyError(f"running a study needs {missing.name}: python -m pip install optuna psutil") from missing

GRACE = 10  # s: a lock on a file that nobody gives back for so long was a dead process's
FIRST = 10  # settings of a search that are drawn at random, before TPE has seen enough to propose
DOUBT = 0.1  # a setting is pruned where Wilcoxon's signed-rank test against the best one falls below this p
USED = {"numpy": "numpy", "tensorflow": "tensorflow", "sklearn": "scikit-learn", "torch": "torch"}  # module → package


def open_storage(place, heartbeat=HEARTBEAT):
    """Optuna's storage at `place`: a Path, or a database's address such as postgresql://user:password@host/name."""
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)  # a failed row has its sentence
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)  # the heartbeat is one
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = JournalFileOpenLock(str(place), grace_period=GRACE)  # Optuna's other lock needs a privilege on Windows
        _mend(place, lock)
        return optuna.storages.JournalStorage(JournalFileBackend(str(place), lock))
    from sqlalchemy import exc, make_url  # half a second, and a file does without

    try:
        url, arguments = make_url(place), {"pool_pre_ping": True}
    except ValueError:  # not in its words, which may quote a password
        advice = "postgresql://user:password@host/name is needed, a password's / as %2F and its @ as %40"
        raise StudyError(f"the address of the database cannot be read; {advice}") from None
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


def _errors(place):
    """What a storage raises where it cannot be reached."""
    if isinstance(place, Path):
        return (OSError,)
    from sqlalchemy.exc import SQLAlchemyError

    return SQLAlchemyError, optuna.exceptions.StorageInternalError


@contextlib.contextmanager
def _reached(place):
    """What goes wrong with a storage, in a sentence."""
    if isinstance(place, Path):
        name, errors = f"the file {place}", (*_errors(place), ValueError)
    else:
        hidden = re.sub(r"(?<=://)([^:@/]*):.*@", r"\1:***@", place)  # nobody is to see a password
        name = "the database " + re.sub(r"(?<=password=)[^&]*", "***", hidden)
        errors = _errors(place)
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
    kept, start, task, workers = _kept(study, folder), time.monotonic(), _Rows(study), _processes(workers)
    with _reached(place):
        storage = open_storage(place, heartbeat)
        trials = _trials(task, storage, again)
        if again:
            trials.set_user_attr("again", True)
        if trials.user_attrs.get("again"):
            kept = {}
        declared = {key_of(row): row for row in study.rows()}
        todo = [key for key in declared if key not in kept]
        if not todo and list(kept) == list(declared):
            return f"{study.name}: {len(declared)} rows, up to date"
        with contextlib.closing(_Run(task, trials, place, heartbeat, workers)) as run:
            came, failed = run.until_done(todo, len(declared))
    _all_there(study, {words(declared[key]): why for key, why in failed.items()}, len(declared), "rows")
    write(study, [kept.get(key) or {**row, **came[key].user_attrs["result"]} for key, row in declared.items()], folder)
    with _reached(place):
        trials.set_user_attr("again", False)
    return f"{study.name}: {len(declared)} rows, {len(todo)} of them new, in {time.monotonic() - start:.0f} s"


def try_settings(search, place, *, settings, workers, sampler, seed, heartbeat, again):
    """What search_settings of `search` asks for: the rows of what was tried, dicts, in the order of their numbers."""
    task, workers = _Settings(search, settings, sampler, seed), _processes(workers)
    if importlib.util.find_spec("scipy") is None:
        raise StudyError("running a search needs scipy: python -m pip install scipy")
    with _reached(place):
        storage = open_storage(place, heartbeat)
        trials = _trials(task, storage, again)
        _the_same(search, trials, place)
        with contextlib.closing(_Run(task, trials, place, heartbeat, workers)) as run:
            came, failed = run.until_done(list(task.keys), settings)
    _all_there(search, {f"setting {json.loads(key)}": why for key, why in failed.items()}, settings, "settings")
    return [task.row(key, came[key]) for key in task.keys]


def begun(search, place):
    """Whether settings of `search` are on their way in a place, as the command asks for them."""
    with _reached(place):
        return _Settings(search, search.settings, "tpe", 0).name in optuna.get_all_study_names(open_storage(place))


def _trials(task, storage, again):
    """Optuna's study of a task, an empty one if it is to be run `again`."""
    if again:
        with contextlib.suppress(KeyError):
            optuna.delete_study(study_name=task.name, storage=storage)
    return optuna.create_study(study_name=task.name, storage=storage, load_if_exists=True)


def _processes(workers):
    return os.cpu_count() or 1 if workers is None else _checks.whole("workers", workers)


def _the_same(search, trials, place):
    """Refuse a stored search that asks for something else under the same name."""
    asks = {"version": search.version, "space": search.words()}
    if (stored := trials.user_attrs.get("asks")) is None:
        trials.set_user_attr("asks", asks)
    elif stored != asks:
        where = place.name if isinstance(place, Path) else "the database"
        if stored["version"] != search.version:
            differs = f"version {stored['version']} of the search, this is version {search.version}"
        else:
            differs = f"the space {stored['space']}, this search has {asks['space']}"
        raise StudyError(
            f"{search.name} is in {where} with {differs}: give it another name or place; again=True throws away what "
            f"was tried"
        )


def _all_there(study, failed, total, things):
    """Raise what failed, a line each."""
    if failed:
        lines = [f"{study.name}: {row} failed: {why}" for row, why in failed.items()]
        there = f"{total - len(failed)} of {total} {things} are there"
        raise StudyError("\n".join([*lines, f"{study.name}: {there}; the same command runs the others"]))


def _kept(study, folder):
    """The recorded rows that the study still asks for, by key; none where its file has an earlier version."""
    if not study.path(folder).exists():
        return {}
    records = read(study.path(folder))
    if records.about["version"] > study.version:
        study.recorded(folder)  # says so: an older package does not write over a newer file
    kept = {key_of(asked(row)): row for row in records}
    return kept if records.about["version"] == study.version else {}


@dataclass(frozen=True)
class _Rows:
    """A study's declared rows, as its workers run them. A row that fails is asked for again by the next call."""

    study: Study
    things = "rows"

    @property
    def name(self):
        return f"{self.study.name} {self.study.version}"

    @property
    def keys(self):
        return dict.fromkeys(key_of(row) for row in self.study.rows())

    def parts(self):
        """Optuna's for it: no parameter is sampled, and no row pruned."""
        return {"sampler": optuna.samplers.RandomSampler()}

    def asked(self, trial, key):
        return json.loads(key)

    def answer(self, trial, row, place):
        """What is made small, here nothing, and what came of it."""
        return 0.0, self.study.ask(row)

    def done(self, trial):
        return trial.state == TrialState.COMPLETE


@dataclass(frozen=True)
class _Settings:
    """A search's budget: the numbers of its settings, each to be tried once. One that fails has been tried."""

    search: Search
    settings: int
    kind: str
    seed: int
    things = "settings"

    @property
    def study(self):
        return self.search

    @property
    def name(self):
        return f"{self.search.name}, {self.kind}, seed {self.seed}"

    @property
    def keys(self):
        return dict.fromkeys(json.dumps(k) for k in range(self.settings))

    def parts(self):
        pruner = optuna.pruners.WilcoxonPruner(p_threshold=DOUBT)
        return {"sampler": _Proposals(self.kind, self.seed), "pruner": pruner}

    def asked(self, trial, key):
        setting = {name: _suggest(trial, name, values) for name, values in self.search.space.items()}
        trial.set_user_attr("setting", setting)
        return setting

    def answer(self, trial, setting, place):
        reported = set()

        def report(step, value):
            step, value = _checks.whole("step", step, 0), number(f"the value reported at step {step}", value)
            if step in reported:
                raise ValueError(f"step {step} was reported twice")
            reported.add(step)
            try:
                trial.report(value, step)
                stop = trial.should_prune()
            except _errors(place) as error:
                raise _Lost from error  # not the setting's fault
            if stop:
                raise optuna.TrialPruned

        result = self.search.ask(report, setting)
        return result["score"], result

    def done(self, trial):
        """Complete, pruned, or failed with a sentence; not where its process died or was stopped."""
        ended = trial.state in (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
        return ended and ("failure" in trial.user_attrs or trial.state != TrialState.FAIL)

    def row(self, key, trial):
        result = dict(trial.user_attrs["result"])
        state = {TrialState.COMPLETE: "complete", TrialState.PRUNED: "pruned"}.get(trial.state, "failed")
        steps = [number("step", value) for _, value in sorted(trial.intermediate_values.items())]
        row = {"number": json.loads(key), **trial.user_attrs["setting"], "state": state}
        row |= {"score": result.pop("score", None), "steps": steps}
        ended = {name: result.pop(name) for name in ("seconds", "made")}
        return {**row, **result, "failure": trial.user_attrs.get("failure", ""), **ended}


class _Lost(Exception):
    """A row that its worker no longer has: another has it, or its storage is out of reach. It is asked for again."""


def _suggest(trial, name, values):
    """One value of a setting, as it is recorded."""
    if not isinstance(values, Range):
        return trial.suggest_categorical(name, values)
    if values.whole:
        return trial.suggest_int(name, values.low, values.high, log=values.log)
    value = number(name, trial.suggest_float(name, values.low, values.high, log=values.log))
    return min(max(value, values.low), values.high)


class _Proposals(optuna.samplers.BaseSampler):
    """Optuna's sampler, made anew for each setting with a seed of its own: after a stop it draws what it would have
    drawn without one, and two workers do not draw the same."""

    def __init__(self, kind, seed):
        self.kind, self.seed, self.sampler = kind, seed, None

    def before_trial(self, study, trial):
        row = json.loads(trial.user_attrs.get("row", "0"))
        seed = int(np.random.SeedSequence([self.seed, row]).generate_state(1)[0])
        if self.kind == "random":
            self.sampler = optuna.samplers.RandomSampler(seed=seed)
        else:
            # Parameters together, since they interact; a setting that another worker has is taken for a bad one.
            self.sampler = optuna.samplers.TPESampler(
                n_startup_trials=FIRST, seed=seed, multivariate=True, constant_liar=True
            )

    def infer_relative_search_space(self, study, trial):
        return self.sampler.infer_relative_search_space(study, trial)

    def sample_relative(self, study, trial, search_space):
        return self.sampler.sample_relative(study, trial, search_space)

    def sample_independent(self, study, trial, param_name, param_distribution):
        return self.sampler.sample_independent(study, trial, param_name, param_distribution)


class _Run:
    """The processes that work on a study's trials, and who watches them."""

    def __init__(self, task, trials, place, heartbeat, workers):
        self.task, self.trials, self.place, self.heartbeat, self.workers = task, trials, place, heartbeat, workers
        self.processes, self.ended = {}, {}  # by the token with which each claims its rows; row → how its process ended

    def until_done(self, todo, total):
        """Two dicts by key: the trial that has a row's result, and why others failed."""
        self._take_up(unclaimed=True)
        first, start, asked_for = len(self.trials.get_trials(deepcopy=False)), time.monotonic(), 0
        progress = Progress(self.task.study.name, total)
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
                note = f"{total - len(left)} of {total} {self.task.things}, about {pace * len(left):.0f} s left"
                progress.show(total - len(left), note)
                self._watch()
                self._take_up()
        finally:
            progress.close()

    def _states(self, first):
        """Of each row: its trial that is done, that waits or runs, why it failed (since trial number `first`)."""
        came, live, failed = {}, {}, {}
        for trial in self.trials.get_trials(deepcopy=False):
            key = trial.user_attrs.get("row")
            if self.task.done(trial):
                came.setdefault(key, trial)
            elif trial.state in (TrialState.WAITING, TrialState.RUNNING):
                live.setdefault(key, trial)
            elif trial.number >= first and "failure" in trial.user_attrs:
                failed[key] = trial.user_attrs["failure"]
        return came, live, failed

    def _start(self):
        """One more worker, deaf to Ctrl-C, which is for the process that watches."""
        token, context = uuid.uuid4().hex, multiprocessing.get_context("spawn")
        arguments = (self.task, self.place, self.heartbeat, token)
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
                    raise StudyError(f"{self.task.study.name}: {why}")

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


def _work(task, place, heartbeat, token):
    """A worker: takes rows that wait until there are none, or nobody watches any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.excepthook = lambda _: None  # of a heart that cannot beat, since its database is gone
    claim = [token, os.getpid(), psutil.Process().create_time()]
    keys, watcher = task.keys, multiprocessing.parent_process()

    def row(trial):
        key = trial.user_attrs.get("row")  # none where another worker was faster, and Optuna made up a trial
        trial.set_user_attr("claim", claim)
        if key not in keys or _elsewhere(task, trials, trial.number, key):
            raise _Lost
        asked, start, result = task.asked(trial, key), time.process_time(), {}
        try:
            value, result = task.answer(trial, asked, place)
        except (optuna.TrialPruned, _Lost):
            raise
        except Exception as error:
            trial.set_user_attr("failure", " ".join(f"{type(error).__name__}: {error}".split()))
            raise
        finally:
            seconds = float(f"{time.process_time() - start:.2g}")
            trial.set_user_attr("result", {**result, "seconds": seconds, "made": _made()})
        return value

    try:
        with _reached(place):
            trials = optuna.load_study(study_name=task.name, storage=open_storage(place, heartbeat), **task.parts())
            while watcher.is_alive() and trials.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                # Optuna's words for a row that was taken from this worker, silent too long on a laptop that slept.
                with contextlib.suppress(ValueError, AssertionError):
                    trials.optimize(row, n_trials=1, catch=(Exception,))
    except (StudyError, UnboundLocalError):  # the latter is Optuna's, where its database is gone at a row's end
        sys.exit(3)  # who watches says the sentence


def _elsewhere(task, trials, number, key):
    """Whether another trial has this row: done, or asked for earlier. Two who start at once ask for the same rows."""
    for other in trials.get_trials(deepcopy=False):
        if other.user_attrs.get("row") == key and other.number != number:
            earlier = other.number < number and other.state in (TrialState.WAITING, TrialState.RUNNING)
            if earlier or task.done(other):
                return True
    return False


def _made():
    """Day and versions, of what a row has used."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    versions = {package: metadata.version(package) for module, package in USED.items() if module in sys.modules}
    return {"date": today, "python": platform.python_version(), **versions}
