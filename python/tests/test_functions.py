"""The functions of the package, against NumPy."""

import datetime
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyspark.errors import AnalysisException, ArithmeticException, IllegalArgumentException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DoubleType

import spark_cumsum
from plans import assert_distributed
from spark_cumsum import cumsum, cumsum_table

SEED = 20261124


def matrix(height: int, width: int) -> "np.ndarray[Any, np.dtype[np.int64]]":
    return np.random.default_rng(SEED).integers(-1000, 1000, (height, width))


def frame(
    spark: SparkSession, values: "np.ndarray[Any, Any]", type_: str = "ARRAY<BIGINT>"
) -> DataFrame:
    """A row for each of the array, shuffled over 5 partitions."""
    numbered = [(row, line.tolist()) for row, line in enumerate(values)]
    order = np.random.default_rng(SEED).permutation(len(numbered))
    shuffled = [numbered[i] for i in order]
    return spark.createDataFrame(shuffled, f"row INT, a {type_}").repartition(5)


def sums(df: DataFrame, column: str = "a_cumsum") -> "np.ndarray[Any, Any]":
    return np.array([row[column] for row in df.orderBy("row").collect()])


@pytest.mark.parametrize("axis", [None, 0, 1, -1, np.int64(0), np.int8(-1), np.array(1)])
def test_tables(spark: SparkSession, axis: int) -> None:
    values = matrix(60, 7)
    df = frame(spark, values).transform(cumsum_table("a", axis=axis, order_by="row"))
    if axis is None or axis == 0:
        assert_distributed(df)
    expected = np.cumsum(values, axis=axis).reshape(values.shape)
    np.testing.assert_array_equal(sums(df), expected)


@pytest.mark.parametrize("axis", [None, 0, -1, np.int64(1), np.uint8(0), np.array(0)])
@pytest.mark.parametrize("dtype", [None, "float64", np.float32, np.dtype("int64")])
def test_columns(spark: SparkSession, axis: int, dtype: Any) -> None:
    values = matrix(3, 4)
    df = spark.createDataFrame([(values.tolist(),)], "a ARRAY<ARRAY<BIGINT>>")
    row = df.select(cumsum("a", axis, dtype)).first()
    assert row is not None
    np.testing.assert_array_equal(np.array(row[0]), np.cumsum(values, axis, dtype))


NUMPY: dict[str, Any] = {
    "cumsum": np.cumsum,
    "cumprod": np.cumprod,
    "cummax": np.maximum.accumulate,
    "cummin": np.minimum.accumulate,
    "nancumsum": np.nancumsum,
    "nancumprod": np.nancumprod,
    "cumulative_sum": np.cumulative_sum,
    "cumulative_prod": np.cumulative_prod,
}
ARRAY_API = ("cumulative_sum", "cumulative_prod")

family = pytest.mark.parametrize("name", NUMPY)


def array_function(name: str) -> Any:
    return getattr(spark_cumsum, name)


def table_function(name: str) -> Any:
    return getattr(spark_cumsum, name + "_table")


def powers(height: int, width: int, nan: bool = False) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """Numbers whose sums and products are exact, some of them NaN."""
    random = np.random.default_rng(SEED)
    values = random.choice([-2.0, -1.0, 0.5, 1.0, 2.0], (height, width))
    return np.where(random.random(values.shape) < 0.1, np.nan, values) if nan else values


NULL = np.inf
"""In arrays of NumPy, which have none."""


def in_numpy(results: Any) -> "np.ndarray[Any, np.dtype[np.float64]]":
    array = np.array(results, object)
    array[np.equal(array, None)] = NULL
    return array.astype(np.float64)


