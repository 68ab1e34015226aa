"""The shape of the package: what importing it costs, what it shows, what it depends on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import sweeps

ROOT = Path(__file__).parents[1]
SLOW = {"SALib", "cmaes", "optuna", "pandas", "ray", "scipy", "sklearn", "torch"}


@pytest.mark.slow
@pytest.mark.parametrize("module", ["sweeps", "sweeps.cli.main"])
def test_import_is_cheap(module: str):
    """Neither the package nor its command line loads what is slow before it is needed."""
    code = f"import sys, {module}; print(sorted({SLOW} & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_worker_imports_neither_space_nor_store():
    """Each worker process would pay a second for ConfigSpace and SQLAlchemy."""
    heavy = {"ConfigSpace", "sqlalchemy", "optuna", "sklearn"}
    code = f"import sys, sweeps.tune.trainable; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sweeps.__all__)
def test_public_name_exists_and_is_documented(name: str):
    """Whatever `sweeps` exports is there, listed by `dir`, and says what it is for."""
    thing = getattr(sweeps, name)
    assert name in dir(sweeps)
    if callable(thing):
        assert (thing.__doc__ or "").strip()


def test_package_says_what_it_is():
    """`help(sweeps)` begins with a sentence."""
    assert (sweeps.__doc__ or "").strip()


def test_unknown_name_is_an_attribute_error():
    """A name that `sweeps` lacks fails like in any module."""
    with pytest.raises(AttributeError, match="no_such_name"):
        sweeps.no_such_name  # noqa: B018


def test_dependencies_are_those_that_the_code_imports():
    """pyproject.toml declares every package that is imported, and no other."""
    assert _declared() == _imported()


def test_every_dependency_has_its_line_in_the_docs_and_its_pin():
    """docs/dependencies.md says why a package is here, constraints.txt which version."""
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    documented = {_normal(name) for name in re.findall(r"^- `([\w.-]+)", text, re.MULTILINE)}
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {_normal(name) for name in re.findall(r"^([\w.-]+)==", pins, re.MULTILINE)}
    declared = _declared("gp", "postgres", "test", "dev", "bench")
    assert documented == declared
    assert declared <= pinned


def test_tests_that_the_traps_name_exist():
    """docs/ray-traps.md says which test would notice; each is there, in the file it names."""
    text = (ROOT / "docs/ray-traps.md").read_text(encoding="utf-8")
    file, named = "", 0
    for path, name in re.findall(r"`([\w/.]*)::(?:Test\w+::)?(test_\w+)", text):
        file = path or file
        found = [each for each in (ROOT / "tests").rglob("test_*.py") if str(each).endswith(file)]
        assert any(f"def {name}(" in each.read_text(encoding="utf-8") for each in found), name
        named += 1
    assert named > 30


def _declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = list(project["dependencies"])
    for extra in extras:
        requirements += project["optional-dependencies"][extra]
    names = {_normal(re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0]) for text in requirements}
    return names - {"seed-sweeps"}


def _imported() -> set[str]:
    files = [*(ROOT / "sweeps").rglob("*.py"), *(ROOT / "objectives").rglob("*.py")]
    modules = set().union(*(_top_level_imports(file) for file in files))
    third_party = modules - sys.stdlib_module_names - {"objectives", "sweeps"}
    owners = dict(packages_distributions())
    # A namespace that several distributions could share, and pydantic's other half.
    owners |= {"ruamel": ["ruamel.yaml"], "pydantic_core": ["pydantic"]}
    return {_normal(owners.get(module, [module])[0]) for module in third_party}


def _top_level_imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
