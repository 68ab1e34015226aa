"""Names of ours or import paths: judged by their form, imported by nobody."""

from __future__ import annotations

import pytest

from sweeps.spec.import_path import is_import_path, name_or_import_path

KNOWN = ("none", "asha")


@pytest.mark.parametrize("name", ["asha", "a:B", "no_such_package.module:Class"])
def test_known_names_and_import_paths_pass(name: str):
    """What the path leads to is looked at by those who import it."""
    assert name_or_import_path(KNOWN)(name) == name


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ahsa", r"must be a known name or `package\.module:Class`\. Did you mean `asha`\?"),
        ("ray.tune.Class", r"an import path must have the form `package\.module:Class`"),
        ("path/file.py:Class", r"must have the form"),
        ("a:B:C", r"must have the form"),
        (":B", r"must have the form"),
        ("a:", r"must have the form"),
    ],
)
def test_everything_else_is_refused_with_the_form(name: str, message: str):
    """A wrong name gets the nearest known one, a wrong path the form of a right one."""
    assert not is_import_path(name)
    with pytest.raises(ValueError, match=message):
        name_or_import_path(KNOWN)(name)
