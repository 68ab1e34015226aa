"""Finds a class of Ray Tune by its import path, and makes an instance of it."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sweeps.errors import PluginError, Problem, SpecError

if TYPE_CHECKING:
    from collections.abc import Iterable

IMPORT: Final = "import"
"""Key of an option that stands for an object, which a definition cannot write down."""

OURS: Final = ("metric", "mode", "space")
"""Options that the sweep itself sets."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A class of the user's choice, and how a definition asks for it.

    Attributes:
        path: `package.module:Class`.
        place: Where it stands in the definition, such as `search.sampler`.
        base: The class of Ray Tune that it must inherit from.
    """

    path: str
    place: str
    base: type

    @property
    def options_place(self) -> str:
        """Place of its options in the definition."""
        return f"{self.place.partition('.')[0]}.options"

    def load(self) -> type:
        """Import the class.

        Raises:
            SpecError: It cannot be imported, or is no class of the kind wanted.
        """
        found = imported(self.path, self.place)
        if not inspect.isclass(found) or not issubclass(found, self.base):
            rule = f"it must be a class that inherits from `{_name(self.base)}`"
            remedy = f"Name another one, or let `{self.path}` inherit from it."
            raise SpecError([Problem(self.place, rule, repr(found), remedy)])
        return found

    def make(self, cls: type, options: Mapping[str, Any]) -> Any:
        """Make an instance.

        Raises:
            SpecError: The class rejects the options, or misses a package.
        """
        try:
            return cls(**options)
        except SpecError:
            raise
        except Exception as error:
            # Ray's classes assert that their package is there, and say what to install.
            raise self.refused(error) from error

    def refused(self, error: BaseException) -> SpecError:
        """Say that the class refused its options or the space."""
        rule = f"`{self.path}` refused to start"
        text = " ".join(str(error).split()) or "no message"
        remedy = (
            f"Install what it asks for, or change `{self.options_place}` or the space to what "
            "it takes."
        )
        problem = Problem(self.place, rule, f"{type(error).__name__}: {text}", remedy)
        return SpecError([problem])

    @contextlib.contextmanager
    def guarded(self, doing: str) -> Iterator[None]:
        """Turn whatever its code raises into one clear error that ends the sweep.

        Args:
            doing: What it was asked, such as `suggest`.
        """
        try:
            yield
        except Exception as error:
            message = (
                f"`{self.path}` ({self.place}) raised {type(error).__name__} in `{doing}`: "
                f"{error}. Everything up to here is stored. Mend it, then run the same command "
                "again, or choose another one."
            )
            raise PluginError(message) from error


def imported(path: str, place: str) -> Any:
    """Give the object at `package.module:name`.

    Raises:
        SpecError: It cannot be imported.
    """
    module_name, _, name = path.partition(":")
    try:
        found: Any = importlib.import_module(module_name)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        rule = f"`{path}` cannot be imported"
        remedy = "Write `package.module:Class`, and install its package here."
        got = f"{type(error).__name__}: {error}"
        raise SpecError([Problem(place, rule, got, remedy)]) from error
    return found


def options_of(
    given: Mapping[str, Any] | Iterable[tuple[str, Any]] | None, place: str
) -> dict[str, Any]:
    """Give the options of a definition as keyword arguments.

    Args:
        given: The options. `{import: "package.module:name"}` stands for that object, and with
            `options: {...}` beside it for what calling it gives.
        place: Where they stand in the definition.

    Raises:
        SpecError: One is the sweep's to set, or an object cannot be imported.
    """
    options = dict(given or {})
    taken = [name for name in OURS if name in options]
    if taken:
        rule = "metric, mode and space are those of the sweep"
        raise SpecError([Problem(f"{place}.{name}", rule, "", "Remove it.") for name in taken])
    return {name: _resolved(value, f"{place}.{name}") for name, value in options.items()}


def accepts(cls: type, name: str) -> bool:
    """Say whether a class takes a keyword argument of that name."""
    return name in inspect.signature(cls).parameters


@contextlib.contextmanager
def seeded(*key: int) -> Iterator[None]:
    """Seed the global generators of Python and numpy for a while, then put them back.

    Ray's classes draw from them, and know no other seed.

    Args:
        key: Numbers, 0 or more, that make up the seed.
    """
    of_numpy, of_python = np.random.get_state(), random.getstate()  # noqa: NPY002 - theirs
    words = np.random.SeedSequence(key).generate_state(4)
    np.random.seed(words)  # noqa: NPY002 - theirs
    random.seed(int(words[0]))
    try:
        yield
    finally:
        np.random.set_state(of_numpy)  # noqa: NPY002 - theirs
        random.setstate(of_python)


def _resolved(value: Any, place: str) -> Any:
    if not isinstance(value, Mapping):
        return [_resolved(item, place) for item in value] if isinstance(value, tuple) else value
    if IMPORT not in value or set(value) - {IMPORT, "options"}:
        return {name: _resolved(item, f"{place}.{name}") for name, item in value.items()}
    found = imported(str(value[IMPORT]), place)
    if "options" not in value:
        return found
    arguments = {name: _resolved(item, place) for name, item in dict(value["options"]).items()}
    try:
        return found(**arguments)
    except Exception as error:
        rule = f"`{value[IMPORT]}` refused its options"
        got = f"{type(error).__name__}: {error}"
        raise SpecError([Problem(place, rule, got, "Change them.")]) from error


def _name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