def of_numpy(
    name: str,
    values: "np.ndarray[Any, Any]",
    axis: int | None,
    exclusive: bool = False,
    reverse: bool = False,
    include_initial: bool = False,
) -> "np.ndarray[Any, Any]":
    if axis is None:
        values, axis = values.ravel(), 0
    if reverse:
        values = np.flip(values, axis)
    results = NUMPY[name](values, axis=axis)
    if exclusive or include_initial:
        shape = list(results.shape)
        shape[axis] = 1
        first = NULL if name in ("cummax", "cummin") else 1 if "prod" in name else 0
        results = np.concatenate([np.full(shape, first, results.dtype), results], axis)
        if exclusive:
            results = np.delete(results, -1, axis)
    return np.flip(results, axis) if reverse else results


@pytest.mark.own_driver
@family
@pytest.mark.parametrize("nan", [False, True])
def test_family_of_columns(spark: SparkSession, name: str, nan: bool) -> None:
    values = powers(4, 6, nan)
    df = spark.createDataFrame([(values.tolist(),)], "a ARRAY<ARRAY<DOUBLE>>")
    cases: list[dict[str, Any]] = [
        {"axis": axis, "exclusive": exclusive, "reverse": reverse}
        for axis in ([0, 1, -1] if name in ARRAY_API else [None, 0, 1, -1])
        for exclusive in (False, True)
        for reverse in (False, True)
    ]
    if name in ARRAY_API:
        cases += [
            {"axis": axis, "reverse": reverse, "include_initial": True}
            for axis in (0, 1)
            for reverse in (False, True)
        ]
    row = df.select(*(array_function(name)("a", **case) for case in cases)).first()
    assert row is not None
    for actual, case in zip(row, cases):
        expected = of_numpy(name, values, **case)
        np.testing.assert_array_equal(in_numpy(actual), expected, err_msg=str(case))


@family
def test_family_of_types(spark: SparkSession, name: str) -> None:
    values = np.array([3, 0, 2], np.int32)
    df = spark.createDataFrame([(values.tolist(),)], "a ARRAY<INT>")
    dtypes: list[Any] = [None, "int8", np.float32, DoubleType(), np.bool_]
    results = df.select(
        *(array_function(name)("a", dtype=dtype).alias(str(i)) for i, dtype in enumerate(dtypes))
    )
    row = results.first()
    assert row is not None
    names = {"int8": "tinyint", "int32": "int", "int64": "bigint", "float32": "float"}
    names |= {"float64": "double", "bool": "boolean"}
    for i, dtype in enumerate(dtypes):
        numpys = np.float64 if isinstance(dtype, DoubleType) else dtype
        given = values if numpys is None else values.astype(numpys)
        expected = NUMPY[name](given, dtype=numpys)
        assert dict(results.dtypes)[str(i)] == f"array<{names[expected.dtype.name]}>"
        assert row[i] == expected.tolist()


OPTIONS = pytest.mark.parametrize(
    ("axis", "exclusive", "reverse"),
    [
        (None, True, True),
        (0, False, True),
        (1, True, True),
    ],
)


@pytest.mark.own_driver
@family
@OPTIONS
def test_family_of_tables(
    spark: SparkSession, name: str, axis: int | None, exclusive: bool, reverse: bool
) -> None:
    # The array API needs an axis for arrays.
    flat = axis is None and name in ARRAY_API
    values = powers(60, 1 if flat else 7, nan=name.startswith("nan"))
    df = frame(spark, values[:, 0], "DOUBLE") if flat else frame(spark, values, "ARRAY<DOUBLE>")
    transform = table_function(name)(
        "a", axis=axis, order_by="row", exclusive=exclusive, reverse=reverse
    )
    results = df.transform(transform)
    if axis != 1:
        assert_distributed(results)
    assert results.columns == ["row", "a", f"a_{name}"]
    expected = of_numpy(name, values, axis, exclusive, reverse)
    expected = expected.reshape(-1 if flat else values.shape)
    np.testing.assert_array_equal(in_numpy(sums(results, f"a_{name}")), expected)


