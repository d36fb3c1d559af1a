"""Times NumPy for the functions, types and lengths of KernelBenchmark; prints JSON.

Each result is an array that is new, as in KernelBenchmark.
"""

import json
import sys
import time

import numpy as np

WARM_UP = 0.1
MEASURED = 0.3


def accumulate(ufunc):
    return lambda array, dtype: ufunc.accumulate(array, dtype=dtype)


FUNCTIONS = {
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "cummax": accumulate(np.maximum),
    "cummin": accumulate(np.minimum),
}


def values(dtype, length, are_factors):
    generator = np.random.default_rng(length)
    if dtype == "bool":
        return generator.integers(0, 2, length).astype(bool)
    if dtype.startswith("float"):
        drawn = generator.random(length)
        return (1 + (drawn - 0.5) / 1000 if are_factors else drawn).astype(dtype)
    if are_factors:
        return (1 - 2 * generator.integers(0, 2, length)).astype(dtype)
    drawn = generator.integers(0, 100, length).astype(dtype)
    drawn[1::2] = -drawn[: length // 2 * 2 : 2]
    return drawn


def seconds_a_call(function, array, dtype, at_least):
    calls, batch = 0, 1
    start = time.perf_counter()
    while (elapsed := time.perf_counter() - start) < at_least:
        for _ in range(batch):
            function(array, dtype=dtype)
        calls += batch
        batch = max(1, calls // 20)
    return elapsed / calls


def main():
    cells = [tuple(cell) for cell in json.load(sys.stdin)]
    times = []
    for name, types, length in cells:
        function = FUNCTIONS[name]
        element, result = types.split(" ")
        array = values(element, length, name == "cumprod")
        assert function(array, dtype=result).dtype == result
        seconds_a_call(function, array, result, WARM_UP)
        times.append(seconds_a_call(function, array, result, MEASURED) / length * 1e9)
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    main()
