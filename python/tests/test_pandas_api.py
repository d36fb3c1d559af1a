"""Running windows of pandas API on Spark are scans, and agree with pandas."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyspark.pandas as ps
import pytest
from pyspark.sql import DataFrame, SparkSession, Window, WindowSpec
from pyspark.sql import functions as F

from plans import assert_distributed, plan

SKIPNA = pytest.mark.parametrize("skipna", [True, False])


def table(spark: SparkSession) -> DataFrame:
    """In 7 partitions, whose order is that of the rows."""
    id_ = F.col("id")
    return spark.range(0, 300, 1, 7).select(
        (id_ * 37 % 101 - 50).alias("long"),
        (id_ * 37 % 101 - 50).cast("int").alias("int"),
        (id_ * 53 % 97 / 7 - 6).alias("double"),
        (id_ * 53 % 97 / 8).cast("float").alias("float"),
        F.when(id_ % 17 != 3, id_ * 53 % 97 / 7 - 6).alias("gaps"),
        (F.when(id_ % 3 == 0, 0.5).when(id_ % 3 == 1, -3.0).otherwise(0.7)).alias("factor"),
        (F.when(id_ % 29 != 11, 1 + id_ % 7 / 100)).alias("growth"),
        F.when(id_ % 40 == 5, -2).otherwise(1).cast("long").alias("small"),
        (id_ % 5 == 2).alias("flag"),
    )


def compare(
    spark: SparkSession, column: str, function: str, skipna: bool, rtol: float = 0.0
) -> None:
    actual = getattr(table(spark).pandas_api()[column], function)(skipna=skipna)
    assert_distributed(actual.to_frame().to_spark())
    expected = getattr(table(spark).toPandas()[column], function)(skipna=skipna)
    values = actual.to_pandas().to_numpy(dtype=np.float64, na_value=np.nan)
    np.testing.assert_allclose(values, expected.to_numpy(dtype=np.float64), rtol=rtol, atol=rtol)


@SKIPNA
@pytest.mark.parametrize("column", ["long", "int", "flag"])
def test_cumsum_of_integers(spark: SparkSession, column: str, skipna: bool) -> None:
    compare(spark, column, "cumsum", skipna)


@SKIPNA
@pytest.mark.parametrize("column", ["double", "float", "gaps"])
def test_cumsum_of_floats(spark: SparkSession, column: str, skipna: bool) -> None:
    # The sum is exact here, and Pandas adds up its rounding, of FLOAT in FLOAT.
    compare(spark, column, "cumsum", skipna, rtol=1e-5 if column == "float" else 1e-10)


@SKIPNA
@pytest.mark.parametrize("function", ["cummax", "cummin"])
@pytest.mark.parametrize("column", ["long", "double", "float", "gaps"])
def test_cummax_and_cummin(spark: SparkSession, column: str, function: str, skipna: bool) -> None:
    compare(spark, column, function, skipna)


@SKIPNA
@pytest.mark.parametrize("column", ["factor", "growth"])
def test_cumprod_of_floats(spark: SparkSession, column: str, skipna: bool) -> None:
    compare(spark, column, "cumprod", skipna, rtol=1e-13)


@SKIPNA
def test_cumprod_of_integers(spark: SparkSession, skipna: bool) -> None:
    compare(spark, "small", "cumprod", skipna)


def test_cumprod_has_a_zero_from_the_first_one_on(spark: SparkSession) -> None:
    df = spark.range(0, 100, 1, 7).select(F.when(F.col("id") == 40, 0.0).otherwise(3.0).alias("x"))
    actual = df.pandas_api()["x"].cumprod().to_numpy()
    np.testing.assert_array_equal(actual[:20], 3.0 ** np.arange(1, 21))
    assert (actual[40:] == 0).all()


NEIGHBOURS = {
    "shift": lambda rows: rows.shift(1),
    "shift back": lambda rows: rows.shift(-2),
    "diff": lambda rows: rows.diff(),
    "pct_change": lambda rows: (rows + 100).pct_change(),
    "ffill": lambda rows: rows.ffill(),
    "bfill": lambda rows: rows.bfill(),
    "interpolate": lambda rows: rows.interpolate(),
    "interpolate backward": lambda rows: rows.interpolate(limit=1, limit_direction="backward"),
    "ewm": lambda rows: rows.ewm(alpha=0.3).mean(),
    "ewm ignoring nulls": lambda rows: rows.ewm(span=9, min_periods=4, ignore_na=True).mean(),
}
ROLLING = {
    "sum": lambda rows: rows.rolling(4).sum(),
    "mean": lambda rows: rows.rolling(7, min_periods=2).mean(),
    "max": lambda rows: rows.rolling(3).max(),
    "std": lambda rows: rows.rolling(5).std(),
}


@pytest.mark.parametrize("method", ROLLING)
def test_rolling(spark: SparkSession, method: str) -> None:
    actual = ROLLING[method](table(spark).pandas_api()["double"])
    assert_distributed(actual.to_frame().to_spark())
    expected = ROLLING[method](table(spark).toPandas()["double"])
    np.testing.assert_allclose(actual.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("column", ["double", "gaps"])
@pytest.mark.parametrize("method", NEIGHBOURS)
def test_neighbouring_rows(spark: SparkSession, method: str, column: str) -> None:
    actual = NEIGHBOURS[method](table(spark).pandas_api()[column])
    assert_distributed(actual.to_frame().to_spark())
    expected = table(spark).toPandas()[column]
    if method == "pct_change":
        expected = (expected + 100).pct_change(fill_method=None)
    else:
        expected = NEIGHBOURS[method](expected)
    np.testing.assert_allclose(actual.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-9)


EACH_INDEX = {
    "cumsum": lambda rows: rows.cumsum(),
    "diff": NEIGHBOURS["diff"],
    "bfill": NEIGHBOURS["bfill"],
    "rolling": ROLLING["mean"],
    "expanding": lambda rows: rows.expanding(3).std(),
    "interpolate": NEIGHBOURS["interpolate"],
    "ewm": NEIGHBOURS["ewm"],
}


@pytest.mark.own_driver
@pytest.mark.parametrize("index", ["sequence", "distributed", "distributed-sequence"])
@pytest.mark.parametrize("method", EACH_INDEX)
def test_every_default_index(spark: SparkSession, method: str, index: str) -> None:
    with ps.option_context("compute.default_index_type", index):
        actual = EACH_INDEX[method](table(spark).pandas_api()["gaps"])
        assert_distributed(actual.to_frame().to_spark())
        values = actual.to_numpy()
    expected = EACH_INDEX[method](table(spark).toPandas()["gaps"])
    np.testing.assert_allclose(values, expected.to_numpy(), rtol=1e-9, atol=1e-9)


def test_whole_frames(spark: SparkSession) -> None:
    columns = ["long", "double", "gaps"]
    actual = table(spark).pandas_api()[columns].cumsum()
    assert_distributed(actual.to_spark())
    expected = table(spark).toPandas()[columns].cumsum()
    pd.testing.assert_frame_equal(actual.to_pandas(), expected, rtol=1e-10)


def test_frames_from_pandas(spark: SparkSession) -> None:
    pdf = pd.DataFrame({"x": [1.0, np.nan, 2.0, -1.0]})
    pd.testing.assert_frame_equal(ps.from_pandas(pdf).cumsum().to_pandas(), pdf.cumsum())


def with_total(table: ps.DataFrame, window: WindowSpec, index: str | None) -> ps.DataFrame:
    """As in docs/windows.md."""
    total = F.when(F.col("x").isNotNull(), F.sum("x").over(window))
    return table.spark.apply(lambda rows: rows.withColumn("total", total), index_col=index)


def assert_nothing_is_joined(df: DataFrame) -> None:
    assert_distributed(df)
    text = plan(df)
    for node in ["Join", "Exchange", "Sort", "AttachDistributedSequence"]:
        assert node not in text, text
    # Else another plan might be the one that runs.
    assert "AdaptiveSparkPlan" not in text, text


@pytest.fixture
def stored(spark: SparkSession, tmp_path: Path) -> str:
    """In 7 files, none of which has its keys in order."""
    id_ = F.col("id")
    x = F.when(id_ % 17 != 3, id_ * 53 % 97 / 7 - 6)
    df = spark.range(0, 300, 1, 7).select((id_ * 127 % 300).alias("k"), x.alias("x"))
    df.write.parquet(str(tmp_path / "table"))
    return str(tmp_path / "table")


def test_a_total_by_a_key_joins_nothing(stored: str) -> None:
    actual = with_total(ps.read_parquet(stored, index_col="k"), Window.orderBy("k"), "k")
    assert_nothing_is_joined(actual.to_spark(index_col="k"))
    expected = pd.read_parquet(stored).sort_values("k").set_index("k")
    expected["total"] = expected["x"].cumsum()
    pd.testing.assert_frame_equal(actual.to_pandas(), expected, rtol=1e-10)


def test_a_total_in_the_order_of_rows_joins_nothing(stored: str) -> None:
    table = ps.read_parquet(stored)
    actual = with_total(table, Window.orderBy(F.monotonically_increasing_id()), None)
    assert_nothing_is_joined(actual.to_spark())
    expected = table.to_pandas()
    expected["total"] = expected["x"].cumsum()
    pd.testing.assert_frame_equal(actual.to_pandas(), expected, rtol=1e-10)
