"""The systems: how a user of each would write the works.

A system's function imports and starts it, and returns the work, which alone is timed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from benchmarks.db.questions import QUESTIONS

if TYPE_CHECKING:
    import polars
    from pyspark.sql import SparkSession

SUMS = ("natural", "ordered")
"""The running sums."""

WORKS = (*SUMS, *QUESTIONS)
"""All works; the questions are those of db-benchmark."""

COMET_VERSION = "1.2.0"


@dataclass(frozen=True)
class Task:
    """One work on one input, and what it may use."""

    work: str
    source: Path
    target: Path
    cores: int
    driver_memory: str
    conf: dict[str, str]
    """More settings of Spark."""
    jar: Path
    comet: Path


@dataclass(frozen=True)
class System:
    name: str
    package: str
    start: Callable[[Task], Callable[[], object]]
    works: tuple[str, ...] = SUMS
    total: Literal["running sum", "any", "none"] = "running sum"
    """What the column of totals has, if there is one."""
    with_comet: bool = False

    @property
    def version(self) -> str:
        version = metadata.version(self.package)
        return version + f", Comet {COMET_VERSION}" * self.with_comet

    @property
    def is_spark(self) -> bool:
        return self.package == "pyspark"


@dataclass(frozen=True)
class Limit:
    """What a system's seconds are held against: those of what it has to do anyway."""

    work: str
    system: str
    limit: str
    target: float | None = None


def _duckdb(task: Task) -> Callable[[], object]:
    import duckdb

    connection = duckdb.connect(config={"threads": task.cores})
    if task.work in QUESTIONS:
        return lambda: connection.execute(
            f"CREATE VIEW large AS FROM read_parquet('{task.source}/*.parquet');"
            f"COPY ({QUESTIONS[task.work]}) TO '{task.target}/0.parquet'"
        )
    # Without ORDER BY rows come in the order of files, which DuckDB preserves.
    over = "ROWS UNBOUNDED PRECEDING" if task.work == "natural" else "ORDER BY k"
    # The sum is a HUGEINT, which parquet has not: it would be written as DOUBLE.
    return lambda: connection.execute(
        f"COPY (SELECT *, (sum(x) OVER ({over}))::BIGINT AS total "
        f"FROM read_parquet('{task.source}/*.parquet')) TO '{task.target}/0.parquet'"
    )


def _datafusion(task: Task) -> Callable[[], object]:
    from datafusion import SessionConfig, SessionContext

    # Of several partitions it takes whichever rows come first: their order is lost.
    partitions = 1 if task.work == "natural" else task.cores
    context = SessionContext(SessionConfig().with_target_partitions(partitions))
    # k is there once each, so rows are its peers' range, and faster.
    key = "" if task.work == "natural" else "ORDER BY k"

    query = QUESTIONS.get(
        task.work,
        f"SELECT *, sum(x) OVER ({key} ROWS UNBOUNDED PRECEDING) AS total FROM input",
    )

    def run() -> None:
        context.register_parquet(_table(task), task.source)
        table = context.sql(query)
        table.write_parquet(task.target / "0.parquet", compression="snappy")

    return run


def _polars(task: Task) -> Callable[[], object]:
    import os

    os.environ["POLARS_MAX_THREADS"] = str(task.cores)
    import polars as pl

    def run() -> None:
        table = pl.scan_parquet(task.source / "*.parquet")
        if task.work in QUESTIONS:
            table = _polars_answer(task.work, table)
        else:
            if task.work == "ordered":
                table = table.sort("k")
            table = table.with_columns(total=pl.col("x").cum_sum())
        table.sink_parquet(
            task.target / "0.parquet", compression="snappy", engine="streaming"
        )

    return run


def _polars_answer(question: str, large: "polars.LazyFrame") -> "polars.LazyFrame":
    import polars as pl

    v2 = pl.col("v2")
    table = large.select("id1", "id2", "id3", "v2")
    if question == "db-total":
        return table.with_columns(total=v2.sum())
    if question == "db-range":
        # Polars rolls over times and integers alone, so the sum of each frame is the
        # difference of two running sums.
        table = table.sort("v2").with_columns(sums=v2.cum_sum())
        until = v2.search_sorted(v2, side="right")
        before = v2.search_sorted(v2 - 3, side="left")
        sums = pl.col("sums")
        total = sums.gather(until - 1) - (
            pl.when(before > 0)
            .then(sums.gather(before.cast(pl.Int64).sub(1).clip(0)))
            .otherwise(0)
        )
        return table.select("id1", "id2", "id3", "v2", total=total)
    results = {
        "db-first": {
            "first_v2": v2.first(),
            "number": pl.int_range(1, pl.len() + 1),
        },
        "db-neighbours": {"v2_before": v2.shift(1), "v2_after": v2.shift(-1)},
        "db-average": {"average": v2.rolling_mean(101, min_samples=1)},
        "db-running": {"total": v2.cum_sum()},
    }
    return table.sort("id3").with_columns(**results[question])


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


def _pandas_on_spark_apply_with_jar(task: Task) -> Callable[[], object]:
    """The way without a join, see "pandas API on Spark" in docs/windows.md."""
    _session(task, _with_jar(task))
    import pyspark.pandas as ps
    from pyspark.sql import DataFrame, Window
    from pyspark.sql import functions as F

    natural = task.work == "natural"
    key = F.monotonically_increasing_id() if natural else F.col("k")
    total = F.when(F.col("x").isNotNull(), F.sum("x").over(Window.orderBy(key)))

    def with_total(rows: DataFrame) -> DataFrame:
        return rows.withColumn("total", total)

    def run() -> None:
        table = ps.read_parquet(str(task.source), index_col="k")
        table = table.spark.apply(with_total, index_col="k")
        table.to_parquet(str(task.target), index_col="k")

    return run


