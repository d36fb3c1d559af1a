"""Cumulative functions of groups are pandas' groupby, however large a group is."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyspark.pandas as ps
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from plans import plan
from spark_cumsum import cummax_table, cummin_table, cumprod_table, cumsum_table

SKEW = {
    "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes": "1",
    "spark.sql.adaptive.skewJoin.skewedPartitionFactor": "1.5",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "2000",
}


def table(spark: SparkSession) -> DataFrame:
    """Nine of ten rows are in one group; a group is null."""
    id_ = F.col("id")
    return spark.range(0, 1000, 1, 7).select(
        F.when(id_ % 10 != 0, "most").when(id_ % 50 != 0, (id_ % 30).cast("string")).alias("g"),
        (id_ * 389 % 1000).alias("t"),
        (id_ * 37 % 101 - 50).alias("n"),
        F.when(id_ % 17 != 3, id_ * 53 % 97 / 96 + 0.5).alias("x"),
    )


@pytest.mark.parametrize(
    ("of", "function", "column"),
    [
        (cumsum_table, "cumsum", "n"),
        (cumsum_table, "cumsum", "x"),
        (cumprod_table, "cumprod", "x"),
        (cummax_table, "cummax", "n"),
        (cummin_table, "cummin", "x"),
    ],
)
def test_groups_are_those_of_pandas(
    spark: SparkSession, of: Callable[..., Any], function: str, column: str
) -> None:
    transform = of(column, axis=0, order_by="t", partition_by="g", out="result")
    actual = table(spark).transform(transform).toPandas()
    rows = table(spark).toPandas().sort_values("t")
    groups = rows.groupby("g", dropna=False)[column]
    rows["result"] = getattr(groups, function)()
    expected = rows.sort_values(["g", "t"], na_position="first")
    assert actual["t"].tolist() == expected["t"].tolist()
    np.testing.assert_allclose(
        actual["result"].astype(float), expected["result"].astype(float), rtol=1e-12
    )


def test_groups_by_columns_and_expressions(spark: SparkSession) -> None:
    rows = table(spark)
    by_column = rows.transform(
        cumsum_table("n", axis=0, order_by="t", partition_by=["g", F.col("t") % 2])
    )
    with_column = rows.withColumn("odd", F.col("t") % 2)
    expected = with_column.transform(
        cumsum_table("n", axis=0, order_by="t", partition_by=("g", "odd"))
    )
    assert by_column.columns == ["g", "t", "n", "x", "n_cumsum"]
    assert by_column.collect() == expected.drop("odd").collect()


def test_a_total_that_starts_again(spark: SparkSession) -> None:
    rain = [0.0, 2.0, 3.0, 0.0, 4.0, 0.0, 0.0, 1.0, 5.0]
    weather = spark.createDataFrame(list(enumerate(rain)), "day INT, rain DOUBLE").repartition(3)
    spells = weather.selectExpr("*", "count_if(rain = 0) OVER (ORDER BY day) AS spell")
    totals = spells.transform(cumsum_table("rain", axis=0, order_by="day", partition_by="spell"))
    assert [row.rain_cumsum for row in totals.orderBy("day").collect()] == [
        *[0, 2, 5],
        *[0, 4],
        0,
        *[0, 1, 6],
    ]


@pytest.mark.parametrize(
    ("partition_by", "error", "message"),
    [
        (list, ValueError, "partition_by has to name at least one"),
        (lambda: 1, TypeError, "partition_by has to be a Colum"),
        (lambda: F.col("g").desc(), TypeError, "which belongs in order_by"),
    ],
)
def test_what_is_no_group(
    spark: SparkSession,  # Columns need one.
    partition_by: Callable[[], Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error) as caught:
        cumsum_table("n", order_by="t", partition_by=partition_by())
    assert message in str(caught.value)


@pytest.fixture
def skew(spark: SparkSession) -> Iterator[SparkSession]:
    """A session in which a partition of few rows counts as skewed."""
    for key, value in SKEW.items():
        spark.conf.set(key, value)
    yield spark
    for key in SKEW:
        spark.conf.unset(key)


GROUPS = {
    "cumsum": lambda groups: groups.cumsum(),
    "cumprod": lambda groups: groups.cumprod(),
    "cummax": lambda groups: groups.cummax(),
    "cummin": lambda groups: groups.cummin(),
    "shift": lambda groups: groups.shift(2),
    "rank": lambda groups: groups.rank(method="min"),
    "rolling": lambda groups: groups.rolling(3).max(),
}


@pytest.mark.own_driver
@pytest.mark.parametrize("method", GROUPS)
def test_groups_of_pandas_api(skew: SparkSession, method: str) -> None:
    # Spark ranks nulls, and counts them among the rows of a rolling window; pandas does not.
    column = "n" if method in ("rank", "rolling") else "x"
    rows = table(skew).filter("g IS NOT NULL")
    # Spark 4.0 refuses sessions with ANSI, which later ones allow.
    with ps.option_context("compute.fail_on_ansi_mode", False):
        actual = GROUPS[method](rows.pandas_api().groupby("g")[column])
        df = actual.to_frame().to_spark()
        df.collect()
        values = actual.sort_index().to_numpy().astype(float)
    assert "PrefixScan" in plan(df), plan(df)
    expected = GROUPS[method](rows.toPandas().groupby("g")[column]).sort_index()
    np.testing.assert_allclose(values, expected.to_numpy().astype(float), rtol=1e-10)
