"""A definition from a file: lines, overrides, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sweeps.errors import SpecError
from sweeps.spec import Sweep, parse_sweep, read_sweep

GOOD = """\
objective: train.py
search: {sampler: random, configs: 4}
seeds: 3
"""

# Each line says what is wrong in it.
BAD = """\
name: my sweep                          # 1: a space in the name
objective: train.py
metric: acuracy                         # 3: not declared, and so
mode: maximum                           # 4: not max or min
master_seed: "0"                        # 5: text
serach: {}                              # 6: unknown
space:
  x: {float: [1e-3, -1], log: yes}      # 8: bounds, and log is a word
  kind: {choice: [a, b]}
  depth:
    int: [1, 4]
    when: {knid: a}                     # 12: unknown hyperparameter
forbid:
  - {kind: a}
  - {kind: c}                           # 15: not a value of kind
search:
  sampler: random                       # 17: no number of configurations
  confgs: 40                            # 18: unknown
seeds: {n: 3, sources: [split, innit]}  # 19: no such source
resources: {cpu: true, gpu: .inf}       # 20: two wrong values
failures:
  timeout_s: 0                          # 22: no time at all
  timeout_s: 5                          # 23: a second time
tags: [a, a]                            # 24: twice
"""


@pytest.fixture
def file(folder: Path) -> Path:
    """A legal definition in a file."""
    path = folder / "digits.yaml"
    path.write_text(GOOD)
    return path


def test_a_file_is_read_with_paths_from_its_own_folder_and_its_name(file: Path):
    """Without `name` the sweep is called like the file; the objective lies beside it."""
    sweep = read_sweep(file)
    assert (sweep.name, sweep.objective.reference) == ("digits", "train.py:train")
    assert read_sweep(str(file)) == sweep
    assert parse_sweep("name: digits\n" + GOOD, source="text", base=file.parent) == sweep


def test_every_problem_comes_at_once_each_at_its_line(folder: Path):
    """A file full of mistakes gives one report, sorted by line."""
    with pytest.raises(SpecError) as caught:
        parse_sweep(BAD, source="bad.yaml", base=folder)
    assert [(problem.line, problem.where) for problem in caught.value.problems] == [
        (1, "name"),
        (3, "metric"),
        (4, "mode"),
        (5, "master_seed"),
        (6, "serach"),
        (8, "space.x.log"),
        (8, "space.x.float"),
        (12, "space.depth.when.knid"),
        (15, "forbid[1].kind"),
        (16, "search.configs"),
        (18, "search.confgs"),
        (19, "seeds.sources[1]"),
        (20, "resources.cpu"),
        (20, "resources.gpu"),
        (22, "failures.timeout_s"),
        (23, "failures.timeout_s"),
        (24, "tags"),
    ]
    text = str(caught.value)
    assert text.startswith("17 problems in bad.yaml:\n  - line 1, name: must match")
    assert "line 6, serach: a sweep definition has no key `serach`. Did you mean `search`?" in text
    assert "line 23, failures.timeout_s: key `timeout_s` stands twice, first in line 22." in text


def test_overrides_are_set_over_the_file(file: Path):
    """`--set` changes single values, with the same checks."""
    sweep = read_sweep(file, overrides=["search.configs=5", "seeds.paired=false", "name=b"])
    assert (sweep.search.configs, sweep.seeds.n, sweep.seeds.paired) == (5, 3, False)
    assert sweep.name == "b"


def test_what_is_wrong_with_an_override_is_said_of_the_override(file: Path):
    """Its place is the override, without a line of the file; the file's problems keep theirs."""
    file.write_text(GOOD + "tags: x\n")
    overrides = ["search.confgs=5", "seeds.n=0", "stoer=x", "search={sampler: 1"]
    with pytest.raises(SpecError) as caught:
        read_sweep(file, overrides=overrides)
    assert [(problem.line, problem.where) for problem in caught.value.problems] == [
        (4, "tags"),
        (None, "--set search"),
        (None, "--set stoer"),
        (None, "--set search.confgs"),
        (None, "--set seeds.n"),
    ]
    message = "--set search.confgs: `search` has no key `confgs`. Did you mean `configs`?"
    assert message in str(caught.value)


