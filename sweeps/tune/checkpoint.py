"""Where runs of class objectives save themselves between two steps, and find themselves again.

A checkpoint is a folder `<path>/<config_id>-<role>-<seed>/step-00000012-<attempt>/` with what the
objective saved in `files/`, and what we know of the run in `run.pickle`. That one is written last,
at one stroke: a checkpoint that has it is complete. The path may be a folder or an object store.

A run may be executed twice at the same time: on a machine that is cut off and goes on, and on
another one that took its place. So each attempt writes under a name of its own. It goes on from
the newest complete checkpoint of any attempt, and removes nothing but its own and what is complete
and older, never what another one may be about to write.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pyarrow import fs

from sweeps.errors import Problem, SpecError
from sweeps.tune.stepping import Saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sweeps.planner.event import Run
    from sweeps.spec import Sweep

FILES = "files"
MARKER = "run.pickle"
_STEP = re.compile(r"step-(\d{8,})(?:-([0-9a-z]+))?")


class Mark(NamedTuple):
    """Which checkpoint of a run.

    Attributes:
        step: The step that it was saved after.
        attempt: The attempt that saved it; empty for one of an earlier version.
    """

    step: int
    attempt: str = ""


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

    def marks(self, run: Run) -> list[Mark]:
        """List the complete checkpoints of a run, newest first."""
        marks = sorted(self._begun(run), reverse=True)
        markers = [f"{self._place(run, mark)}/{MARKER}" for mark in marks]
        found = self._fs.get_file_info(markers)
        return [m for m, info in zip(marks, found, strict=True) if info.type == fs.FileType.File]

    def save(
        self, run: Run, saved: Saved, write: Callable[[Path], object], attempt: str = ""
    ) -> None:
        """Save a run, then remove the older checkpoints that nobody can be writing.

        Args:
            run: Which run.
            saved: What we know of it.
            write: Writes what the objective knows of it to an empty folder.
            attempt: Lower-case letters and digits that no other attempt has.
        """
        mark = Mark(saved.step, attempt)
        place = self._place(run, mark)
        # one that could not be read, or half of one
        self._discard(run, mark)
        with self._to_fill(f"{place}/{FILES}") as folder:
            write(folder)
        self._write_marker(f"{place}/{MARKER}", pickle.dumps(saved, pickle.HIGHEST_PROTOCOL))
        own = {each for each in self._begun(run) if each.attempt == attempt}
        for each in own.union(self.marks(run)):
            if each.step < saved.step:
                self._discard(run, each)

    def load(self, run: Run, mark: Mark) -> Saved:
        """Read what we know of a run from a complete checkpoint.

        Args:
            run: Which run.
            mark: One of `marks`.
        """
        with self._fs.open_input_stream(f"{self._place(run, mark)}/{MARKER}") as stream:
            saved = pickle.loads(stream.read())  # noqa: S301 - as trusted as the objective's files
        if not isinstance(saved, Saved):
            message = f"`{MARKER}` holds a {type(saved).__name__}"
            raise TypeError(message)
        return saved

    @contextlib.contextmanager
    def files(self, run: Run, mark: Mark) -> Iterator[Path]:
        """Give a folder with what the objective saved."""
        place = f"{self._place(run, mark)}/{FILES}"
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

    def _place(self, run: Run, mark: Mark | None = None) -> str:
        folder = f"{self._root}/{run.config_id}-{run.role}-{run.seed}"
        if mark is None:
            return folder
        name = f"step-{mark.step:08d}"
        return f"{folder}/{name}-{mark.attempt}" if mark.attempt else f"{folder}/{name}"

    def _begun(self, run: Run) -> list[Mark]:
        """List the checkpoints of a run, complete or not."""
        selector = fs.FileSelector(self._place(run), allow_not_found=True)
        names = [_STEP.fullmatch(info.base_name) for info in self._fs.get_file_info(selector)]
        return [Mark(int(name[1]), name[2] or "") for name in names if name]

    def _discard(self, run: Run, mark: Mark) -> None:
        """Remove a checkpoint: without its marker, which goes first, it is none any more."""
        with contextlib.suppress(FileNotFoundError):
            self._fs.delete_file(f"{self._place(run, mark)}/{MARKER}")
        self._remove(self._place(run, mark))

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
    # a second that workers need not pay
    from sweeps.store.url import checkpoints_beside, is_server  # noqa: PLC0415

    beside = checkpoints_beside(store)
    if folder is not None and is_server(store):
        beside = folder / beside.name
    return str(beside / token)


def _sync(folder: Path) -> None:
    """Bring the files of a folder to the disk, so that the marker comes after them."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
