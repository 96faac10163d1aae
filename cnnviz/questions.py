"""The book's questions: in TOML, so that a notebook's cell does not give the answer away, and checked when read."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from cnnviz._check import bad_value, one_of
from cnnviz.widgets.question import Question

_KEYS = {"kind", "prompt", "options", "chapter"}
_OPTION_KEYS = {"text", "why", "right"}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def ask(path: str | os.PathLike[str], name: str) -> Question:
    """The question `name` of a TOML file, as a figure; `path` is relative to the notebook.

    Raises FileNotFoundError when there is no such file, and ValueError for a name that is not in it (the error lists
    the names) or a file that `read` refuses.
    """
    questions = read(path)
    asked = questions[one_of(f"ask, in {Path(path).name},", "name", name, questions)]
    return Question(question=name, **asked)


def read(path: str | os.PathLike[str]) -> dict[str, dict[str, Any]]:
    """All questions of a file by their id: {"kind", "prompt", "chapter", "options": [{"text", "why", "right"}]}.

        [flip]                        # the id, unique in the book
        kind = "predict"              # or "recall"
        chapter = "Convolution"       # only when it comes from another chapter
        prompt = '''
        What is given, then a blank line.

        The question itself?'''
        [[flip.options]]
        text = "one possible answer"
        why = "why it is right, or which thought leads there and where it goes wrong"
        right = true                  # in exactly one of the options

    Raises ValueError with the file's name, the question's and what is wrong.
    """
    path = Path(path)
    if not path.is_file():
        do = "the book's stand in the folder questions beside its notebooks, and are to be copied with them"
        raise FileNotFoundError(
            f"ask needs a file of questions, and {path} is not there (seen from {Path.cwd()}): {do}"
        )
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise bad_value(path.name, "to be TOML in UTF-8", f"a file that is not: {error}") from None
    return {name: _question(f"{path.name}, question {name},", name, table) for name, table in tables.items()}


def _question(who: str, name: str, table: Any) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise bad_value(who, "to be a table", repr(table), f"begin it with [{name}]")
    if not _ID.fullmatch(name):
        raise bad_value(who, "an id of small letters, digits and single hyphens", repr(name))
    _only(who, table, _KEYS)
    options = table.get("options")
    if not isinstance(options, list) or not 2 <= len(options) <= 6:
        got = f"{len(options)}" if isinstance(options, list) else repr(options)
        raise bad_value(who, "two to six options", got, f"write each under [[{name}.options]]")
    checked = [_option(f"{who} option {k},", option) for k, option in enumerate(options, 1)]
    if (right := sum(option["right"] for option in checked)) != 1:
        raise bad_value(who, "exactly one option with right = true", right)
    if len({option["text"] for option in checked}) < len(checked):
        raise bad_value(who, "options that differ", "one twice")
    return {
        "kind": one_of(who, "kind", table.get("kind"), ["predict", "recall"]),
        "prompt": _text(who, table, "prompt"),
        "chapter": _text(who, table, "chapter") if "chapter" in table else "",
        "options": checked,
    }


def _option(who: str, option: Any) -> dict[str, Any]:
    if not isinstance(option, dict):
        raise bad_value(who, "to be a table with text and why", repr(option))
    _only(who, option, _OPTION_KEYS)
    right = option.get("right", False)
    if not isinstance(right, bool):
        raise bad_value(who, "right to be true or false", repr(right))
    return {"text": _text(who, option, "text"), "why": _text(who, option, "why"), "right": right}


def _only(who: str, table: dict[str, Any], known: set[str]) -> None:
    if unknown := sorted(table.keys() - known):
        raise bad_value(who, f"no other keys than {', '.join(sorted(known))}", unknown[0])


def _text(who: str, table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise bad_value(who, f"{key} to be a text", "nothing" if value is None else repr(value))
    return value.strip("\n").rstrip()
