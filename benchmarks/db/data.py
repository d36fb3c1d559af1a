"""The table large: what db-benchmark's join task calls big, and its window task large.

- id1, id2 and id3 are integers, of a millionth, a thousandth and all of as many different
  values as there are rows. They are drawn from 1 to a tenth more. Each value is there at
  least once, so each id3 is there once.
- id4, id5 and id6 are the same as texts, such as id17.
- v2 is uniform from 0 to 100, rounded to six digits behind the point.

Rows are in random order. The seed is fixed, so the same table comes out everywhere.
"""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.peers.data import FILES, Ints

_SEED = 20240626


def make(rows: int, parent: Path) -> Path:
    """The directory of the table's files, which are written if they are not there."""
    directory = parent / f"large-{rows}"
    if not directory.exists():
        unfinished = parent / f"large-{rows}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        table = _table(rows)
        in_file = rows // FILES
        for file in range(FILES):
            pq.write_table(
                table.slice(file * in_file, in_file),
                unfinished / f"part-{file:02}.parquet",
            )
        unfinished.rename(directory)
    return directory


def _table(rows: int) -> pa.Table:
    random = np.random.default_rng(_SEED)
    ids = [_ids(random, rows, rows // share) for share in (1_000_000, 1_000, 1)]
    columns = {f"id{i}": pa.array(values) for i, values in enumerate(ids, 1)}
    for i, values in enumerate(ids, 4):
        columns[f"id{i}"] = pc.binary_join_element_wise(
            "id", pc.cast(pa.array(values), pa.string()), ""
        )
    columns["v2"] = pa.array(np.round(random.uniform(0, 100, rows), 6))
    return pa.table(columns)


def _ids(random: np.random.Generator, rows: int, distinct: int) -> Ints:
    distinct = max(1, distinct)
    values = 1 + random.permutation(distinct + distinct // 10)[:distinct]
    drawn = random.choice(values, rows - distinct)
    return random.permutation(np.concatenate((values, drawn)))
