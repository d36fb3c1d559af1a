"""The functions of the package, against NumPy."""

from typing import Any

import numpy as np
import pytest
from pyspark.errors import AnalysisException, ArithmeticException, IllegalArgumentException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType

from plans import assert_distributed
from spark_cumsum import cumsum, cumsum_table

SEED = 20261124


def matrix(height: int, width: int) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.random.default_rng(SEED).integers(-1000, 1000, (height, width))


def frame(spark: SparkSession, values: "np.ndarray[Any, Any]") -> DataFrame:
    """A row for each of the array, shuffled over 5 partitions."""
    numbered = [(row, line.tolist()) for row, line in enumerate(values)]
    order = np.random.default_rng(SEED).permutation(len(numbered))
    shuffled = [numbered[i] for i in order]
    return spark.createDataFrame(shuffled, "row INT, a ARRAY<BIGINT>").repartition(5)


def sums(df: DataFrame, column: str = "a_cumsum") -> "np.ndarray[Any, Any]":
    return np.array([row[column] for row in df.orderBy("row").collect()])


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_tables(spark: SparkSession, axis: int) -> None:
    values = matrix(60, 7)
    df = frame(spark, values).transform(cumsum_table("a", axis=axis, order_by="row"))
    if axis in (None, 0):
        assert_distributed(df)
    expected = np.cumsum(values, axis=axis).reshape(values.shape)
    np.testing.assert_array_equal(sums(df), expected)


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("dtype", [None, "float64", "int64", np.float32, np.dtype("int64")])
def test_columns(spark: SparkSession, axis: int, dtype: Any) -> None:
    values = matrix(3, 4)
    df = spark.createDataFrame([(values.tolist(),)], "a ARRAY<ARRAY<BIGINT>>")
    row = df.select(cumsum("a", axis, dtype)).first()
    assert row is not None
    np.testing.assert_array_equal(np.array(row[0]), np.cumsum(values, axis, dtype))


def test_columns_of_columns(spark: SparkSession) -> None:
    df = spark.createDataFrame([([1, 2, 3],)], "a ARRAY<INT>")
    row = df.select(cumsum(cumsum(F.col("a"))), cumsum("a", dtype=DoubleType())).first()
    assert row is not None
    assert row[0] == [1, 4, 10]
    assert row[1] == [1.0, 3.0, 6.0]


def test_several_columns_and_names(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [(1, 1, 10.5), (2, 2, 0.5), (3, 3, None)],
        "row INT, `a.b` INT, `it's {x}` DOUBLE",
    )
    result = df.transform(
        cumsum_table("`a.b`", "it's {x}", out=["n :out", "m"], order_by=["row desc"])
    )
    assert result.columns == ["row", "a.b", "it's {x}", "n :out", "m"]
    assert sums(result, "n :out").tolist() == [6, 5, 3]
    assert [row.m for row in result.orderBy("row").collect()] == [11.0, 0.5, None]


def test_the_natural_order(spark: SparkSession) -> None:
    df = spark.range(0, 50, 1, 7).transform(cumsum_table("id", axis=0, natural_order=True))
    assert_distributed(df)
    assert [row.id_cumsum for row in df.collect()] == np.cumsum(np.arange(50)).tolist()


def test_frames_from_frames(spark: SparkSession) -> None:
    """The input may be any DataFrame, one with sums already, and one with names twice."""
    df = frame(spark, matrix(20, 3)).withColumn("n", F.col("row") * 2)
    once = df.filter("row >= 5").transform(cumsum_table("n", order_by="row"))
    twice = once.transform(cumsum_table("n_cumsum", order_by="row", out="twice"))
    expected = np.cumsum(np.cumsum(np.arange(5, 20) * 2))
    assert sums(twice, "twice").tolist() == expected.tolist()
    joined = twice.alias("l").join(twice.alias("r"), F.expr("l.row = r.row"))
    pairs = joined.select("l.row", "l.n", "r.n", "r.twice")
    thrice = pairs.transform(cumsum_table("twice", order_by="row", out="thrice"))
    assert thrice.columns == ["row", "n", "n", "twice", "thrice"]
    assert sums(thrice, "thrice").tolist() == np.cumsum(expected).tolist()
    with pytest.raises(AnalysisException, match="AMBIGUOUS_REFERENCE"):
        pairs.transform(cumsum_table("n", order_by="row")).collect()


@pytest.mark.parametrize(
    ("transform", "condition"),
    [
        (cumsum_table("a"), "CUMSUM_ORDER_REQUIRED"),
        (
            cumsum_table("a", order_by="row", natural_order=True),
            "CUMSUM_ORDER_CONFLICT",
        ),
        (cumsum_table("a", axis=2, order_by="row"), "CUMSUM_AXIS_OUT_OF_BOUNDS"),
        (cumsum_table("a", dtype="complex128", order_by="row"), "CUMSUM_UNKNOWN_DTYPE"),
        (cumsum_table("a", out="row", order_by="row"), "CUMSUM_OUT_INCOMPATIBLE"),
        (
            cumsum_table("a", out=["x", "y"], order_by="row"),
            "CUMSUM_OUT_COUNT_MISMATCH",
        ),
        (cumsum_table("nope", order_by="row"), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (cumsum_table("a", order_by="nope"), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (cumsum_table("s", order_by="row"), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"),
        (cumsum_table(order_by="row"), "CUMSUM_INVALID_ARGUMENT"),
        (cumsum_table("a", axis="0", order_by="row"), "CUMSUM_INVALID_ARGUMENT"),  # type: ignore[arg-type]
    ],
)
def test_errors_of_tables(spark: SparkSession, transform: Any, condition: str) -> None:
    df = spark.createDataFrame([(1, [1, 2], "s")], "row INT, a ARRAY<INT>, s STRING")
    with pytest.raises(AnalysisException) as error:
        df.transform(transform).collect()
    assert error.value.getCondition() == condition


def test_errors_of_columns(spark: SparkSession) -> None:
    df = spark.createDataFrame([([1, 2],)], "a ARRAY<INT>")
    with pytest.raises(AnalysisException, match="CUMSUM_AXIS_OUT_OF_BOUNDS"):
        df.select(cumsum("a", axis=1)).collect()
    with pytest.raises(AnalysisException, match="CUMSUM_UNKNOWN_DTYPE"):
        df.select(cumsum("a", dtype="complex128")).collect()
    with pytest.raises(TypeError, match="float64"):
        cumsum("a", dtype=float)  # type: ignore[arg-type]


def test_errors_of_data(spark: SparkSession) -> None:
    ragged = spark.createDataFrame([(1, [1, 2]), (2, [3])], "row INT, a ARRAY<INT>")
    for partitions in (1, 2):
        with pytest.raises(IllegalArgumentException, match="CUMSUM_RAGGED_ARRAY") as error:
            transform = cumsum_table("a", axis=0, order_by="row")
            ragged.repartition(partitions, "row").transform(transform).collect()
        assert error.value.getCondition() == "CUMSUM_RAGGED_ARRAY"
    large = spark.createDataFrame([(1, 2**63 - 1), (2, 1)], "row INT, n BIGINT")
    with pytest.raises(ArithmeticException, match="ARITHMETIC_OVERFLOW"):
        large.transform(cumsum_table("n", order_by="row")).collect()
