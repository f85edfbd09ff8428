"""Numbers that look drawn and yet add up exactly."""

from collections.abc import Sequence
from random import Random


def exact_sizes(rng: Random, count: int, total: int, largest: int) -> list[int]:
    """`count` household sizes from 1 to `largest` that sum to `total`, scattered around the mean."""
    if not count <= total <= count * largest:
        raise ValueError(f"{count} households of 1 to {largest} cannot hold {total} persons")
    mean = total / count
    sizes = [min(largest, max(1, round(rng.gauss(mean, 0.24 * mean + 0.45)))) for _ in range(count)]
    missing = total - sum(sizes)
    step = 1 if missing > 0 else -1
    while missing:
        index = rng.randrange(count)
        if 1 <= sizes[index] + step <= largest:
            sizes[index] += step
            missing -= step
    return sizes


def exact_parts(total: int, weights: Sequence[float]) -> list[int]:
    """Whole parts of `total` in proportion to the weights; the largest remainders take what is left."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts
