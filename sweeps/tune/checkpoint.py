"""Where runs of class objectives save themselves between two steps, and find themselves again.

A checkpoint is a folder `<path>/<config_id>-<role>-<seed>/step-00000012/` with what the objective
saved in `files/`, and what we know of the run in `run.pickle`. That one is written last, at one
stroke: a checkpoint that has it is complete. The path may be a folder or an object store.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from pyarrow import fs

from sweeps.errors import Problem, SpecError
from sweeps.tune.stepping import Saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sweeps.planner.event import Run
    from sweeps.spec import Sweep

FILES = "files"
MARKER = "run.pickle"
_STEP = re.compile(r"step-(\d{8,})")


class Checkpoints:
    """The checkpoints of all runs of one sweep.

    Args:
        path: A folder, or an address such as `s3://bucket/folder`. Every machine that executes
            runs should see the same one, or a run can only go on where it was.

    Raises:
        SpecError: There is no such kind of address.
    """

    def __init__(self, path: str) -> None:
        self._is_local = "://" not in path
        self._root = path
        self._fs = fs.LocalFileSystem()
        if self._is_local:
            return
        try:
            self._fs, self._root = fs.FileSystem.from_uri(path)
        except Exception as error:
            rule = "it must be a folder, or the address of an object store that can be reached"
            remedy = "Change it, for example to `s3://bucket/folder`."
            got = f"{path!r}: {error}"
            raise SpecError([Problem("checkpoint.path", rule, got, remedy)]) from error

    def steps(self, run: Run) -> list[int]:
        """List the steps that complete checkpoints of a run were saved after, newest first."""
        selector = fs.FileSelector(self._place(run), allow_not_found=True)
        names = [_STEP.fullmatch(info.base_name) for info in self._fs.get_file_info(selector)]
        steps = sorted((int(name[1]) for name in names if name), reverse=True)
        markers = [f"{self._place(run, step)}/{MARKER}" for step in steps]
        found = self._fs.get_file_info(markers)
        return [s for s, info in zip(steps, found, strict=True) if info.type == fs.FileType.File]

    def save(self, run: Run, saved: Saved, write: Callable[[Path], object]) -> None:
        """Save a run, then remove its older checkpoints.

        Args:
            run: Which run.
            saved: What we know of it.
            write: Writes what the objective knows of it to an empty folder.
        """
        place = self._place(run, saved.step)
        # one that could not be read, or half of one: without its marker it is none any more
        with contextlib.suppress(FileNotFoundError):
            self._fs.delete_file(f"{place}/{MARKER}")
        self._remove(place)
        with self._to_fill(f"{place}/{FILES}") as folder:
            write(folder)
        self._write_marker(f"{place}/{MARKER}", pickle.dumps(saved, pickle.HIGHEST_PROTOCOL))
        for info in self._fs.get_file_info(fs.FileSelector(self._place(run))):
            name = _STEP.fullmatch(info.base_name)
            if name is not None and int(name[1]) < saved.step:
                self._remove(info.path)

    def load(self, run: Run, step: int) -> Saved:
        """Read what we know of a run from a complete checkpoint.

        Args:
            run: Which run.
            step: One of `steps`.
        """
        with self._fs.open_input_stream(f"{self._place(run, step)}/{MARKER}") as stream:
            saved = pickle.loads(stream.read())  # noqa: S301 - as trusted as the objective's files
        if not isinstance(saved, Saved):
            message = f"`{MARKER}` holds a {type(saved).__name__}"
            raise TypeError(message)
        return saved

    @contextlib.contextmanager
    def files(self, run: Run, step: int) -> Iterator[Path]:
        """Give a folder with what the objective saved after a step."""
        place = f"{self._place(run, step)}/{FILES}"
        if self._is_local:
            yield Path(place)
            return
        with tempfile.TemporaryDirectory(prefix="sweeps-checkpoint-") as folder:
            # an object store has no empty folders
            if self._fs.get_file_info(fs.FileSelector(place, allow_not_found=True)):
                fs.copy_files(place, folder, source_filesystem=self._fs)
            yield Path(folder)

    def remove(self, run: Run) -> None:
        """Remove what a run saved, if it did."""
        self._remove(self._place(run))

    def remove_all(self) -> None:
        """Remove what all runs saved, and the folder that was made for them if it is empty."""
        self._remove(self._root)
        if self._is_local:
            with contextlib.suppress(OSError):
                Path(self._root).parent.rmdir()

    def _place(self, run: Run, step: int | None = None) -> str:
        folder = f"{self._root}/{run.config_id}-{run.role}-{run.seed}"
        return folder if step is None else f"{folder}/step-{step:08d}"

    def _remove(self, place: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._fs.delete_dir(place)

    @contextlib.contextmanager
    def _to_fill(self, place: str) -> Iterator[Path]:
        """Give an empty folder whose content is at that place afterwards."""
        if self._is_local:
            Path(place).mkdir(parents=True)
            yield Path(place)
            _sync(Path(place))
            return
        with tempfile.TemporaryDirectory(prefix="sweeps-checkpoint-") as folder:
            yield Path(folder)
            self._fs.create_dir(place)
            fs.copy_files(folder, place, destination_filesystem=self._fs)

    def _write_marker(self, place: str, content: bytes) -> None:
        if not self._is_local:
            # an object appears when it was written to its end
            with self._fs.open_output_stream(place) as stream:
                stream.write(content)
            return
        half = Path(f"{place}.half")
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(place)


class Keeper:
    """Saves one run from time to time, and finds what an earlier attempt saved.

    Args:
        checkpoints: Where to.
        run: Which run.
        every_s: Seconds between two checkpoints.
    """

    def __init__(self, checkpoints: Checkpoints, run: Run, every_s: float) -> None:
        self._checkpoints = checkpoints
        self._run = run
        self._every_s = every_s
        self._next_s = time.monotonic() + every_s

    def is_due(self) -> bool:
        """Tell whether it is time to save."""
        return time.monotonic() >= self._next_s

    def steps(self) -> list[int]:
        """List the steps that can be gone on from, newest first."""
        return self._checkpoints.steps(self._run)

    def save(self, saved: Saved, write: Callable[[Path], object]) -> None:
        """Save the run; the time to the next checkpoint begins whether or not that goes well."""
        try:
            self._checkpoints.save(self._run, saved, write)
        finally:
            self._next_s = time.monotonic() + self._every_s

    def load(self, step: int) -> Saved:
        """Read what we know of the run from one of these."""
        return self._checkpoints.load(self._run, step)

    def files(self, step: int) -> contextlib.AbstractContextManager[Path]:
        """Give a folder with what the objective saved after a step."""
        return self._checkpoints.files(self._run, step)


class Pruner:
    """Removes checkpoints that nobody needs any more, beside the driver's own work.

    Args:
        checkpoints: Where they are, None where there are none.
    """

    def __init__(self, checkpoints: Checkpoints | None) -> None:
        self._checkpoints = checkpoints
        # an object store may take a second for each
        self._threads = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Pruner:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Wait until all that was asked for is done."""
        self._threads.shutdown()

    def prune(self, run: Run) -> None:
        """Remove what a run saved, soon; what cannot be removed stays."""
        if self._checkpoints is not None:
            self._threads.submit(self._checkpoints.remove, run)

    def remove_all(self) -> None:
        """Remove what is left, soon: the sweep is done."""
        if self._checkpoints is not None:
            self._threads.submit(self._checkpoints.remove_all)


def path_for(sweep: Sweep, token: str) -> str:
    """Say where the runs of a sweep save themselves.

    Args:
        sweep: What is asked for.
        token: Names the stored sweep among all that save to one place.
    """
    return place_of(sweep.checkpoint.path, sweep.store, token)


def place_of(path: str | None, store: str | None, token: str, *, folder: Path | None = None) -> str:
    """Say where the runs of a sweep save themselves, from what is stored of it.

    Args:
        path: `checkpoint.path` of its definition; without one, checkpoints stand beside the store.
        store: Address of its store, None for the default one.
        token: Names the stored sweep among all that save to one place.
        folder: Where a relative path begins; by default the current folder.
    """
    if path is not None and "://" in path:
        return f"{path.rstrip('/')}/{token}"
    if path is not None:
        return str((folder or Path.cwd()) / Path(path).expanduser() / token)
    from sweeps.store.url import store_file  # noqa: PLC0415 - a second that workers need not pay

    file = store_file(store)
    return str(file.with_name(f"{file.stem}-checkpoints") / token)


def _sync(folder: Path) -> None:
    """Bring the files of a folder to the disk, so that the marker comes after them."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
