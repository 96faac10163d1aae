"""Our JavaScript in fewer bytes: no space, comment or statement that nothing needs, short names for variables.

A name is shortened by its spelling, in a whole statement or method at once: then no two can be mixed up, whatever the
scopes inside. Not touched are properties (others may read them), the browser's own names, labels and texts.
`tests/test_minify.py` has TypeScript compare the programs: every identifier still means the same declaration.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import count, groupby, product
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

from cnnviz._names import GLOBALS, Reader
from cnnviz._tokens import KEYWORDS, Token, tokens

_OPERATION = re.compile(r"^(\w+): \w+Op,\n", re.MULTILINE)  # in lib/ops.js's table
_RUN = re.compile(r'\brun\("(\w+)"')
_VARIABLE = ("variable", "shorthand")
_GROW_TOGETHER = re.compile(r"[\w$#]{2}|\+\+|--|//|<!|</")


@lru_cache(maxsize=16)
def minified(source: str, whole: bool = False) -> str:
    r"""The same program in fewer bytes. whole: also with declarations that nothing needs.

    Raises NotUnderstoodError where it cannot be read.

    >>> minified("const w = 2; // why\nfunction area({ high }) {\n  return w * high;\n}\nconsole.log(area);")
    'const A=2;function B({high:a}){return A*a;}console.log(B);'
    """
    program = list(tokens(source))
    top = Reader(program).top
    program = program if whole else _needed(program, top)
    _shorten(program, top)
    pieces, last = [], Token("mark", ";", written=";")
    for token in program:
        pieces.append(_gap(last, token) + token.written)
        last = token
    return "".join(pieces)


def without_operations(source: str, used: Collection[str]) -> str:
    r"""A joined program whose vocabulary has only the operations that are used, or that it runs by itself.

    >>> without_operations('const ops = {\nadd: addOp,\nrelu: reluOp,\nmul: mulOp,\n};\nrun("mul");', ["add"])
    'const ops = {\nadd: addOp,\nmul: mulOp,\n};\nrun("mul");'
    """
    kept = {*used, *_RUN.findall(source)}
    return _OPERATION.sub(lambda line: line[0] if line[1] in kept else "", source)


def _needed(program: list[Token], top: dict[str, int]) -> list[Token]:
    """Without declarations that no other statement comes to. (Those of our modules do nothing but declare.)"""
    reads = defaultdict(set)
    for token in program:
        if token.role in _VARIABLE and top.get(token.text, token.statement) != token.statement:
            reads[token.statement].add(top[token.text])
    found = {token.statement for token in program} - set(top.values())
    left = set(found)
    while left:
        left = {other for one in left for other in reads[one]} - found
        found |= left
    return [token for token in program if token.statement in found]


def _shorten(program: list[Token], top: dict[str, int]) -> None:
    """Each token as it is written; of names, those for all by how common they are, others in order of appearance."""
    shared = Counter(t.text for t in program if t.role == "private" or (t.role in _VARIABLE and t.text in top))
    privates, capitals = _names(ascii_lowercase), _names(ascii_uppercase)
    short = {name: "#" + next(privates) if name[0] == "#" else next(capitals) for name, _ in shared.most_common()}
    for _, unit in groupby(program, key=lambda token: token.unit):
        known, fresh = dict(short), _names(ascii_lowercase)
        for token in unit:
            token.written = token.text
            if token.role in (*_VARIABLE, "private"):
                name = known[token.text] if token.text in known else known.setdefault(token.text, next(fresh))
                token.written = f"{token.text}:{name}" if token.role == "shorthand" else name


def _names(first: str) -> Iterator[str]:
    """Names that begin with one of these letters, the shortest first."""
    for more in count():
        for letters in product(first, *[ascii_letters + digits] * more):
            name = "".join(letters)
            if name not in KEYWORDS and name not in GLOBALS:
                yield name


def _gap(before: Token, token: Token) -> str:
    """What must stand between two pieces: a line's end where it may end a statement, a space where they would join."""
    starts = token.kind != "mark" or token.text in ("(", "[", "{", "+", "-", "++", "--")
    if token.newline and starts and before.ends_value and before.text != "}":
        return "\n"
    if _GROW_TOGETHER.fullmatch(before.written[-1] + token.written[0]) or (before.kind, token.text) == ("number", "."):
        return " "
    return ""