@pytest.mark.own_driver
@family
def test_family_with_nan_down_the_rows(spark: SparkSession, name: str) -> None:
    values = np.array([1.0, 2.0, np.nan, 4.0, 0.5, np.nan, 8.0])
    df = frame(spark, values, "DOUBLE")
    function = table_function(name)
    ways = {"forth": False, "back": True}
    for out, reverse in ways.items():
        df = df.transform(function("a", axis=0, out=out, order_by="row", reverse=reverse))
    for out, reverse in ways.items():
        expected = of_numpy(name, values, 0, reverse=reverse)
        np.testing.assert_array_equal(sums(df, out), expected)


WITH_NULL = {
    "sum": [3, None, 2, 6],
    "prod": [3, None, -3, -12],
    "max": [3, None, 3, 4],
    "min": [3, None, -1, -1],
}


@pytest.mark.own_driver
@family
def test_family_with_nulls(spark: SparkSession, name: str) -> None:
    """They stay in their places, and are passed over."""
    values = [3, None, -1, 4]
    (expected,) = (results for kind, results in WITH_NULL.items() if name.endswith(kind))
    df = spark.createDataFrame([(values,), (None,)], "a ARRAY<INT>")
    rows = df.select(array_function(name)("a"), array_function(name)("a", reverse=True)).collect()
    assert rows[0][0] == expected
    backwards = of_numpy(name, np.array([3, -1, 4]), 0, reverse=True).tolist()
    assert rows[0][1] == [backwards[0], None, *backwards[1:]]
    assert rows[1] == (None, None)

    table = spark.createDataFrame(list(enumerate(values)), "row INT, n INT").repartition(3)
    transform = table_function(name)("n", order_by="row", out="result")
    results = table.transform(transform).orderBy("row").collect()
    assert [row.result for row in results] == expected


def test_maxima_and_minima_of_what_has_an_order(spark: SparkSession) -> None:
    days = [datetime.date(2024, 5, day) for day in (3, 1, 7)]
    df = spark.createDataFrame(
        [(row, day, text) for row, (day, text) in enumerate(zip(days, "bac"))],
        "row INT, day DATE, text STRING",
    )
    both = spark_cumsum.cummax_table("day", "text", order_by="row")
    results = df.transform(both).collect()
    assert [row.day_cummax.day for row in results] == [3, 3, 7]
    assert [row.text_cummax for row in results] == ["b", "b", "c"]
    values = df.groupBy().agg(F.array_sort(F.collect_list("day")).alias("days"))
    row = values.select(spark_cumsum.cummin("days", reverse=True)).first()
    assert row is not None
    assert row[0] == sorted(days)


@pytest.mark.parametrize("flag", [True, np.True_, np.array(True), False, np.False_])
def test_scalars_for_options(spark: SparkSession, flag: Any) -> None:
    df = spark.createDataFrame([(0, [1, 2, 3])], "row INT, a ARRAY<INT>")
    row = df.select(
        cumsum("a", exclusive=flag),
        cumsum("a", reverse=flag),
        spark_cumsum.cumulative_prod("a", include_initial=flag),
    ).first()
    assert row is not None
    assert row[0] == ([0, 1, 3] if flag else [1, 3, 6])
    assert row[1] == ([6, 5, 3] if flag else [1, 3, 6])
    assert row[2] == ([1, 1, 2, 6] if flag else [1, 2, 6])
    transform = cumsum_table("a", natural_order=flag, axis=1, exclusive=flag, reverse=flag)
    assert sums(df.transform(transform)).tolist() == [[5, 3, 0] if flag else [1, 3, 6]]


@pytest.mark.parametrize("flag", [None, 1, 0, "true", np.int64(1), np.array([True]), F.lit])
@pytest.mark.parametrize("option", ["exclusive", "reverse", "include_initial"])
def test_what_is_no_option(option: str, flag: Any) -> None:
    message = f"{option} has to be True or False, but is "
    for function in (spark_cumsum.cumulative_sum, spark_cumsum.cumulative_sum_table):
        with pytest.raises(TypeError, match=message):
            function("a", **{option: flag})


