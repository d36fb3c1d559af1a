"""Whether an answer is right, every column of every row, which may be in any order."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.peers.data import Ints

Doubles = NDArray[np.float64]

_COLUMNS = ["id1", "id2", "id3", "v2"]

_PRECISION = 1e-9
"""How far, of itself, a result in DOUBLE may be off: systems add in different orders."""


def answer(question: str, source: Path, output: Path) -> str | None:
    """What is wrong with the answer to a question over the table in source, or None."""
    given = _by_id3(pq.read_table(source, columns=_COLUMNS))
    answered = _by_id3(pq.read_table(output))
    expected = _results(question, given)
    names = [*_COLUMNS, *expected]
    if sorted(answered.column_names) != sorted(names):
        return f"other columns: {', '.join(answered.column_names)}"
    if answered.num_rows != given.num_rows:
        return f"{answered.num_rows} rows instead of {given.num_rows}"
    for name in _COLUMNS:
        if not answered[name].combine_chunks().equals(given[name].combine_chunks()):
            return f"{name} that is not that of the input's row"
    for name, results in expected.items():
        column = answered[name]
        if pa.types.is_floating(column.type) != (results.dtype.kind == "f"):
            return f"{name} is {column.type}"
        # No result is NaN, so NaN is NULL here.
        if column.null_count != np.count_nonzero(np.isnan(results)):
            return f"{name} has {column.null_count} nulls"
        found = column.to_numpy()
        right = np.isclose(found, results, rtol=_PRECISION, atol=0, equal_nan=True)
        if not right.all():
            row = np.flatnonzero(~right)[0]
            return (
                f"{name} {found[row]} instead of {results[row]} "
                f"at id3 = {given['id3'][row]}"
            )
    return None


def _by_id3(table: pa.Table) -> pa.Table:
    return table.sort_by("id3")


def _results(question: str, table: pa.Table) -> dict[str, Doubles | Ints]:
    """What the question asks for, of the rows in the order of id3."""
    v2 = table["v2"].to_numpy()
    rows = len(v2)
    if question == "db-total":
        return {"total": np.full(rows, float(_sums(v2)[-1]))}
    if question == "db-first":
        return {"first_v2": np.full(rows, v2[0]), "number": np.arange(1, rows + 1)}
    if question == "db-neighbours":
        none = [np.nan]
        return {
            "v2_before": np.concatenate((none, v2[:-1])),
            "v2_after": np.concatenate((v2[1:], none)),
        }
    if question == "db-average":
        end = np.arange(1, rows + 1)
        start = np.maximum(end - 101, 0)
        sums = _sums(v2)
        return {"average": ((sums[end] - sums[start]) / (end - start)).astype(float)}
    if question == "db-running":
        return {"total": _sums(v2)[1:].astype(float)}
    if question == "db-range":
        ordered = np.sort(v2)
        start = np.searchsorted(ordered, v2 - 3, side="left")
        end = np.searchsorted(ordered, v2, side="right")
        sums = _sums(ordered)
        return {"total": (sums[end] - sums[start]).astype(float)}
    raise ValueError(question)


def _sums(values: Doubles) -> NDArray[np.longdouble]:
    """The sums of no value, the first, the first two and so on."""
    return np.concatenate(([0], np.cumsum(values, dtype=np.longdouble)))
