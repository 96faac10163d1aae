"""Train the `first-network` chapter's CNN and write `cnnviz/_data/clothes.npz`, which `cnnviz.models.load` reads.

    python scripts/train_clothes.py              # one run, saved
    python scripts/train_clothes.py --seeds 5    # five runs and their spread, nothing saved

The recipe is the chapter's. About 10 seconds of one core a run.
"""

import argparse
from pathlib import Path
from time import process_time

import numpy as np
from _sprite import PACKS, record_checksum

from cnnviz import data, models, nn
from cnnviz.train import evaluate, fit

EPOCHS, BATCH_SIZE, LEARNING_RATE = 8, 64, 0.004
# Of seeds 0 to 5 the one whose first filters are easiest to read; its accuracy is the middle one.
SEED = 1


def train(seed: int, clothes: data.Dataset, progress: bool = True) -> nn.Sequential:
    """A model after the recipe, from first weights and an order of pictures that `seed` draws."""
    model = models.clothes(seed=seed)
    fit(
        model,
        clothes,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        optimiser=nn.Adam(model.parameters(), lr=LEARNING_RATE),
        loss=nn.CrossEntropyLoss(),
        seed=seed,
        progress=progress,
    )
    return model


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
    if args.seeds:
        print(f"{args.seeds} seeds: mean {np.mean(accuracies):.2f}%, {min(accuracies):.2f} to {max(accuracies):.2f}%")
    else:
        save(model, args.out)
        print(f"{args.out}: {args.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
