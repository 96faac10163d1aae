"""A torch.export archive, opened so that nothing in it can run.

`torch.export.load` (2.13) unpickles weights and constants that ask for it, reads symbolic sizes with `sympy.sympify`,
compiles guards, loads compiled libraries, and follows the dots of a function's name, all of which can run code. So the
archive is looked through first: it may hold JSON and plain numbers, operations of torch's own library, and sizes that
are fixed; and while torch loads it, it may unpickle tensors only.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ._say import Refusal

MOST_BYTES = 4_000_000_000
MOST_JSON = 200_000_000
MEMBER = re.compile(
    r"[^/]+/(data/weights/(weight_\d+|\w+_config\.json)|data/constants/(tensor_\d+|\w+_config\.json)|models/\w+\.json"
    r"|data/sample_inputs/\w+\.pt|archive_format|archive_version|byteorder|\.data/(version|serialization_id))"
)
CALLED = ("torch", "_operator", "math", "#")  # what torch follows by its dots: "torch.os.system" would be found
TARGET = re.compile(r"(torch\.ops\.aten\.(?!__)\w+(\.[a-zA-Z]\w*)?|_operator\.(getitem|add|mul|sub|truediv|floordiv))")


def load_archive(path: Path) -> tuple[Any, int, tuple[int, int]]:
    """The module in the archive, and the channels and the size of the picture that it was exported with."""
    if not path.is_file():
        raise Refusal(f"there is no archive {str(path)!r}")
    _look_through(path)
    import torch

    try:
        with _tensors_only():
            program = torch.export.load(path)
    except Exception as error:
        raise Refusal(f"{path} cannot be loaded as a torch.export archive: {error}"[:300]) from None
    example: Any = program.example_inputs or ((), {})
    args, kwargs = example
    if len(args) != 1 or kwargs or getattr(args[0], "ndim", 0) != 4:
        raise Refusal(f"{path} was not exported with one picture (1, C, H, W): export it so")
    _, channels, height, width = args[0].shape
    return program.module(), channels, (height, width)


def _look_through(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > MOST_BYTES or any(info.compress_type for info in infos):
                raise Refusal(f"{path} is too large, or compressed, which torch's archives are not")
            for info in infos:
                if not MEMBER.fullmatch(info.filename):
                    raise Refusal(
                        f"{path} holds {info.filename[:80]!r}, which is neither numbers nor a description of them"
                    )
                if info.filename.endswith(".json"):
                    if info.file_size > MOST_JSON:
                        raise Refusal(f"{path} has a description of {info.file_size:,} bytes, too large to be true")
                    _check_json(path, json.loads(archive.read(info)))
    except (zipfile.BadZipFile, json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(f"{path} is no torch.export archive: {error}") from None


def _check_json(path: Path, description: Any) -> None:
    for key, value in _pairs(description):
        if key == "use_pickle" and value:
            raise Refusal(f"{path} holds a pickle, which could run code; it was not opened")
        if key == "expr_str":
            raise Refusal(f"{path} has sizes as formulas, which could run code: export it without dynamic_shapes")
        if key == "guards_code" and value:
            raise Refusal(f"{path} has guards, which are code; they were not run: export it without dynamic_shapes")
        if key == "target" and str(value).startswith(CALLED) and not TARGET.fullmatch(str(value)):
            raise Refusal(f"{path} calls {str(value)[:80]!r}, which is outside torch's own operations; it was not run")


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, however deep."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield from one.items()
            left += one.values()
        elif isinstance(one, list):
            left += one


@contextmanager
def _tensors_only() -> Iterator[None]:
    """While torch loads: no unpickling but of tensors."""
    import pickle

    import torch

    load, loads = torch.load, pickle.loads

    def careful(*args: Any, **kwargs: Any) -> Any:
        return load(*args, **{**kwargs, "weights_only": True})

    def refused(*_: Any, **__: Any) -> Any:
        raise Refusal("a pickle is in it; it was not opened")

    torch.load, pickle.loads = careful, refused
    try:
        yield
    finally:
        torch.load, pickle.loads = load, loads
