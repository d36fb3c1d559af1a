"""The input: a table whose columns are functions of k, and k one of the row's position.

So any row of an output can be checked by itself, and a table is made chunk by chunk.
"""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

FILES = 16
ROW_GROUP = 1 << 20

Ints = NDArray[np.int64]

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def k(positions: Ints, rows: int) -> Ints:
    """The keys at these positions: a permutation of 0 to rows - 1 that looks random.

    Multiplying by an odd number, adding 1 and xoring with the upper half are bijections
    of numbers of so many bits. What is not below rows goes through them again until it
    is, which keeps it a bijection.
    """
    bits = max(2, (rows - 1).bit_length())

    def step(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
        for odd in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
            values = (values * np.uint64(odd) + np.uint64(1)) & np.uint64(
                (1 << bits) - 1
            )
            values ^= values >> np.uint64(bits // 2)
        return values

    values = step(positions.astype(np.uint64))
    while (above := values >= rows).any():
        values[above] = step(values[above])
    return values.astype(np.int64)


def x(keys: Ints) -> Ints:
    """From -1000 to 1000, so that no total overflows."""
    return (_hash(keys, 1) % np.uint64(2001)).astype(np.int64) - 1000


def y(keys: Ints) -> NDArray[np.float64]:
    """From 0 to 1."""
    return (_hash(keys, 2) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def s(keys: Ints) -> pa.StringArray:
    """16 hexadecimal digits."""
    octets = _hash(keys, 3).view(np.uint8)
    digits = np.empty(16 * len(keys), dtype=np.uint8)
    digits[0::2] = _HEX[octets >> 4]
    digits[1::2] = _HEX[octets & 15]
    ends = np.arange(0, len(digits) + 1, 16, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(keys), pa.py_buffer(ends), pa.py_buffer(digits)
    )


def row_group_starts(rows: int) -> Ints:
    """The positions at which the files' row groups start."""
    in_file = np.arange(0, rows // FILES, ROW_GROUP)
    return np.add.outer(np.arange(0, rows, rows // FILES), in_file).ravel()


def make(rows: int, parent: Path) -> Path:
    """The directory of the table's files, which are written if they are not there."""
    directory = parent / str(rows)
    if not directory.exists():
        unfinished = parent / f"{rows}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for file in range(FILES):
            _write(unfinished / f"part-{file:02}.parquet", file, rows)
        unfinished.rename(directory)
    return directory


def bring_into_memory(directory: Path) -> None:
    """Reads the files, so that every run finds them in the page cache if they fit."""
    for file in directory.iterdir():
        with file.open("rb") as stream:
            while stream.read(1 << 24):
                pass


def _write(path: Path, file: int, rows: int) -> None:
    in_file = rows // FILES
    first = file * in_file
    schema = pa.schema(
        {"k": pa.int64(), "x": pa.int64(), "y": pa.float64(), "s": pa.string()}
    )
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(first, first + in_file, ROW_GROUP):
            end = min(start + ROW_GROUP, first + in_file)
            keys = k(np.arange(start, end), rows)
            columns = [pa.array(keys), pa.array(x(keys)), pa.array(y(keys)), s(keys)]
            writer.write_table(
                pa.table(columns, schema=schema), row_group_size=ROW_GROUP
            )


def _hash(keys: Ints, seed: int) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64, of each key."""
    z = (keys.astype(np.uint64) << np.uint64(2)) + np.uint64(seed)
    z *= np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
