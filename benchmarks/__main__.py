"""Prints every comparison, and says which promise does not hold; the exit status tells too."""

import os
import sys


def main() -> int:
    """Runs all; 1 if a promise is broken."""
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # they would choose other kernels than users get
        os.environ.pop(name, None)
    # Now, since BLAS reads its settings when NumPy is imported.
    import torch

    from benchmarks import max_pool, page_live, page_weight, record, timing, training_step

    torch.set_num_threads(1)
    broken = []

    steps, left_out = training_step.contenders()
    spent = timing.medians(steps, rounds=25)
    print(timing.table("training step", spent, unit="torch"), *(f"  {line}" for line in left_out), sep="\n")
    if spent["cnnviz.nn"] > training_step.MOST_OF_TORCH * spent["torch"]:
        broken.append(f"a training step takes more than {training_step.MOST_OF_TORCH} of torch's time")
    if "tinynn" in spent and spent["tinynn"] < training_step.LEAST_OF_TINYNN * spent["cnnviz.nn"]:
        broken.append(f"a training step is not {training_step.LEAST_OF_TINYNN} times faster than tinynn's")

    for window in max_pool.WINDOWS:
        spent = timing.medians(max_pool.contenders(window), rounds=25)
        print(timing.table(f"max pooling {window}", spent, unit="torch"))
        if window == max_pool.PROMISED and spent["cnnviz.nn"] > max_pool.MOST_OF_TORCH * spent["torch"]:
            broken.append(f"max pooling {window} takes longer than torch's")

    runs, left_out = record.contenders()
    spent = timing.medians(runs, rounds=25)
    print(timing.table("recording", spent, unit="plain forward"), *(f"  {line}" for line in left_out), sep="\n")
    for name, most in (("cnnviz.record", record.MOST_OF_FORWARD), (record.FIRST, record.MOST_THE_FIRST_TIME)):
        if spent[name] > most * spent["plain forward"]:
            broken.append(f"{name} takes more than {most} of a plain forward's time")

    live = page_live.measured()
    print(*page_live.lines(live), sep="\n")
    broken += page_live.broken(live)

    sizes = page_weight.weights()
    print(page_weight.table(sizes))
    broken += [
        f"{name} weighs more than {most:,} bytes" for name, most in page_weight.MOST.items() if sizes[name][0] > most
    ]

    for promise in broken:
        print(f"BROKEN: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
