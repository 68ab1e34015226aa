"""Define: reads the text of a definition, and remembers in which line everything stands.

YAML 1.2 through ruamel's nodes: they know their lines, and duplicate keys can all be reported at
once, without showing the values (a store's URL may hold a password). This file knows nothing of
what the keys mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from sweeps.errors import Problem, SpecError
from sweeps.spec.key import place

if TYPE_CHECKING:
    from ruamel.yaml.constructor import BaseConstructor
    from ruamel.yaml.nodes import Node

_TAG = "tag:yaml.org,2002:"
_TYPED = tuple(_TAG + name for name in ("null", "bool", "int", "float"))
_WORDS = tuple(_TAG + name for name in ("str", "timestamp", "merge", "value"))


@dataclass(frozen=True, slots=True)
class YamlText:
    """A text that was read.

    Attributes:
        content: Plain Python values: dict, list, str, int, float, bool, None.
        problems: Duplicate keys and the like, everything that the grammar itself allows.
        root: The tree of nodes, None for an empty text.
    """

    content: object
    problems: tuple[Problem, ...]
    root: Node | None = field(repr=False)

    def line(self, where: str) -> int | None:
        """Give the line, from 1, of the deepest part of the dotted place that is in the text."""
        node, line, rest = self.root, _line(self.root), where
        while node is not None and rest:
            found = _step(node, rest)
            if found is None:
                break
            node, line, rest = found
        return line


def read_yaml(text: str, source: str) -> YamlText:
    r"""Read one YAML document.

    Args:
        text: The document.
        source: Name of the text in messages.

    Raises:
        SpecError: The text is no YAML; with the line.

    Example:
        >>> read_yaml("a: 1e-3\nb: on", "example").content
        {'a': 0.001, 'b': 'on'}
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except (YAMLError, RecursionError) as error:
        raise SpecError([_syntax_problem(error, text)], source) from error
    if root is None:
        return YamlText(None, (), None)
    plain = _Plain(yaml.constructor)
    return YamlText(plain.value(root, ""), tuple(plain.problems), root)


@dataclass(slots=True)
class _Plain:
    """Turns nodes into plain values and collects what is wrong on the way."""

    constructor: BaseConstructor
    problems: list[Problem] = field(default_factory=list)
    known: dict[int, object] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)

    def value(self, node: Node, where: str) -> object:
        if id(node) in self.open:
            self._add(where, "an alias must not contain itself", "Write the value out.", node)
            return None
        if id(node) not in self.known:  # an alias is read once, however often it is used
            self.open.add(id(node))
            self.known[id(node)] = self._new_value(node, where)
            self.open.remove(id(node))
        return self.known[id(node)]

    def _new_value(self, node: Node, where: str) -> object:
        if isinstance(node, MappingNode):
            return self._mapping(node, where)
        if isinstance(node, SequenceNode):
            return [self.value(item, f"{where}[{i}]") for i, item in enumerate(node.value)]
        return self._scalar(node, where)

    def _mapping(self, node: MappingNode, where: str) -> dict[str, object]:
        mapping: dict[str, object] = {}
        lines: dict[str, int | None] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode) or key_node.tag not in _WORDS:
                self._add(where, "a key must be text", "Write it in quotes.", key_node)
                continue
            key = str(key_node.value)
            inner = place(where, key)
            if key in mapping:
                rule = f"key `{key}` stands twice, first in line {lines[key]}"
                self._add(inner, rule, "Keep one of the two.", key_node)
                continue
            lines[key] = _line(key_node)
            mapping[key] = self.value(value_node, inner)
        return mapping

    def _scalar(self, node: Node, where: str) -> object:
        if node.tag in _WORDS:
            return str(node.value)
        if node.tag not in _TYPED:
            rule = f"the YAML tag `{node.tag}` is not used in a sweep definition"
            self._add(where, rule, "Remove it.", node)
            return None
        try:
            value: object = self.constructor.construct_object(node)
        except (ValueError, YAMLError):
            kind = node.tag.removeprefix(_TAG)
            self._add(where, f"the value is no {kind} that can be read", "Correct it.", node)
            return None
        return value

    def _add(self, where: str, rule: str, remedy: str, node: Node) -> None:
        self.problems.append(Problem(where or "the top level", rule, "", remedy, _line(node)))


def _syntax_problem(error: Exception, text: str) -> Problem:
    remedy = "Correct the YAML syntax there."
    if isinstance(error, MarkedYAMLError):
        line = error.problem_mark.line + 1 if error.problem_mark else None
        rule = " ".join(part for part in (error.context, error.problem) if part)
        if "another document" in rule:
            rule, remedy = "a file must hold one definition", "Split the file at `---`."
        return Problem("YAML syntax", rule, "", remedy, line)
    if isinstance(error, ReaderError):
        line = text.count("\n", 0, error.position) + 1
        character = f"the character #x{error.character:04x}"
        return Problem("YAML syntax", "only printable text is allowed", character, remedy, line)
    return Problem("YAML syntax", "the text cannot be read", type(error).__name__, remedy)


def _step(node: Node, rest: str) -> tuple[Node, int | None, str] | None:
    """Go down one key or index; a key may contain dots, so the longest one that fits is taken."""
    if isinstance(node, SequenceNode) and rest.startswith("["):
        digits, _, after = rest[1:].partition("]")
        if digits.isdecimal() and int(digits) < len(node.value):
            item = node.value[int(digits)]
            return item, _line(item), after.removeprefix(".")
    if isinstance(node, MappingNode):
        named = [(str(key.value), key, value) for key, value in node.value]
        fitting = [found for found in named if _begins(rest, found[0])]
        if fitting:
            name, key, value = max(fitting, key=lambda found: len(found[0]))
            return value, _line(key), rest[len(name) :].removeprefix(".")
    return None


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and rest[len(name) : len(name) + 1] in ("", ".", "[", " ")


def _line(node: Node | None) -> int | None:
    return None if node is None else int(node.start_mark.line) + 1
