"""What of a folder travels: by Ray's own rules, ours on top."""

from __future__ import annotations

import pytest

from sweeps.cluster import folder
from sweeps.cluster.folder import cargo_of
from sweeps.errors import ClusterError

pytestmark = pytest.mark.slow  # Ray takes over a second to import


def test_stores_caches_and_environments_stay(tmp_path):
    """And what is built, but no folder `build` further down, which may be a package."""
    stay = [".git/a", "pkg/__pycache__/a", "sweeps.db", "sweeps.db-wal", "sub/sweeps.db.cache/a"]
    stay += ["venv/a", "build/a", "sweeps-checkpoints/a", "node_modules/a", "x.egg-info/a"]
    travel = ["model.py", "sub/data.csv", "pkg/build/rules.py", "models.dbx"]
    for name in stay + travel:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("content", encoding="utf-8")
    cargo = cargo_of(tmp_path)
    assert sorted(map(str, cargo.files)) == sorted(travel)
    assert cargo.n_bytes == 7 * len(travel)
    assert cargo.holds(tmp_path / "sub" / "data.csv")
    assert not cargo.holds(tmp_path / "sweeps.db")
    assert not cargo.holds(tmp_path.parent / "model.py")


def test_ignored_files_stay(tmp_path):
    """`.gitignore` and `.rayignore`, also in a folder of the folder."""
    (tmp_path / "sub").mkdir()
    for name in ("a.bin", "b.csv", "sub/c.txt", "sub/d.txt"):
        (tmp_path / name).write_text("content", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("*.bin\n", encoding="utf-8")
    (tmp_path / ".rayignore").write_text("*.csv\n", encoding="utf-8")
    (tmp_path / "sub" / ".gitignore").write_text("c.txt\n", encoding="utf-8")
    names = {path.name for path in cargo_of(tmp_path).files}
    assert names == {"d.txt", ".gitignore", ".rayignore"}


def test_more_than_the_cluster_takes_is_refused(tmp_path, monkeypatch):
    """Beforehand, with the largest entries and the ways out."""
    monkeypatch.setattr(folder, "LIMIT_BYTES", 3 * 2**20)
    (tmp_path / "data").mkdir()
    for k in range(2):
        (tmp_path / "data" / f"{k}.bin").write_bytes(b"x" * 2**20)
    (tmp_path / "video.mp4").write_bytes(b"x" * (3 * 2**19))
    with pytest.raises(ClusterError, match=r"at most 3\.0 MiB, .* has 3\.5 MiB") as info:
        cargo_of(tmp_path)
    assert "The largest: data/ (2.0 MiB), video.mp4 (1.5 MiB)." in str(info.value)
    assert ".rayignore" in str(info.value)
