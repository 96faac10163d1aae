"""Our JavaScript as it stands in a page."""

import re

JOINED = "// Joined by cnnviz from its widgets/js, without comments.\n"  # the first line of every figure's program
_COMMENT = re.compile(r"/\*\*[\s\S]*?\*/[ \t]*|^[ \t]*//.*$|[ \t]+// .*$", re.MULTILINE)
_MARGIN = re.compile(r"\n\s+")
_EMPTY_LINE = re.compile(r"\n[ \t]*(?=\n)")


def without_comments(source: str) -> str:
    r"""Our JavaScript without its comments and empty lines; a test shows that nothing else is lost.

    >>> without_comments("// why\nconst a = 1; // one\n\n/** @type {number} */ let b;\n")
    'const a = 1;\nlet b;\n'
    """
    return _EMPTY_LINE.sub("", _COMMENT.sub("", source)).lstrip("\n")


def without_margins(source: str) -> str:
    r"""The same without indentation, unless a text goes over several lines and would lose it.

    >>> without_margins("if (a) {\n  b();\n}"), without_margins("const c = `\n  d`;")
    ('if (a) {\nb();\n}', 'const c = `\n  d`;')
    """
    several = any(line.count("`") % 2 for line in source.split("\n"))
    return source if several else _MARGIN.sub("\n", source)
