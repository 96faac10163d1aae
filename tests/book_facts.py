"""What must hold of the book's notebooks and pages: each fact takes what it judges and gives what is wrong with it."""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHAPE = ["Predict", "Play", "Derive", "Build", "Run", "Recall", "Errors you will meet"]
KINDS = {"predict", "try", "build", "error"}
TEXT = {"text/plain", "text/html", "text/markdown"}
FORBIDDEN = re.compile(r"\b(simply|just|obviously|clearly|of course|trivial(?:ly)?)\b", re.IGNORECASE)
FIGURE = re.compile(r"\bcnnviz\.(?:step|explore|maps|curves|attributions|cone)\(")
FENCE = re.compile(r"^(`{3,}|:{3,})(.*)$")

Notebook = dict[str, Any]


def read(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))


def sources(notebook: Notebook, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def markdown(path: Path) -> str:
    """All the prose of a page or notebook."""
    return path.read_text(encoding="utf-8") if path.suffix == ".md" else "\n\n".join(sources(read(path), "markdown"))


def words(text: str) -> str:
    """Prose as a reader sees it: without code, formulas, and the targets of links and roles."""
    text = "\n".join(_outside_code(text))
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{[\w:]+\}`([^`<]*)(?:<[^>]*>)?`", r"\1", text)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|https?://\S+", " ", text)


def _outside_code(text: str) -> Iterator[str]:
    """The lines that are in no code block; a directive's fences go, and what it says stays."""
    open_fences: list[tuple[str, bool]] = []
    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence and open_fences and not fence[2].strip() and fence[1] == open_fences[-1][0]:
            open_fences.pop()
        elif fence and not any(code for _, code in open_fences):
            open_fences.append((fence[1], not fence[2].startswith("{")))
            yield fence[2].partition("}")[2]
        elif not any(code for _, code in open_fences):
            yield line


def printed(notebook: Notebook) -> str:
    """Every text that the stored outputs hold."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    texts = [o["text"] if o["output_type"] == "stream" else o.get("data", {}).get("text/plain", "") for o in outputs]
    return "\n".join("".join(text) for text in texts)


def not_stripped(notebook: Notebook) -> list[str]:
    wrong = [f"metadata {key}" for key in notebook["metadata"].keys() - {"kernelspec", "language_info"}]
    # nbval compares no cell that has no count; any other than these says when somebody last ran it.
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    counts = [cell.get("execution_count") for cell in code]
    wrong += [f"execution counts {counts}"] * (counts != list(range(1, len(code) + 1)))
    for cell in code:
        for output in cell.get("outputs", []):
            wrong += [f"{cell['id']} keeps {mime}" for mime in output.get("data", {}).keys() - TEXT]
            wrong += [f"{cell['id']} ended in an error"] * (output["output_type"] == "error")
    return wrong


def bad_ids(notebook: Notebook) -> list[str]:
    ids = [cell.get("id", "") for cell in notebook["cells"]]
    version = (notebook["nbformat"], notebook["nbformat_minor"])
    return [f"nbformat {version}"] * (version != (4, 5)) + [f"id {i!r}" for i in ids if not i or ids.count(i) > 1]


def headings(text: str, level: int) -> list[str]:
    return re.findall(rf"^#{{{level}}} (.+?)\s*$", text, re.MULTILINE)


def wrong_shape(text: str) -> list[str]:
    found = headings(text, 2)
    return [] if found == SHAPE else [f"headings {found}, needed {SHAPE}"]


def without_description(notebook: Notebook) -> list[str]:
    """Pictures need alt text, figures a title, which is their name for a screen reader."""
    prose = "\n".join(sources(notebook, "markdown"))
    wrong = re.findall(r"!\[\s*\]\([^)]*\)|<img(?![^>]*\balt=\"[^\"]+\")[^>]*>", prose)
    return wrong + [c.splitlines()[-1] for c in sources(notebook, "code") if FIGURE.search(c) and "title=" not in c]


def forbidden(text: str) -> list[str]:
    return [match[0] for match in FORBIDDEN.finditer(words(text))]


def other_admonitions(text: str) -> list[str]:
    """Admonitions that are none of the four kinds."""
    found = re.findall(r"^(?:`{3,}|:{3,})\{(\w+)\}.*(?:\n:class: (\w+))?", text, re.MULTILINE)
    unnamed = {"note", "tip", "warning", "important", "hint", "caution", "danger", "attention", "error", "seealso"}
    return [kind or name for name, kind in found if name in unnamed or (name == "admonition" and kind not in KINDS)]


def terms_used(text: str) -> set[str]:
    """Glossary terms that a text links to, in small letters."""
    named = re.findall(r"\{term\}`(?:[^`<]*<([^`>]+)>|([^`<]+))`", text)
    return {" ".join((target or label).split()).lower() for target, label in named}


