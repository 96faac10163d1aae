"""Our JavaScript as a list of its pieces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<number>0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?n?)
    |(?P<name>\#?[A-Za-z_$][\w$]*)
    |(?P<mark>>>>=|\.\.\.|[=!]==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|[=!<>]=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--
        |[-+*/%&|^]=|\*\*|<<|>>|[{}()\[\];,<>+\-*/%&|^!~?:=.`])""",
    re.VERBOSE,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)")
KEYWORDS = frozenset(
    [
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "import",
        "in",
        "instanceof",
        "let",
        "new",
        "null",
        "return",
        "static",
        "super",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "var",
        "void",
        "while",
        "with",
        "yield",
        "await",
        "async",
        "of",
        "get",
        "set",
        "enum",
        "implements",
        "interface",
        "package",
        "private",
        "protected",
        "public",
        "arguments",
        "undefined",
        "NaN",
        "Infinity",
        "eval",
    ]
)
_VALUES = frozenset(["this", "super", "null", "true", "false", "undefined", "NaN", "Infinity", "arguments"])


class NotUnderstoodError(Exception):
    """A JavaScript source has what this small scanner cannot read."""


@dataclass
class Token:
    """A piece of a program. kind: text, number, name, mark, regex or template; newline: a line began before it."""

    kind: str
    text: str
    newline: bool = False
    role: str = ""  # of a name: variable, shorthand, private, or "" for all that keeps its name; of a colon: case
    statement: int = 0  # of the program
    unit: int = 0  # the statement, or the member of a class, whose names nobody else reads
    written: str = ""  # in the short program

    @property
    def ends_value(self) -> bool:
        """Whether a value may end here: then a slash divides, and a line may end the statement."""
        if self.kind == "name":
            return self.text not in KEYWORDS or self.text in _VALUES
        if self.kind == "template":
            return self.text.endswith("`")
        return self.kind in ("text", "number", "regex") or self.text in (")", "]", "}", "++", "--")


def tokens(source: str) -> Iterator[Token]:
    """A program's pieces in order, without comments. Raises NotUnderstoodError where it cannot go on.

    >>> [one.text for one in tokens("a / 2 /* half */ + /b/.c")]
    ['a', '/', '2', '+', '/b/', '.', 'c']
    """
    at, newline, last = 0, False, Token("mark", ";")
    holes: list[int] = []  # of templates: how many braces are open in each
    while at < len(source):
        found = _TOKEN.match(source, at)
        kind, text = (str(found.lastgroup), found[0]) if found else ("", "")
        if kind == "space":
            at, newline = at + len(text), newline or "\n" in text
            continue
        if text in ("/", "/=") and not last.ends_value:
            kind, text = "regex", _read(_REGEX, source, at)
        elif text == "`" or (text == "}" and holes and not holes[-1]):
            del holes[len(holes) - (text == "}") :]
            kind, text = "template", text + _read(_TEMPLATE, source, at + 1)
            holes += [0] * text.endswith("${")
        elif holes and text in ("{", "}"):
            holes[-1] += 1 if text == "{" else -1
        elif not kind:
            raise NotUnderstoodError(f"cannot read {source[at : at + 40]!r}")
        last = Token(kind, text, newline)
        at, newline = at + len(text), False
        yield last


def _read(pattern: re.Pattern[str], source: str, at: int) -> str:
    found = pattern.match(source, at)
    if not found:
        raise NotUnderstoodError(f"cannot read {source[at : at + 40]!r}")
    return found[0]