def _spark_window(task: Task) -> Callable[[], object]:
    if task.work in QUESTIONS:
        return _spark_sql(task, QUESTIONS[task.work])
    key = "monotonically_increasing_id()" if task.work == "natural" else "k"
    return _spark_sql(
        task, f"SELECT *, sum(x) OVER (ORDER BY {key}) AS total FROM input"
    )


def _spark_copy(task: Task) -> Callable[[], object]:
    order = "" if task.work == "natural" else " ORDER BY k"
    return _spark_sql(task, f"SELECT * FROM input{order}")


def _spark_sort_with_column(task: Task) -> Callable[[], object]:
    return _spark_sql(task, "SELECT *, k + x AS total FROM input ORDER BY k")


def _spark_sql(task: Task, query: str) -> Callable[[], object]:
    spark = _session(task)

    def run() -> None:
        spark.read.parquet(str(task.source)).createOrReplaceTempView(_table(task))
        spark.sql(query).write.mode("overwrite").parquet(str(task.target))

    return run


def _table(task: Task) -> str:
    """The name of the table in the work's query."""
    return "large" if task.work in QUESTIONS else "input"


def _pandas_on_spark_with_jar(task: Task) -> Callable[[], object]:
    _session(task, _with_jar(task))
    return _pandas_on_spark(task)


def _spark_cumsum(task: Task) -> Callable[[], object]:
    _session(task, _with_jar(task))
    return _spark_window(task)


def _spark_window_with_comet(task: Task) -> Callable[[], object]:
    _session(task, _with_comet(task))
    return _spark_window(task)


def _spark_copy_with_comet(task: Task) -> Callable[[], object]:
    _session(task, _with_comet(task))
    return _spark_copy(task)


def _spark_cumsum_with_comet(task: Task) -> Callable[[], object]:
    _session(task, _with_jar(task) | _with_comet(task))
    return _spark_window(task)


def _with_jar(task: Task) -> dict[str, str]:
    return {"spark.jars": str(task.jar)}


def _with_comet(task: Task) -> dict[str, str]:
    """As Comet's manual has it: its shuffle has to be on Spark's own class path."""
    return {
        "spark.driver.extraClassPath": str(task.comet),
        "spark.plugins": "org.apache.spark.CometPlugin",
        "spark.shuffle.manager": (
            "org.apache.spark.sql.comet.execution.shuffle.CometShuffleManager"
        ),
        "spark.memory.offHeap.enabled": "true",
        "spark.memory.offHeap.size": task.driver_memory,
    }


def _session(task: Task, settings: dict[str, str] | None = None) -> "SparkSession":
    """The Spark session, the running one if there is one."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{task.cores}]").config(
        "spark.driver.memory", task.driver_memory
    )
    for name, value in (task.conf | (settings or {})).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


SYSTEMS = {
    "duckdb": System("DuckDB", "duckdb", _duckdb, WORKS),
    "datafusion": System("DataFusion", "datafusion", _datafusion, WORKS),
    "polars": System("Polars", "polars", _polars, WORKS),
    "dask": System("Dask", "dask", _dask),
    "pandas": System("pandas", "pandas", _pandas),
    "pandas-on-spark": System("pandas API on Spark", "pyspark", _pandas_on_spark),
    "spark-window": System("Spark's window", "pyspark", _spark_window, WORKS),
    "pandas-on-spark-jar": System(
        "pandas API on Spark + jar", "pyspark", _pandas_on_spark_with_jar
    ),
    "pandas-on-spark-apply-jar": System(
        "pandas API on Spark, apply + jar",
        "pyspark",
        _pandas_on_spark_apply_with_jar,
    ),
    # A limit and what is held against it run one after the other.
    "spark-copy": System(
        "Spark, copying", "pyspark", _spark_copy, ("natural",), total="none"
    ),
    "spark-sort": System(
        "Spark, sorting and copying",
        "pyspark",
        _spark_copy,
        ("ordered",),
        total="none",
    ),
    "spark-sort-column": System(
        "Spark, sorting and copying, one more column",
        "pyspark",
        _spark_sort_with_column,
        ("ordered",),
        total="any",
    ),
    "spark-cumsum": System("spark-cumsum", "pyspark", _spark_cumsum, WORKS),
    "spark-window-comet": System(
        "Spark's window + Comet", "pyspark", _spark_window_with_comet, with_comet=True
    ),
    "spark-copy-comet": System(
        "Spark, copying + Comet",
        "pyspark",
        _spark_copy_with_comet,
        ("natural",),
        total="none",
        with_comet=True,
    ),
    "spark-sort-comet": System(
        "Spark, sorting and copying + Comet",
        "pyspark",
        _spark_copy_with_comet,
        ("ordered",),
        total="none",
        with_comet=True,
    ),
    "spark-cumsum-comet": System(
        "spark-cumsum + Comet", "pyspark", _spark_cumsum_with_comet, with_comet=True
    ),
}

LIMITS = [
    Limit("natural", "spark-cumsum", "spark-copy", target=1.10),
    Limit("ordered", "spark-cumsum", "spark-sort", target=1.03),
    Limit("ordered", "spark-cumsum", "spark-sort-column"),
    Limit("natural", "spark-cumsum-comet", "spark-copy-comet"),
    Limit("ordered", "spark-cumsum-comet", "spark-sort-comet"),
]