def test_an_override_can_empty_a_key(file: Path):
    """A key set to null is left out, so that what stands outside of the file counts."""
    file.write_text(GOOD + "store: postgresql://ann@host/db\n")
    assert read_sweep(file).store == "postgresql://ann@host/db"
    assert read_sweep(file, overrides=["store=null"]).store is None
    assert read_sweep(file, overrides=["store="]).store is None


def test_an_override_adds_one_resource_of_a_name(file: Path):
    """The others stay, and so do other sections."""
    file.write_text(GOOD + "resources: {cpu: 2, custom: {a: 1}}\n")
    made = read_sweep(file, overrides=["resources.custom.big=0.5", "checkpoint.save=false"])
    assert made.resources.reserved() == {"CPU": 2.0, "a": 1.0, "big": 0.5}
    assert not made.checkpoint.save
    with pytest.raises(SpecError, match=r"--set resources\.custom\.big: must be a number, got 'x'"):
        read_sweep(file, overrides=["resources.custom.big=x"])


def test_an_override_that_creates_a_missing_section_can_be_wrong(file: Path):
    """A problem with a key that the file does not have has no line to point at but its own."""
    with pytest.raises(SpecError, match=r"- --set resources\.cpu: must be above 0, got 0\."):
        read_sweep(file, overrides=["resources.cpu=0"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"the top level: the file is empty\. Write `objective: …`.*`sweeps init OBJECTIVE`"),
        ("# only a comment\n", r"the top level: the file is empty"),
        (
            "# a\n- objective: a",
            r"line 2, the top level: must be a mapping of keys .* got a list\.",
        ),
        ("store=postgresql://u:pw@h", r"line 1, the top level: must be .*, got a single value\."),
        ("a: [1\nb: 2\n", r"line 2, YAML syntax: .* expected ',' or '\]'.*\. Correct the YAML"),
    ],
)
def test_a_text_that_is_no_definition_says_so(text: str, message: str):
    """Empty files, lists, single values and syntax errors each have their message."""
    with pytest.raises(SpecError, match=message) as caught:
        parse_sweep(text, source="digits.yaml", base=None)
    assert str(caught.value).startswith("1 problem in digits.yaml:")
    assert "pw" not in str(caught.value)


def test_a_missing_file_names_the_nearest_one(file: Path):
    """A mistyped path is met with the definitions that are there."""
    with pytest.raises(
        SpecError, match=r"digts\.yaml: there is no such file\. Did you mean `digits"
    ):
        read_sweep(file.parent / "digts.yaml")


def test_a_file_in_another_encoding_is_refused(file: Path):
    """Only UTF-8 is read; a byte order mark does no harm."""
    file.write_bytes("name: Zürich\n".encode("latin-1"))
    with pytest.raises(
        SpecError, match=r"the file must be UTF-8, byte 7 is not\. Save it as UTF-8\."
    ):
        read_sweep(file)
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_sweep(file).name == "digits"


def test_a_folder_is_no_file(file: Path):
    """A path that cannot be read says why."""
    with pytest.raises(
        SpecError, match=r"the file cannot be read: Is a directory\. Give the path of"
    ):
        read_sweep(file.parent)


def test_a_file_name_that_is_no_name_is_refused_as_one(file: Path):
    """The name that a file gives its sweep must be legal too."""
    path = file.rename(file.parent / "my sweep.yaml")
    with pytest.raises(SpecError, match=r"name: must match .*, got 'my sweep'"):
        read_sweep(path)
    assert read_sweep(path, overrides=["name=mine"]).name == "mine"


@pytest.mark.parametrize("path", sorted(Path("studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_study_is_legal(path: Path):
    """The studies that are shipped can be read, and read back."""
    sweep = read_sweep(path)
    assert sweep.name == path.stem
    assert Sweep.from_mapping(sweep.document()) == sweep
