"""Whether an output is right, every column of every row."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers import data

_BATCH = 1 << 20

_Judge: TypeAlias = Callable[[int, pa.RecordBatch], str | None]


def natural(
    output: Path, rows: int, starts: data.Ints, has_total: bool = True
) -> str | None:
    """What is wrong with rows in the order of the input and their totals, or None.

    The rows' order is that of the column row if there is one, else that of files by
    number. The place in the input of each is known from its k. Rows have to follow one
    another as they do in the input, except at places that are in starts. As every row
    has to be there once, starts of [0] ask for the order of the input. Spark takes the
    row groups in an order of its own, so for Spark starts are theirs. Totals have to be
    the running sum over the rows in that order. A copy has none.
    """
    keys = np.full(rows, -1, dtype=np.int64)
    totals = np.empty(rows, dtype=np.int64)

    def collect(before: int, batch: pa.RecordBatch) -> str | None:
        order = np.arange(before, before + batch.num_rows)
        if "row" in batch.schema.names:
            order = batch.column("row").to_numpy()
        if order.min() < 0 or order.max() >= rows:
            return "a row number out of range"
        keys[order] = batch.column("k").to_numpy()
        if has_total:
            totals[order] = batch.column("total").to_numpy()
        return None

    if complaint := _wrong(output, rows, has_total, collect):
        return complaint
    if keys.min() < 0:
        return "two rows with one row number"
    place = np.empty(rows, dtype=np.int64)
    for first in range(0, rows, _BATCH):
        places = np.arange(first, min(first + _BATCH, rows))
        place[data.k(places, rows)] = places
    places = place[keys]
    if not np.isin(places[np.diff(places, prepend=-2) != 1], starts).all():
        return "rows are not in the order of the input"
    if not has_total:
        return None
    return _first_difference(keys, totals, _running_sum_of_x(keys))


def ordered(output: Path, rows: int) -> str | None:
    """What is wrong with totals by k, or None. The rows may be in any order."""
    by_key = _running_sum_of_x(np.arange(rows))

    def judge(_: int, batch: pa.RecordBatch) -> str | None:
        keys = batch.column("k").to_numpy()
        return _first_difference(keys, batch.column("total").to_numpy(), by_key[keys])

    return _wrong(output, rows, True, judge)


def sorted_copy(output: Path, rows: int, has_total: bool) -> str | None:
    """What is wrong with a copy sorted by k, over files by number, or None.

    The values of its column of totals, if it has one, are not looked at.
    """

    def judge(before: int, batch: pa.RecordBatch) -> str | None:
        sorted_keys = np.arange(before, before + batch.num_rows)
        if not np.array_equal(batch.column("k").to_numpy(), sorted_keys):
            return "rows are not sorted by k"
        return None

    return _wrong(output, rows, has_total, judge)


def _wrong(output: Path, rows: int, has_total: bool, judge: _Judge) -> str | None:
    """What is wrong with the rows, or what judge says of a batch after so many rows."""
    columns = {"k", "x", "y", "s"} | ({"total"} if has_total else set())
    seen = np.zeros(rows, dtype=bool)
    count = 0
    for batch in _batches(output):
        if set(batch.schema.names) - {"row"} != columns:
            return f"other columns: {', '.join(batch.schema.names)}"
        if has_total and batch.schema.field("total").type != pa.int64():
            return f"total is {batch.schema.field('total').type}"
        if any(column.null_count for column in batch.columns):
            return "nulls"
        keys = batch.column("k").to_numpy()
        if keys.min() < 0 or keys.max() >= rows:
            return "a k that is not in the input"
        if count + len(keys) > rows:
            return "too many rows"
        if not (
            np.array_equal(batch.column("x").to_numpy(), data.x(keys))
            and np.array_equal(batch.column("y").to_numpy(), data.y(keys))
            and batch.column("s").cast(pa.string()).equals(data.s(keys))
        ):
            return "x, y or s that is not that of the input's row"
        if complaint := judge(count, batch):
            return complaint
        seen[keys] = True
        count += len(keys)
    if count != rows or not seen.all():
        return f"{count} rows with {np.count_nonzero(seen)} of {rows} keys"
    return None


def _batches(output: Path) -> Iterator[pa.RecordBatch]:
    def number(file: Path) -> int:
        digits = re.search(r"\d+", file.name)
        return int(digits.group()) if digits else 0

    for file in sorted(output.glob("*.parquet"), key=number):
        for batch in pq.ParquetFile(file).iter_batches(_BATCH):
            if batch.num_rows:
                yield batch


def _running_sum_of_x(keys: data.Ints) -> data.Ints:
    values = np.empty(len(keys), dtype=np.int64)
    for first in range(0, len(keys), _BATCH):
        values[first : first + _BATCH] = data.x(keys[first : first + _BATCH])
    return np.cumsum(values, out=values)


def _first_difference(
    keys: data.Ints, totals: data.Ints, expected: data.Ints
) -> str | None:
    different = np.flatnonzero(totals != expected)
    if not len(different):
        return None
    row = different[0]
    return f"total {totals[row]} instead of {expected[row]} at k = {keys[row]}"