def test_names_of_results(spark: SparkSession) -> None:
    """What is not given stays out of them."""
    df = spark.createDataFrame([([1],)], "a ARRAY<INT>")
    results = df.select(
        cumsum("a", None, None, exclusive=False),
        spark_cumsum.cumprod("a", 0),
        spark_cumsum.cummin("a", dtype="int8"),
        spark_cumsum.cumulative_sum("a", reverse=True, include_initial=False),
    )
    assert results.columns == [
        "cumsum(a)",
        "cumprod(a, 0)",
        "cummin(a, NULL, int8)",
        "cumulative_sum(a, NULL, NULL, false, true)",
    ]
    table = df.transform(spark_cumsum.cummax_table(F.col("a")[0], natural_order=True))
    assert table.columns == ["a", "a[0]_cummax"]


def test_columns_of_columns(spark: SparkSession) -> None:
    df = spark.createDataFrame([([1, 2, 3],)], "a ARRAY<INT>")
    row = df.select(cumsum(cumsum(F.col("a"))), cumsum("a", dtype=DoubleType())).first()
    assert row is not None
    assert row[0] == [1, 4, 10]
    assert row[1] == [1.0, 3.0, 6.0]


@pytest.mark.parametrize(
    "dtype",
    ["float64", np.str_("float64"), np.float64, np.dtype(">f8"), DoubleType(), DoubleType],
)
def test_dtypes(spark: SparkSession, dtype: Any) -> None:
    df = spark.createDataFrame([(1, 2), (2, 3)], "row INT, n INT")
    summed = df.transform(cumsum_table("n", dtype=dtype, order_by="row"))
    assert summed.schema["n_cumsum"].dataType == DoubleType()
    assert sums(summed, "n_cumsum").tolist() == [2.0, 5.0]
    assert df.select(cumsum("n", dtype=dtype)).first() == ([2.0],)


@pytest.mark.parametrize(
    "several",
    [
        list,
        tuple,
        iter,
        np.array,
        pd.Index,
        pd.Series,
        lambda names: (name for name in names),
        lambda names: dict.fromkeys(names).keys(),
        lambda names: [np.str_(name) for name in names],
        lambda names: [F.col(name) for name in names],
    ],
)
def test_lists_of_names(spark: SparkSession, several: Any) -> None:
    df = spark.createDataFrame([(1, 9, 5), (1, 8, 7), (0, 7, 1)], "day INT, hour INT, n INT")
    transform = cumsum_table(several(["n", "day"]), order_by=several(["day", "hour"]))
    for _ in range(2):
        rows = df.transform(transform).select("n", "n_cumsum", "day_cumsum").collect()
        assert rows == [(1, 1, 0), (7, 8, 1), (5, 13, 2)]


@pytest.mark.parametrize("scalar", [str, np.str_, np.array])
def test_single_names(spark: SparkSession, scalar: Any) -> None:
    df = spark.createDataFrame([(2, 5), (1, 7)], "row INT, n INT")
    transform = cumsum_table(scalar("n"), out=scalar("s"), order_by=scalar("row desc"))
    assert df.transform(transform).collect() == [(2, 5, 5), (1, 7, 12)]
    assert [row.s for row in df.select(cumsum(scalar("n")).alias("s")).collect()] == [[5], [7]]


