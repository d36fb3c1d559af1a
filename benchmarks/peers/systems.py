"""The systems: how a user of each would write the two works.

A system's function imports and starts it, and returns the work, which alone is timed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Work: TypeAlias = Literal["natural", "ordered"]


@dataclass(frozen=True)
class Task:
    """One work on one input, and what it may use."""

    work: Work
    source: Path
    target: Path
    cores: int
    driver_memory: str
    jar: Path


@dataclass(frozen=True)
class System:
    name: str
    package: str
    start: Callable[[Task], Callable[[], object]]

    @property
    def version(self) -> str:
        return metadata.version(self.package)

    @property
    def is_spark(self) -> bool:
        return self.package == "pyspark"


def _duckdb(task: Task) -> Callable[[], object]:
    import duckdb

    connection = duckdb.connect(config={"threads": task.cores})
    # Without ORDER BY rows come in the order of files, which DuckDB preserves.
    over = "ROWS UNBOUNDED PRECEDING" if task.work == "natural" else "ORDER BY k"
    # The sum is a HUGEINT, which parquet has not: it would be written as DOUBLE.
    return lambda: connection.execute(
        f"COPY (SELECT *, (sum(x) OVER ({over}))::BIGINT AS total "
        f"FROM read_parquet('{task.source}/*.parquet')) TO '{task.target}/0.parquet'"
    )


def _polars(task: Task) -> Callable[[], object]:
    import os

    os.environ["POLARS_MAX_THREADS"] = str(task.cores)
    import polars as pl

    def run() -> None:
        table = pl.scan_parquet(task.source / "*.parquet")
        if task.work == "ordered":
            table = table.sort("k")
        table = table.with_columns(total=pl.col("x").cum_sum())
        table.sink_parquet(
            task.target / "0.parquet", compression="snappy", engine="streaming"
        )

    return run


def _dask(task: Task) -> Callable[[], object]:
    import dask
    import dask.dataframe as dd

    dask.config.set(num_workers=task.cores)

    def run() -> None:
        table = dd.read_parquet(task.source)
        if task.work == "ordered":
            table = table.sort_values("k")
        table["total"] = table["x"].cumsum()
        table.to_parquet(task.target, write_index=False)

    return run


def _pandas(task: Task) -> Callable[[], object]:
    import pandas as pd
    import pyarrow as pa

    pa.set_cpu_count(task.cores)

    def run() -> None:
        table = pd.read_parquet(task.source, dtype_backend="pyarrow")
        if task.work == "ordered":
            table = table.sort_values("k", ignore_index=True)
        table["total"] = table["x"].cumsum()
        table.to_parquet(task.target / "0.parquet")

    return run


def _pandas_on_spark(task: Task) -> Callable[[], object]:
    _session(task)
    import pyspark.pandas as ps

    def run() -> None:
        table = ps.read_parquet(str(task.source))
        if task.work == "ordered":
            table = table.sort_values("k")
        table["total"] = table["x"].cumsum()
        # This joins by the index and moves rows, so their order is only in the index.
        index = "row" if task.work == "natural" else None
        table.to_parquet(str(task.target), index_col=index)

    return run


def _spark_window(task: Task) -> Callable[[], object]:
    spark = _session(task)
    key = "monotonically_increasing_id()" if task.work == "natural" else "k"

    def run() -> None:
        spark.read.parquet(str(task.source)).createOrReplaceTempView("input")
        table = spark.sql(f"SELECT *, sum(x) OVER (ORDER BY {key}) AS total FROM input")
        table.write.mode("overwrite").parquet(str(task.target))

    return run


def _pandas_on_spark_with_jar(task: Task) -> Callable[[], object]:
    _session(task, task.jar)
    return _pandas_on_spark(task)


def _spark_cumsum(task: Task) -> Callable[[], object]:
    _session(task, task.jar)
    return _spark_window(task)


def _session(task: Task, jar: Path | None = None) -> "SparkSession":
    """The Spark session, the running one if there is one."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{task.cores}]").config(
        "spark.driver.memory", task.driver_memory
    )
    if jar:
        builder = builder.config("spark.jars", str(jar))
    return builder.getOrCreate()


SYSTEMS = {
    "duckdb": System("DuckDB", "duckdb", _duckdb),
    "polars": System("Polars", "polars", _polars),
    "dask": System("Dask", "dask", _dask),
    "pandas": System("pandas", "pandas", _pandas),
    "pandas-on-spark": System("pandas API on Spark", "pyspark", _pandas_on_spark),
    "spark-window": System("Spark's window", "pyspark", _spark_window),
    "pandas-on-spark-jar": System(
        "pandas API on Spark + jar", "pyspark", _pandas_on_spark_with_jar
    ),
    "spark-cumsum": System("spark-cumsum", "pyspark", _spark_cumsum),
}
