"""Contenders that take turns, timed by the CPU time of this process."""

import random
import statistics
import time
from collections.abc import Callable, Mapping

from threadpoolctl import threadpool_limits

Contenders = Mapping[str, Callable[[], object]]


def medians(contenders: Contenders, rounds: int, warm_up: int = 2) -> dict[str, float]:
    """The median CPU milliseconds of each, over `rounds` in which each runs once, after `warm_up` that do not count.

    The order is drawn anew in each round: who runs after a contender that leaves the caches cold and the memory in
    pieces pays for it.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    order, chance = list(contenders), random.Random(0)
    with threadpool_limits(1):
        for turn in range(warm_up + rounds):
            chance.shuffle(order)
            for name in order:
                start = time.process_time()
                contenders[name]()
                spent = time.process_time() - start
                if turn >= warm_up:
                    times[name].append(1e3 * spent)
    return {name: statistics.median(spent) for name, spent in times.items()}


def table(title: str, results: Mapping[str, float], unit: str) -> str:
    """Lines with each contender's milliseconds and its ratio to `unit`'s."""
    wide = max(map(len, results))
    lines = [f"  {name:<{wide}}  {spent:8.2f} ms  {spent / results[unit]:6.2f}" for name, spent in results.items()]
    return "\n".join([f"{title}  (median CPU time, ratio to {unit})", *lines])