def terms_defined(glossary: str) -> list[str]:
    """A glossary's terms: lines of its directive that are not indented, each with a definition beneath."""
    [body] = re.findall(r"^```\{glossary\}\n(?::\w+:[^\n]*\n)*(.*?)^```", glossary, re.DOTALL | re.MULTILINE)
    return [line.strip().lower() for line in body.splitlines() if line.strip() and not line.startswith(" ")]


def questions_asked(notebook: Notebook) -> list[tuple[str, str]]:
    return re.findall(r'cnnviz\.ask\("([^"]+)", "([^"]+)"\)', "\n".join(sources(notebook, "code")))


def wrong_questions(notebook: Notebook, known: set[str]) -> list[str]:
    asked = [name for _, name in questions_asked(notebook)]
    twice = [f"{name} is asked {asked.count(name)} times" for name in sorted(set(asked)) if asked.count(name) > 1]
    lacking = [f"{name} is not in the file" for name in asked if name not in known]
    return twice + lacking + [f"{name} is never asked" for name in sorted(known.difference(asked))]


def section(notebook: Notebook, title: str) -> Notebook:
    """The part of a notebook under one heading of the second level."""
    inside, cells = False, []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (found := headings("".join(cell["source"]), 2)):
            inside = found[-1] == title
        cells += [cell] * inside
    return {**notebook, "cells": cells}


def lacking_practice(notebook: Notebook) -> list[str]:
    """What a chapter is for: a covered figure after the prediction, checks that pass, five questions to recall."""
    code = {title: "\n".join(sources(section(notebook, title), "code")) for title in SHAPE}
    passed = printed(section(notebook, "Build")).count("Right: ")
    wrong = ["no question in Predict"] * ("cnnviz.ask(" not in code["Predict"])
    wrong += ["no covered figure in Predict"] * ("after=" not in code["Predict"])
    wrong += ["no figure in Play"] * (not FIGURE.search(code["Play"]))
    wrong += [f"{passed} solutions in Build pass their check, needed 2"] * (passed < 2)
    recalled = code["Recall"].count("cnnviz.ask(")
    return wrong + [f"{recalled} questions in Recall, needed 5"] * (recalled != 5)


def numbers_not_printed(notebook: Notebook) -> list[str]:
    """Decimal numbers and per cents of the prose that no cell prints."""
    prose = words("\n".join(sources(notebook, "markdown")))
    said = re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)|\b\d+(?=\s?(?:%|per cent))", prose)
    there = set(re.findall(r"\d+(?:\.\d+)?", printed(notebook) + "\n".join(sources(notebook, "code"))))
    return [number for number in said if number not in there]


def missing_targets(text: str, folder: Path) -> list[str]:
    """Files that links, pictures and {doc} roles point to, and that are not there."""
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    docs = re.findall(r"\{doc\}`(?:[^`<]*<([^`>]+)>|([^`<]+))`", text)
    names = [*links, *(target or label for target, label in docs)]
    return [name for name in names if not any((folder / f"{name}{end}").is_file() for end in ("", ".md", ".ipynb"))]


def slug(heading: str) -> str:
    """A heading's anchor, as myst makes it (and GitHub)."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def errors_not_indexed(notebook: Notebook, chapter: str, index: str) -> list[str]:
    titles = headings("\n".join(sources(section(notebook, SHAPE[-1]), "markdown")), 3)
    return [title for title in titles if f": [{title}]({chapter}.ipynb#{slug(title)})" not in index]


def messages_not_printed(notebook: Notebook, chapter: str, index: str) -> list[str]:
    """Messages that the chapter or the index quotes and no cell prints; one in brackets says that there is none."""
    errors = section(notebook, SHAPE[-1])
    prose = "\n".join(sources(errors, "markdown"))
    quoted = re.findall(r"^(?:`{3,}|:{3,})\{admonition\} (.+)\n:class: error", prose, re.MULTILINE)
    quoted += re.findall(rf"^- (`.+`): \[.*\]\({chapter}\.ipynb#", index, re.MULTILINE)
    text = " ".join(printed(errors).split())
    return [message for message in quoted if message.strip("`") not in text and "(no message" not in message]


def wrong_defaults(text: str, *modules: Any) -> list[str]:
    """Calls like `Conv2d(…, stride=1)` whose named defaults are not those of every one of the modules."""
    wrong = []
    for name, arguments in re.findall(r"`(\w+)\(([^`]*)\)`", text):
        for module in modules:
            if not hasattr(module, name):
                wrong.append(f"{name} is not in {module.__name__}")
                continue
            known = inspect.signature(getattr(module, name)).parameters
            for argument, value in re.findall(r"(\w+)=([^,()]+)", arguments):
                if argument not in known or known[argument].default != ast.literal_eval(value):
                    wrong.append(f"{module.__name__}.{name}({argument}={value})")
    return wrong
