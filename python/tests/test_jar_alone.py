"""With the jar, plain PySpark has the function, the table function and distributed windows."""

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from plans import assert_distributed

MATRIX = [[2, 4, 6], [1, 3, 5]]


def rows(spark: SparkSession) -> DataFrame:
    """1,000 rows in 7 partitions, not in the order of t."""
    return spark.range(0, 1000, 1, 7).select(
        ((F.col("id") * 389 + 7) % 1000).alias("t"),
        (F.col("id") * 37 % 101 - 50).alias("x"),
        (F.col("id") * 53 % 97 / 7).alias("y"),
    )


def test_sql(spark: SparkSession) -> None:
    query = "SELECT cumsum(array(array(2, 4, 6), array(1, 3, 5)), {}) AS sums"
    for arguments, axis in [
        ("axis => NULL", None),
        ("0", 0),
        ("axis => 1", 1),
        ("-1", -1),
    ]:
        sums = spark.sql(query.format(arguments)).first().sums  # type: ignore[union-attr]
        assert sums == np.cumsum(MATRIX, axis=axis).tolist()


def test_call_function_and_expr(spark: SparkSession) -> None:
    df = spark.createDataFrame([(MATRIX,)], "a ARRAY<ARRAY<INT>>")
    row = df.select(
        F.call_function("cumsum", "a"),
        F.call_function("cumsum", F.col("a"), F.lit(0)),
        F.expr("cumsum(a, axis => 1, dtype => 'float64')"),
    ).first()
    assert row is not None
    assert row[0] == np.cumsum(MATRIX).tolist()
    assert row[1] == np.cumsum(MATRIX, axis=0).tolist()
    assert row[2] == np.cumsum(MATRIX, axis=1, dtype=np.float64).tolist()


def test_siblings(spark: SparkSession) -> None:
    df = spark.createDataFrame([(MATRIX,)], "a ARRAY<ARRAY<INT>>")
    row = df.select(
        F.call_function("cumprod", "a", F.lit(0)),
        F.call_function("cummax", F.col("a"), F.lit(None), F.lit(None), F.lit(True)),
        F.expr("cummax(a, axis => 0, reverse => true)"),
        F.expr("cumulative_sum(a, axis => 1, include_initial => true)"),
    ).first()
    assert row is not None
    assert row[0] == np.cumprod(MATRIX, axis=0).tolist()
    assert row[1] == [None, *np.maximum.accumulate(np.ravel(MATRIX))[:-1].tolist()]
    assert row[2] == np.flip(np.maximum.accumulate(np.flip(MATRIX, 0), 0), 0).tolist()
    assert row[3] == np.cumulative_sum(MATRIX, axis=1, include_initial=True).tolist()

    row = spark.sql("SELECT nancumsum(array(1D, double('NaN'), 2D)), cumprod(array(2, 3))").first()
    assert row is not None
    assert row[0] == np.nancumsum([1, np.nan, 2]).tolist()
    assert row[1] == [2, 6]


def test_windows(spark: SparkSession) -> None:
    window = Window.orderBy("t")
    df = rows(spark).select(
        "t",
        "x",
        "y",
        F.sum("x").over(window).alias("sum"),
        F.sum("y").over(window.rowsBetween(Window.unboundedPreceding, 0)).alias("sum_y"),
        F.min("x").over(window).alias("min"),
        F.max("x").over(window).alias("max"),
        F.avg("x").over(window).alias("avg"),
        F.count("x").over(window).alias("count"),
        F.row_number().over(window).alias("number"),
    )
    assert_distributed(df)
    actual = df.toPandas().sort_values("t")
    x = actual["x"].expanding()
    assert (actual["sum"] == np.cumsum(actual["x"])).all()
    np.testing.assert_allclose(actual["sum_y"], np.cumsum(actual["y"]), rtol=1e-13)
    assert (actual["min"] == x.min()).all()
    assert (actual["max"] == x.max()).all()
    np.testing.assert_allclose(actual["avg"], x.mean(), rtol=1e-13)
    assert (actual["count"] == np.arange(1, 1001)).all()
    assert (actual["number"] == np.arange(1, 1001)).all()


def test_windows_of_a_query(spark: SparkSession) -> None:
    rows(spark).createOrReplaceTempView("rows")
    df = spark.sql("SELECT t, x, sum(x) OVER (ORDER BY t) AS total FROM rows")
    assert_distributed(df)
    actual = df.toPandas().sort_values("t")
    assert (actual["total"] == np.cumsum(actual["x"])).all()


def test_tables(spark: SparkSession) -> None:
    rows(spark).createOrReplaceTempView("rows")
    df = spark.sql(
        "SELECT * FROM cumsum_table(TABLE(rows), 'x', axis => 0, out => 'total', order_by => 't')"
    )
    assert_distributed(df)
    expected = rows(spark).toPandas().sort_values("t")
    expected["total"] = np.cumsum(expected["x"])
    actual = df.toPandas().sort_values("t")
    pd.testing.assert_frame_equal(
        actual.reset_index(drop=True), expected.reset_index(drop=True), check_exact=True
    )


def test_tables_of_siblings(spark: SparkSession) -> None:
    rows(spark).createOrReplaceTempView("rows")
    order = rows(spark).toPandas().sort_values("t")
    for function, arguments, expected in [
        ("cummax", "'x'", np.maximum.accumulate(order["x"])),
        ("cummin", "'x', reverse => true", np.minimum.accumulate(order["x"][::-1])[::-1]),
        ("cumulative_sum", "'x', exclusive => true", np.cumulative_sum(order["x"]) - order["x"]),
    ]:
        df = spark.sql(
            f"SELECT * FROM {function}_table(TABLE(rows), {arguments}, order_by => 't', out => 'y')"
        )
        assert_distributed(df)
        actual = df.toPandas().sort_values("t")
        np.testing.assert_array_equal(actual["y"], expected)