def test_columns_in_the_place_of_names(spark: SparkSession) -> None:
    df = spark.createDataFrame(
        [(1, 4, "b"), (2, None, "a"), (3, -6, None), (4, 5, "a")], "row INT, n INT, s STRING"
    )

    def rows(order_by: Any) -> list[int]:
        summed = df.transform(cumsum_table("row", order_by=order_by))
        assert summed.columns == ["row", "n", "s", "row_cumsum"]
        assert_distributed(summed)
        collected = summed.collect()
        running = np.cumsum([row.row for row in collected]).tolist()
        assert [row.row_cumsum for row in collected] == running
        in_spark = df.orderBy(*order_by) if isinstance(order_by, list) else df.orderBy(order_by)
        assert [row.row for row in in_spark.collect()] == [row.row for row in collected]
        return [row.row for row in collected]

    assert rows(F.col("row").desc()) == [4, 3, 2, 1]
    assert rows(F.col("n")) == [2, 3, 1, 4]
    assert rows(df.n.desc_nulls_first()) == [2, 4, 1, 3]
    assert rows([F.abs("n").desc(), F.col("row")]) == [3, 4, 1, 2]
    assert rows([df["s"].asc_nulls_last(), -F.col("row")]) == [4, 2, 1, 3]
    assert rows([F.col("s").desc_nulls_first(), "row"]) == [3, 1, 2, 4]

    mixed = cumsum_table("row", order_by=["s desc nulls first", F.col("row").desc()])
    assert [row.row for row in df.transform(mixed).collect()] == [3, 1, 4, 2]


def test_columns_to_sum(spark: SparkSession) -> None:
    """They may be expressions, of which the result shows nothing but the sums."""
    df = spark.createDataFrame(
        [(1, 4, (7, [1])), (2, -6, (8, [2]))], "row INT, n INT, s STRUCT<x: INT, `y.z`: ARRAY<INT>>"
    )
    summed = df.transform(
        cumsum_table(F.abs("n"), "n", [df.s["x"], "s.x", "s.`y.z`"], order_by=df.row.desc(), axis=0)
    )
    assert_distributed(summed)
    names = ["abs(n)_cumsum", "n_cumsum", "s.x_cumsum", "x_cumsum", "y.z_cumsum"]
    assert summed.columns == ["row", "n", "s", *names]
    assert [row[3:] for row in summed.collect()] == [(6, -6, 8, 8, [2]), (10, -2, 15, 15, [3])]

    replaced = cumsum_table(F.col("n") * 2, F.col("n"), out=["n", "m"], order_by="row")
    assert df.transform(replaced).drop("s").collect() == [(1, 8, 4), (2, -4, -2)]
    twice = df.select("row", "n", "n")
    along = cumsum_table(F.array("row", F.lit(10)).alias("pair"), axis=1)
    assert twice.transform(along).columns == ["row", "n", "n", "pair_cumsum"]
    assert [row.pair_cumsum for row in twice.transform(along).collect()] == [[1, 11], [2, 12]]


