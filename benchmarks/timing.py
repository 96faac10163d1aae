"""Contenders that take turns, timed by the CPU time of this process."""

import statistics
import time
from collections.abc import Callable, Mapping

Contenders = Mapping[str, Callable[[], object]]


def medians(contenders: Contenders, rounds: int, warm_up: int = 2) -> dict[str, float]:
    """The median CPU milliseconds of each, over `rounds` in which each runs once, after `warm_up` that do not count."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(warm_up + rounds):
        for name, run in contenders.items():
            start = time.process_time()
            run()
            spent = time.process_time() - start
            if turn >= warm_up:
                times[name].append(1e3 * spent)
    return {name: statistics.median(spent) for name, spent in times.items()}


def table(title: str, results: Mapping[str, float], unit: str) -> str:
    """Lines with each contender's milliseconds and its ratio to `unit`'s."""
    wide = max(map(len, results))
    lines = [f"  {name:<{wide}}  {spent:8.2f} ms  {spent / results[unit]:6.2f}" for name, spent in results.items()]
    return "\n".join([f"{title}  (median CPU time, ratio to {unit})", *lines])
