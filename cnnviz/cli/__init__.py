"""The command `cnnviz`: a network explained as one HTML file, its layers as a table, and what is installed.

What is heavy (torch, the widgets) is imported by the command that needs it.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ._say import Numbers, Refusal, said_in_one_sentence

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Convolutional neural networks, explained.",
)

_MODEL = """clothes or efficientnet_lite0 (ours); package.module:factory, a function or class that makes a torch or
cnnviz model, with --weights; or FILE.pt2, a torch.export archive of fixed sizes. Archives and weights are read as
numbers: a pickle that is more is refused and never run. A factory is code, and is run."""

Model = Annotated[str, typer.Argument(help=_MODEL, show_default=False)]
Images = Annotated[
    list[Path], typer.Argument(help="PNG, JPEG, WebP, GIF, BMP, TIFF, PPM or AVIF, at most 64 megapixels.")
]
Weights = Annotated[Path | None, typer.Option(help="Of a factory: safetensors, or a state_dict of torch.save.")]
Size = Annotated[str | None, typer.Option(help="HxW that the model reads, such as 224x224.", metavar="HxW")]


@app.command()
@said_in_one_sentence
def explain(
    model: Model,
    images: Images,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
    classes: Annotated[Path | None, typer.Option(help="A text file, one class name a line.")] = None,
    layers: Annotated[str | None, typer.Option(help="Only these layers, by name, with commas.")] = None,
    weights: Weights = None,
    size: Size = None,
    mean: Numbers = None,
    std: Numbers = None,
    scale: Numbers = None,
    shift: Numbers = None,
    title: Annotated[str | None, typer.Option(help="The page's heading.")] = None,
) -> None:
    """Explain a model on pictures: one HTML file that needs no kernel and no network.

    A pixel, 0 to 255, becomes the model's input by (pixel / 255 - mean) / std, or by pixel * scale + shift; one number,
    or one a channel with commas. Without either: as our own models need it, else pixel / 255.
    """
    if not output.parent.is_dir():
        raise Refusal(f"the folder {str(output.parent)!r} is not there: create it first")
    if output.resolve() in {path.resolve() for path in (*images, classes, weights, Path(model)) if path}:
        raise Refusal(f"{str(output)!r} is read too, and would be overwritten: give another --output")
    from cnnviz import explore

    from ._models import load_model
    from ._pictures import input_scale, read_names, read_pictures

    found = load_model(model, weights, size)
    factor, offset = input_scale(mean, std, scale, shift) or (found.scale, found.shift)
    pictures, done = read_pictures(images, found.channels, found.size)
    names = read_names(classes) if classes else found.classes
    options: dict[str, Any] = {"scale": factor, "shift": offset, "title": title}
    if layers:
        options["layers"] = layers.split(",")
    figure = explore(found.model, pictures, names, **options)
    figure.save(output, title or model)
    for line in done:
        typer.echo(line)
    typer.echo(f"{output}: {output.stat().st_size / 1000:,.0f} kB, {figure!r}")


@app.command("layers")
@said_in_one_sentence
def list_layers(
    model: Model,
    image: Annotated[Path | None, typer.Argument(help="A picture; by default one of zeros.")] = None,
    weights: Weights = None,
    size: Size = None,
) -> None:
    """The layers of a model: output shapes, parameters, multiply-adds, and the memory that a recording takes."""
    from ._models import load_model
    from ._pictures import read_pictures
    from ._table import layer_table

    found = load_model(model, weights, size)
    pictures, done = read_pictures([image], found.channels, found.size) if image else (None, [])
    for line in done:
        typer.echo(line)
    typer.echo(layer_table(found, pictures))


@app.command()
def doctor() -> None:
    """What is installed, what is missing, and what to do about it. Asks no network."""
    from ._doctor import report

    lines, well = report()
    typer.echo("\n".join(lines))
    sys.exit(0 if well else 1)