def test_names_that_are_no_columns(spark: SparkSession, tmp_path: Path) -> None:
    """Metadata of files, aliases, and columns that were dropped: what orderBy and select find."""
    files = str(tmp_path / "files")
    spark.range(0, 4, 1, 2).selectExpr("3 - id AS i", "id AS n").write.parquet(files)
    df = spark.read.parquet(files).alias("q")

    def rows(df: DataFrame, *columns: Any, **arguments: Any) -> list[Any]:
        summed = df.transform(cumsum_table(*columns, **arguments))
        assert_distributed(summed)
        assert summed.columns[: len(df.columns)] == df.columns
        return [tuple(row) for row in summed.collect()]

    by_file = ["_metadata.file_path", "_metadata.row_index"]
    assert rows(df, "n", order_by=by_file) == [(3, 0, 0), (2, 1, 1), (1, 2, 3), (0, 3, 6)]
    assert rows(df, "n", order_by=by_file, out="_metadata")[-1] == (0, 3, 6)
    assert rows(df, "n", order_by=["_metadata.row_index desc", "q.i"])[0] == (0, 3, 3)
    assert rows(df, "q.n", order_by="q.i") == [(0, 3, 3), (1, 2, 5), (2, 1, 6), (3, 0, 6)]
    assert rows(df, "q.n", natural_order=True)[-1][-1] == 6
    assert rows(df, by_file[1], order_by="q.n") == [(3, 0, 0), (2, 1, 1), (1, 2, 1), (0, 3, 2)]
    assert rows(df, by_file[1], order_by=by_file) == [(3, 0, 0), (2, 1, 1), (1, 2, 1), (0, 3, 2)]
    assert rows(df.select("n"), "n", order_by="i") == [(3, 3), (2, 5), (1, 6), (0, 6)]

    struct = df.select("n", F.struct(F.lit(100).alias("n")).alias("q")).alias("q")
    assert [row[-2:] for row in rows(struct, "q.n", "q.q.n", order_by="n", out=["a", "b"])] == [
        (0, 100),
        (1, 200),
        (3, 300),
        (6, 400),
    ]
    joined = df.alias("l").join(df.alias("r"), "i").select("i", "l.n", "r.n")
    assert rows(joined, "r.n", order_by="l.n", out="s")[-1][-1] == 6


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
        (cumsum_table("a", order_by=""), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (cumsum_table("", order_by="row"), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (cumsum_table("b.x", order_by="row"), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
        (cumsum_table("a", dtype="", order_by="row"), "CUMSUM_UNKNOWN_DTYPE"),
        (cumsum_table("a", dtype=np.dtype("U3"), order_by="row"), "CUMSUM_UNKNOWN_DTYPE"),
        (spark_cumsum.cumprod_table("a"), "CUMSUM_ORDER_REQUIRED"),
        (spark_cumsum.cummin_table("a", axis=-3, order_by="row"), "CUMSUM_AXIS_OUT_OF_BOUNDS"),
        (
            spark_cumsum.cumprod_table("s", order_by="row"),
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        ),
        (spark_cumsum.cumulative_sum_table("a", order_by="row"), "CUMSUM_AXIS_REQUIRED"),
        (
            spark_cumsum.cumulative_sum_table("row", order_by="row", include_initial=True),
            "CUMSUM_INVALID_ARGUMENT",
        ),
        (
            spark_cumsum.cumulative_prod_table("a", axis=1, include_initial=True),
            "CUMSUM_INVALID_ARGUMENT",
        ),
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
    matrix = F.array("a", "a")
    for function in (spark_cumsum.cumulative_sum, spark_cumsum.cumulative_prod):
        with pytest.raises(AnalysisException, match=r"CUMSUM_AXIS_REQUIRED.* ``axis`` argument is"):
            df.select(function(matrix)).collect()
        with pytest.raises(AnalysisException, match=r"CUMSUM_INVALID_ARGUMENT.*include_initial"):
            df.select(function("a", exclusive=True, include_initial=True)).collect()
    for function in (spark_cumsum.cumprod, spark_cumsum.nancumprod, spark_cumsum.nancumsum):
        with pytest.raises(AnalysisException, match="DATATYPE_MISMATCH"):
            df.select(function(F.lit("text"))).collect()
    with pytest.raises(AnalysisException, match="DATATYPE_MISMATCH"):
        df.select(spark_cumsum.cummax(F.create_map(F.lit(1), F.lit(2)))).collect()


AXIS = "axis has to be an integer or None, but is "
COLUMNS = "columns has to be a Column, the name of one, or a list of them, but is "
DTYPE = "dtype has to be the name of a type such as 'float64', a dtype of NumPy or a DataType of Sp"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: cumsum_table(), ValueError, "columns has to name at least one column"),
        (lambda: cumsum_table([]), ValueError, "columns has to name at least one column"),
        (lambda: cumsum_table("a", order_by=()), ValueError, "order_by has to name at least one"),
        (lambda: cumsum_table("a", out=[]), ValueError, "out has to name at least one column"),
        (lambda: cumsum_table(None), TypeError, COLUMNS + "None"),
        (lambda: cumsum_table(["a", None]), TypeError, COLUMNS + "['a', None]"),
        (lambda: cumsum_table(b"a"), TypeError, COLUMNS + "b'a'"),
        (lambda: cumsum_table(1), TypeError, COLUMNS + "1"),
        (lambda: cumsum_table({"a"}), TypeError, COLUMNS + "{'a'}"),
        (lambda: cumsum_table(np.array([1])), TypeError, COLUMNS + "array([1])"),
        (lambda: cumsum_table("a", order_by=["a", None]), TypeError, "order_by has to be a Colum"),
        (
            lambda: cumsum_table("a", order_by={"a": "desc"}),
            TypeError,
            "order_by has to be a Colum",
        ),
        (lambda: cumsum_table("a", out=1), TypeError, "out has to be the name of a column, or a "),
        (lambda: cumsum_table("a", out=F.col("b")), TypeError, "out has to be the name of a colum"),
        (lambda: cumsum_table(F.col("a").desc()), TypeError, "which belongs in order_by"),
        (
            lambda: cumsum_table("a", natural_order=1),
            TypeError,
            "natural_order has to be True or F",
        ),
        (lambda: cumsum_table("a")(None), TypeError, "a DataFrame of Spark, but got None"),
        (
            lambda: spark_cumsum.cummin_table("a")(None),
            TypeError,
            "cummin_table runs over a DataFrame of Spark, but got None",
        ),
        (lambda: spark_cumsum.cummax(None), TypeError, "col has to be a Column or the name of one"),
        (lambda: spark_cumsum.cumprod_table(), ValueError, "columns has to name at least one"),
        (lambda: cumsum_table("a", axis=True), TypeError, AXIS + "True"),
        (lambda: cumsum_table("a", axis=F.lit(0)), TypeError, AXIS + "Column"),
        (lambda: cumsum_table("a", dtype=float), TypeError, DTYPE),
        (lambda: cumsum(None), TypeError, "col has to be a Column or the name of one, but is None"),
        (lambda: cumsum(["a"]), TypeError, "col has to be a Column or the name of one, but is ['a"),
        (lambda: cumsum(F.col("a").asc()), TypeError, "which belongs in order_by"),
        (lambda: cumsum("a", dtype=float), TypeError, DTYPE),
        (lambda: cumsum("a", dtype=ArrayType), TypeError, DTYPE),
        (lambda: cumsum("a", dtype=np.integer), TypeError, DTYPE),
        (lambda: cumsum("a", dtype=np.float64(1)), TypeError, DTYPE),
    ],
)
def test_errors_of_calls(
    spark: SparkSession, call: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        call()


@pytest.mark.parametrize(
    "axis",
    [True, np.True_, 1.0, "0", np.float64(0), np.array([0]), np.array(True), (0,), 2**40, 2**70],
)
def test_what_is_no_axis(axis: Any) -> None:
    """NumPy refuses the same."""
    with pytest.raises((TypeError, ValueError, OverflowError)):
        np.cumsum([[1, 2]], axis)
    for function in (cumsum, cumsum_table):
        with pytest.raises((TypeError, ValueError), match="axis has to be "):
            function("a", axis=axis)


@pytest.mark.own_driver
def test_nothing_else_is_needed() -> None:
    """Neither NumPy nor pandas, nor a session before something is done to a DataFrame."""
    script = """
import sys

sys.modules["numpy"] = sys.modules["pandas"] = None
from spark_cumsum import cumsum_table

cumsum_table("q.a", axis=0, dtype="float64", order_by=["b desc", "q.c"], natural_order=False)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


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
    exclusive = cumsum_table("n", order_by="row", exclusive=True)
    assert sums(large.transform(exclusive), "n_cumsum").tolist() == [0, 2**63 - 1]
    double = large.withColumn("n", F.lit(2**62))
    with pytest.raises(ArithmeticException, match=r"ARITHMETIC_OVERFLOW.* in cumprod"):
        double.transform(spark_cumsum.cumprod_table("n", order_by="row")).collect()
    with pytest.raises(ArithmeticException, match="ARITHMETIC_OVERFLOW"):
        double.select(spark_cumsum.cumulative_prod(F.array("n", "n"))).collect()
    with pytest.raises(ArithmeticException, match="CAST_OVERFLOW"):
        double.select(spark_cumsum.cummax("n", dtype="int8")).collect()
    maxima = double.transform(spark_cumsum.cummax_table("n", order_by="row"))
    assert sums(maxima, "n_cummax").tolist() == [2**62, 2**62]
