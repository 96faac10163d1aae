"""Train the `first-network` chapter's CNN and write `cnnviz/_data/clothes.npz`, which `cnnviz.models.load` reads.

    python scripts/train_clothes.py              # one run, saved
    python scripts/train_clothes.py --seeds 5    # five runs and their spread, nothing saved

The chapter's network and loss; but each time that a picture is seen it is shifted anew, by up to two pixels each way.
So the network knows clothes that do not stand where Fashion-MNIST puts them, and no drawing does. It sees the pictures
twice as often as in the chapter, and the learning rate falls to zero. About 20 seconds of one core a run.
"""

import argparse
from pathlib import Path
from time import process_time

import numpy as np
from _sprite import PACKS, record_checksum
from numpy.typing import NDArray

from cnnviz import data, models, nn
from cnnviz.train import Prepare, evaluate, fit

EPOCHS, BATCH_SIZE, LEARNING_RATE = 12, 64, 0.006
MOST_SHIFT = 2  # pixels, each way
SEED = 0


def shift(images: NDArray[np.uint8], down: int, right: int) -> NDArray[np.uint8]:
    """The pictures (N, C, H, W) moved; zeros, which is Fashion-MNIST's background, come in.

    >>> shift(np.array([[[[1, 2], [3, 4]]]], np.uint8), 1, 0)[0, 0]
    array([[0, 0],
           [1, 2]], dtype=uint8)
    """
    height, width = images.shape[2:]
    most = max(abs(down), abs(right))
    framed = np.pad(images, ((0, 0), (0, 0), (most, most), (most, most)))
    return framed[:, :, most - down : most - down + height, most - right : most - right + width]


def shifted_at_random(rng: np.random.Generator) -> Prepare:
    """What `fit` makes of a batch: every picture moved by up to MOST_SHIFT pixels, as float32."""

    def prepare(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        places = rng.integers(-MOST_SHIFT, MOST_SHIFT + 1, (len(images), 2))
        moved = [shift(image[None], *place) for image, place in zip(images, places.tolist(), strict=True)]
        return data.to_float(np.concatenate(moved))

    return prepare


def train(seed: int, clothes: data.Dataset, progress: bool = True) -> nn.Sequential:
    """A model after the recipe; `seed` draws its first weights, the pictures' order and their shifts."""
    model = models.clothes(seed=seed)
    optimiser = nn.Adam(model.parameters(), lr=LEARNING_RATE)
    steps = EPOCHS * -(-len(clothes.train) // BATCH_SIZE)

    def slow_down(step: int, _: float) -> None:
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * (1 - step / steps)

    fit(
        model,
        clothes.train,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        optimiser=optimiser,
        loss=nn.CrossEntropyLoss(),
        seed=seed,
        progress=progress,
        on_step=slow_down,
        prepare=shifted_at_random(np.random.default_rng(seed)),
    )
    return model


def shifted_accuracy(model: nn.Module, split: data.Split, by: int) -> float:
    """The share of right answers, 0 to 1, for pictures shifted by that many pixels: the mean of the four directions."""
    ways = [(by, 0), (-by, 0), (0, by), (0, -by)]
    moved = [data.Split(shift(split.images, *way), split.labels) for way in ways]
    return float(np.mean([evaluate(model, one).accuracy for one in moved]))


def save(model: nn.Module, path: Path) -> None:
    """Every parameter under its state_dict name, as float32 without pickle."""
    unfinished = path.with_suffix(".part.npz")
    np.savez_compressed(unfinished, **model.state_dict())
    unfinished.replace(path)
    record_checksum(path)


def main() -> None:
    """One run that is saved, or several that are compared."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=0, help="compare this many runs instead of saving one")
    parser.add_argument("--out", type=Path, default=PACKS / "clothes.npz", help="default: %(default)s")
    args = parser.parse_args()
    clothes = data.load("fashion_mnist")
    accuracies = []
    for seed in range(args.seeds) if args.seeds else [SEED]:
        start = process_time()
        model = train(seed, clothes)
        score = evaluate(model, clothes.test)
        accuracies.append(100 * score.accuracy)
        print(f"seed {seed}: {score.accuracy:.2%}, loss {score.loss:.3f}, {process_time() - start:.0f} s of CPU time")
        shifts = ", ".join(f"{by} px {shifted_accuracy(model, clothes.test, by):.1%}" for by in (1, 2, 3))
        print(f"  shifted by {shifts}")
    if args.seeds:
        print(f"{args.seeds} seeds: mean {np.mean(accuracies):.2f}%, {min(accuracies):.2f} to {max(accuracies):.2f}%")
    else:
        save(model, args.out)
        print(f"{args.out}: {args.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
