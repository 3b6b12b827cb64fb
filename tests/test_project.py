"""What holds the project together: one lock, arrows that run one way, nothing of a machine in a file."""

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

import lstm_notes
from lstm_notes import explorers
from lstm_notes.course import exercises
from tools import commands, lock

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lstm_notes"
MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
LESSONS, WINGS = (
    re.split(r",\s+", re.search(rf"^ +{kind} +((?:.*,\n)*.*)", lstm_notes.__doc__, re.M)[1])
    for kind in ("lessons", "wings")
)


def imports(path):
    """(module, whether at the top of the file) for everything a file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in tree.body) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module, node in tree.body
        elif isinstance(node, ast.ImportFrom):
            folder = PACKAGE.joinpath(*path.relative_to(PACKAGE).parts[: -node.level])
            names = [node.module] if node.module else [alias.name for alias in node.names]
            inside = [".".join((folder / name).relative_to(PACKAGE).parts) for name in names]
            yield from ((f".{name}", node in tree.body) for name in inside)


def room(module):
    """The place of a module in the order: private helpers stand before all lessons, the package's own page is last."""
    order = [*LESSONS, *WINGS, "__init__"]
    if module.startswith("_") and module != "__init__":
        return -1
    return order.index(module if module in order else module.split(".")[0])


def test_the_order_names_every_module():
    folders = {name.split(".")[0] for name in MODULES if "." in name}
    assert {name for name in WINGS if "." not in name} == folders
    assert set(WINGS) - folders <= set(MODULES)
    assert set(LESSONS) == {name for name in MODULES if "." not in name and not name.startswith("_")}


def test_arrows_run_one_way():
    """Down the lessons, then down the wings; inside a wing without a circle, which Python itself would refuse."""
    for name, path in MODULES.items():
        for target, _ in imports(path):
            if target.startswith("."):
                assert room(target[1:]) <= room(name), f"{name} imports {target}"


def test_heavy_packages_stay_behind_their_doors():
    for name, path in MODULES.items():
        for target, top in imports(path):
            package = target.split(".")[0]
            if package in ("tensorflow", "keras"):
                assert name == "_keras" and not top
            if package == "matplotlib":
                assert name == "pictures.plots" or (name == "pictures.theme" and not top)
            if package == "resvg_py":
                assert name == "pictures.theme" and not top
            if package == "quickjs":
                assert name == "explorers._scene"
            if package == "pandas":
                assert name == "data" and not top
            if package in ("optuna", "psutil", "sqlalchemy"):
                assert name == "studies.engine"
            if package in ("anywidget", "ipywidgets", "traitlets"):
                assert name.startswith("explorers.")
            if package == "sklearn":
                assert name == "rivals" and not top
            assert package != "torch"


def test_public_names_say_what_they_are():
    public = [(name, getattr(part, name)) for part in (lstm_notes, explorers, exercises) for name in part.__all__]
    for name, thing in public:
        assert inspect.getdoc(thing), name
        for attribute, member in vars(thing).items() if inspect.isclass(thing) else ():
            if inspect.isfunction(member) and not attribute.startswith("_"):
                assert inspect.getdoc(getattr(thing, attribute)), f"{name}.{attribute}"


def test_lock_fits_the_project():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    pins = {r.name: r for r in map(Requirement, lock.pins(text))}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *extras["course"], *extras["test"], *extras["studies"]]:
        wanted = Requirement(line)
        (exact,) = pins[wanted.name].specifier
        assert exact.operator == "==" and exact.version in wanted.specifier, line
    assert "torch" not in pins
    blocks = re.findall(r"^\S+==.*?(?=^\S|\Z)", text, re.M | re.S)
    assert len(blocks) == len(pins) and all("--hash=sha256:" in block for block in blocks)


def test_hooks_have_the_locks_versions():
    """And the hosted workflow tries every Python that the package allows."""
    pins = (ROOT / "requirements.lock").read_text("utf-8")
    hooks = re.findall(r'\["(\S+==\S+)"\]', (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {hook.split("==")[0] for hook in hooks} == {"ruff", "oxfmt", "oxlint"}
    assert all(re.search(rf"^{re.escape(hook)} ", pins, re.M) for hook in hooks)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    allowed = Requirement(f"python{project['requires-python']}").specifier
    (listed,) = re.findall(r"python: \[(.*)\]", (ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))
    tried = re.findall(r'"(3\.\d+)"', listed)
    assert tried == [f"3.{minor}" for minor in range(30) if allowed.contains(f"3.{minor}")]


def test_every_command_is_known_where_it_is_called():
    """In the workflow, the Makefile and the pages that name commands."""
    pages = [*(ROOT / ".github").rglob("*.yml"), *ROOT.glob("*.md"), ROOT / "Makefile"]
    called = {
        name
        for page in pages
        for name in re.findall(r"(?:py(?:thon)? course\.py|`make) (\w+)", page.read_text("utf-8"))
    }
    assert called - {"lab"} and called <= set(commands.COMMANDS)
    phony, rule = re.findall(r"^(?:\.PHONY: |)(help .*?):?$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert set(phony.split()) == set(rule.split()) == set(commands.COMMANDS)


def test_conda_gets_the_same_environment():
    text = (ROOT / "environment.yml").read_text("utf-8")
    assert text == lock.environment((ROOT / "requirements.lock").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (python,) = re.findall(r"- python=(\S+)", text)
    assert Requirement(f"python{project['requires-python']}").specifier.contains(python)


def texts():
    """The project's own text files, each with its text; pictures inside them left out, and weights (.npz)."""
    for path in sorted(ROOT.rglob("*")):
        *folders, name = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in (".ci", ".github") for part in folders)
        made = {"build", "my_course", "__pycache__", "lstm_notes.egg-info"}.intersection(folders)
        if path.is_file() and not hidden and not made and path.suffix not in (".png", ".svg", ".gif", ".npz"):
            yield path, re.sub(r"base64,[A-Za-z0-9+/=]+|\"image/png\": \"[^\"]+\"", "", path.read_text("utf-8"))


def test_nothing_of_a_machine_or_a_registry():
    place = re.compile(r"/(?:root|home|tmp|Users|work)/\w+|site-packages|pythonhosted|pypi\.org|registry\.npmjs")
    found = {str(path.relative_to(ROOT)): place.findall(text) for path, text in texts()}
    assert len(found) > 100 and found.pop("tests/test_project.py")  # which has to spell them out
    assert not {path: places for path, places in found.items() if places}


def test_links_lead_somewhere():
    pages = [
        *ROOT.glob("*.md"),
        *(page for page in ROOT.glob("*/*.md") if page.parent.name != "my_course"),
        *ROOT.glob("lstm_notes/files/*.md"),
        *ROOT.glob("notebooks/*.ipynb"),
    ]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)|src=\\?\"([^\"\\]+)\\?\"", page.read_text("utf-8")):
            target = target[0] or target[1]
            if not target.startswith(("http", "data:")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_one_style():
    """Modules, tests, the notebooks' cells, front ends; CONTRIBUTING.md has the commands that mend it."""
    for tool, *options in (
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--diff", "--no-cache", "."),
        ("oxfmt", "-c", ".oxfmtrc.json", "--check", "lstm_notes", "tools"),
        ("oxlint", "--deny-warnings", "lstm_notes", "tools"),
    ):
        command = [Path(sys.executable).with_name(tool), *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, f"{tool}: {done.stdout}{done.stderr}"


def test_the_readmes_code_runs():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    names = {}
    exec(code, names)
    assert names["model"].predict(names["split"].test.X).shape == (365, 1)
