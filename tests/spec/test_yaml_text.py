"""Reading YAML: 1.2 scalars, places and lines, and what is refused."""

from __future__ import annotations

import pytest

from sweeps.errors import SpecError
from sweeps.spec.yaml_text import read_yaml

TEXT = """\
# a comment
name: digits
space:
  C: {float: [1e-3, 10]}
  svc.C:
    float: [1, 2]
forbid:
  - {a: 1}
  - a: 2
    b: 3
"""


def problems_of(text: str) -> list[str]:
    return [str(problem) for problem in read_yaml(text, "a text").problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("on", "on"),
        ("no", "no"),
        ("true", True),
        ("~", None),
        ("010", 10),
        ("0o17", 15),
        (".inf", float("inf")),
        ("2024-01-01", "2024-01-01"),
        ("'40'", "40"),
        ("1:30", "1:30"),
        ("[1, {a: b}]", [1, {"a": "b"}]),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object):
    """`1e-3` is a number, `on` a word, and a date is left as it was written."""
    content = read_yaml(f"key: {text}", "a text").content
    assert content == {"key": value}
    assert isinstance(content, dict)
    assert type(content["key"]) is type(value)


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("name", 2),
        ("space", 3),
        ("space.C.float", 4),
        ("space.C.float[1]", 4),
        ("space.svc.C.float", 6),
        ("space.svc.C.grid", 5),
        ("space.kernel", 3),
        ("forbid[1].b", 10),
        ("forbid[1] and more words", 9),
        ("missing", 2),
    ],
)
def test_a_place_is_found_or_else_the_deepest_part_of_it(where: str, line: int):
    """A place gives its line, also with dots in names; a missing key that of its section."""
    assert read_yaml(TEXT, "a text").line(where) == line


def test_every_duplicate_key_is_reported_with_both_lines_and_no_value():
    """Duplicates come all at once; their values may hold a password and are not shown."""
    found = problems_of("store: x\na: {b: 1,\n b: 2}\nstore: postgresql://u:pw@h/db\n")
    assert found == [
        "line 3, a.b: key `b` stands twice, first in line 2. Keep one of the two.",
        "line 4, store: key `store` stands twice, first in line 1. Keep one of the two.",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n1: b", "line 2, the top level: a key must be text. Write it in quotes."),
        ("a: {[1]: b}", "line 1, a: a key must be text. Write it in quotes."),
        ("a: !!python/none x", "line 1, a: the YAML tag `tag:yaml.org,2002:python/none` is not"),
        ("a: !secret x", "line 1, a: the YAML tag `!secret` is not used"),
        ("a: !!int x", "line 1, a: the value is no int that can be read. Correct it."),
        ("a: " + "9" * 5000, "line 1, a: the value is no int that can be read. Correct it."),
        ("a: &x [1, *x]", "line 1, a[1]: an alias must not contain itself. Write the value out."),
    ],
)
def test_what_the_grammar_allows_but_a_definition_does_not(text: str, message: str):
    """Keys that are no text, tags, unreadable numbers and endless aliases are problems."""
    assert problems_of(text)[0].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: [1, 2", r"line 2, YAML syntax: while parsing a flow sequence expected ','"),
        ("a: 1\nb: c: d", r"line 2, YAML syntax: mapping values are not allowed here"),
        ("a: 1\n\tb: 2", r"line 2, YAML syntax: .*cannot start any token"),
        ("a: 1\n---\nb: 2", r"line 2, YAML syntax: a file must hold one definition\. Split"),
        ("a: 1\nb: \x01", r"line 2, YAML syntax: only printable text is allowed, got .*#x0001"),
        ("a: *b", r"line 1, YAML syntax: found undefined alias"),
        ("[" * 600, r"YAML syntax: the text cannot be read, got RecursionError\. Correct"),
    ],
)
def test_a_syntax_error_names_its_line(text: str, message: str):
    """What is no YAML is one problem with its line and what the parser missed."""
    with pytest.raises(SpecError, match=message):
        read_yaml(text, "a text")


def test_a_syntax_error_does_not_show_the_line_itself():
    """The text around a syntax error may hold a password."""
    with pytest.raises(SpecError) as caught:
        read_yaml("store: postgresql://u:hunter2@h: x", "a text")
    assert "hunter2" not in str(caught.value)


def test_aliases_do_not_multiply_the_work():
    """Nested aliases are read once each, however often they are used."""
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    content = read_yaml("\n".join(lines), "a text").content
    assert isinstance(content, dict)
    assert content["a59"][0] is content["a59"][1]
