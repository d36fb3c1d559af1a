"""Times numpy.cumsum for the types and lengths of KernelBenchmark; prints JSON.

Each result is an array that is new, as in KernelBenchmark.
"""

import json
import sys
import time

import numpy as np

WARM_UP = 0.1
MEASURED = 0.3


def values(dtype, length):
    generator = np.random.default_rng(length)
    if dtype == "bool":
        return generator.integers(0, 2, length).astype(bool)
    if dtype.startswith("float"):
        return generator.random(length).astype(dtype)
    drawn = generator.integers(0, 100, length).astype(dtype)
    drawn[1::2] = -drawn[: length // 2 * 2 : 2]
    return drawn


def seconds_a_call(array, dtype, at_least):
    calls, batch = 0, 1
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < at_least:
        for _ in range(batch):
            np.cumsum(array, dtype=dtype)
        calls += batch
        batch = max(1, calls // 20)
    return elapsed / calls


def main():
    cells = [tuple(cell) for cell in json.load(sys.stdin)]
    times = []
    for types, length in cells:
        element, total = types.split(" ")
        array = values(element, length)
        assert np.cumsum(array, dtype=total).dtype == total
        seconds_a_call(array, total, WARM_UP)
        times.append(seconds_a_call(array, total, MEASURED) / length * 1e9)
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    main()
