"""How the command speaks: numbers as options, and every failure as one sentence on stderr."""

import functools
import math
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

Command = TypeVar("Command", bound=Callable[..., None])
Numbers = Annotated[str | None, typer.Option(help="One number, or one a channel with commas.", metavar="A,B,C")]


class Refusal(Exception):  # noqa: N818  (as in cnnviz._check)
    """What the command cannot do, and what to do instead, for the person who typed it."""


def said_in_one_sentence(command: Command) -> Command:
    """A failure becomes one sentence and exit status 1: whoever uses a command is not helped by our stack."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except typer.Exit:
            raise
        except Exception as error:
            typer.echo(f"cnnviz: {_sentence(error)}", err=True)
            raise typer.Exit(1) from error

    return run  # type: ignore[return-value]


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    # Our own errors say who needs what; somebody else's need their kind to be understood.
    ours = isinstance(error, Refusal) or type(error).__module__.startswith("cnnviz.")
    return text if ours and text else f"{type(error).__name__}: {text or 'no more is known'}"[:600]


def numbers(option: str, text: str) -> list[float]:
    """The numbers of an option.

    >>> numbers("--mean", "0.5, 0.4,0.3")
    [0.5, 0.4, 0.3]
    """
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = [math.nan]
    if not all(map(math.isfinite, found)):
        raise Refusal(f"{option} needs numbers with commas between them, got {text!r}")
    return found
