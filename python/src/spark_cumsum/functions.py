from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Callable, Union

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DataType

if TYPE_CHECKING:
    import numpy as np
    from pyspark.sql._typing import ColumnOrName

    DType = Union[str, DataType, np.dtype, type[np.generic]]

_NOT_INSTALLED = (
    "This session has no spark-cumsum. Start it with the jar: "
    "spark_cumsum.configure(SparkSession.builder).getOrCreate(), or --jars of spark-submit; "
    "a Spark Connect server is started with it."
)


def cumsum(col: ColumnOrName, axis: int | None = None, dtype: DType | None = None) -> Column:
    """Cumulative sum of the elements of each row's value, as ``numpy.cumsum`` has it.

    Parameters
    ----------
    col : Column or str
        A number, a boolean, an interval, or an array of them, nested to any depth. A null element
        stays null in its place, and the sum carries on past it.
    axis : int, optional
        The axis along which the sum runs: 0 for the outermost array, negative to count from the
        innermost. Without it, the sum runs over all elements in row-major order, and the result is
        one flat array.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added. Without it, integers and booleans
        are added as BIGINT, DECIMAL(p, s) as DECIMAL(min(38, p + 10), s), and other types as
        themselves. With ``"bool"`` the sum is a running OR.

    Returns
    -------
    Column
        Of type array of the sum's type, nested as the value is if an axis is given.

    Raises
    ------
    AnalysisException
        When it is used: CUMSUM_AXIS_OUT_OF_BOUNDS, CUMSUM_UNKNOWN_DTYPE, DATATYPE_MISMATCH if it
        cannot be summed or cast, UNRESOLVED_ROUTINE if the session has no spark-cumsum.
    ArithmeticException
        When it runs: ARITHMETIC_OVERFLOW under ``spark.sql.ansi.enabled``, the default. Otherwise
        integers wrap, and decimals that do not fit are null.
    IllegalArgumentException
        When it runs: CUMSUM_RAGGED_ARRAY for arrays of different lengths along an axis that crosses
        them, CUMSUM_ARRAY_TOO_LARGE for sums that no row can hold.
    TypeError
        If dtype is a type of Python, such as float.

    Examples
    --------
    >>> df = spark.createDataFrame([([[2, 4, 6], [1, 3, 5]],)], "a ARRAY<ARRAY<INT>>")
    >>> df.select(cumsum("a")).first()[0]
    [2, 6, 12, 13, 16, 21]
    >>> df.select(cumsum("a", axis=0)).first()[0]
    [[2, 4, 6], [3, 7, 11]]
    >>> df.select(cumsum("a", axis=-1, dtype="float64")).first()[0]
    [[2.0, 6.0, 12.0], [1.0, 4.0, 9.0]]
    """
    arguments = [col]
    if axis is not None or dtype is not None:
        arguments.append(F.lit(axis))
    if dtype is not None:
        arguments.append(F.lit(_name(dtype)))
    return F.call_function("cumsum", *arguments)


def cumsum_table(
    *columns: str,
    axis: int | None = None,
    dtype: DType | None = None,
    out: str | Sequence[str] | None = None,
    order_by: str | Sequence[str] | None = None,
    natural_order: bool = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative sums of whole columns, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows; an array column has axis 1 along each
    row's array, and each further nesting one more axis. Rows are not gathered into one partition.

    Parameters
    ----------
    *columns : str
        The columns to sum, each by itself, in one pass over the rows: numbers, booleans, intervals,
        or arrays of them. Backticks go around a name with dots. A null stays null in its place, and
        the sum carries on past it.
    axis : int, optional
        The axis along which the sums run: 0 down the rows, 1 along each row's array and so on,
        negative to count from the last. Without it, they run over all elements of all rows in
        row-major order, and each row gets the part of the result that lies at its place.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added; see :func:`cumsum`.
    out : str or sequence of str, optional
        The column for each result; by default that of ``x`` is ``x_cumsum``. A column that has the
        name already is replaced.
    order_by : str or sequence of str, optional
        The order of the rows, needed where sums cross them, such as ``"day"`` or
        ``["day desc nulls last", "hour"]``: a str is one column, no list of them. Rows that are
        equal in it come in any order among themselves.
    natural_order : bool
        Takes the rows as they come instead, partition after partition.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns. Floating-point sums that cross
        rows are exact, and rounded once.

    Raises
    ------
    AnalysisException
        From the callable, or from the action if the session is remote: CUMSUM_ORDER_REQUIRED,
        CUMSUM_ORDER_CONFLICT, CUMSUM_AXIS_OUT_OF_BOUNDS, CUMSUM_UNKNOWN_DTYPE,
        CUMSUM_OUT_INCOMPATIBLE and others, UNRESOLVED_COLUMN, DATATYPE_MISMATCH.
    RuntimeError
        From the callable, if the session has no spark-cumsum.
    ArithmeticException
        When it runs: ARITHMETIC_OVERFLOW under ``spark.sql.ansi.enabled``, the default.
    IllegalArgumentException
        When it runs: CUMSUM_RAGGED_ARRAY for arrays of different lengths along an axis that crosses
        them, CUMSUM_ARRAY_TOO_LARGE for sums that no row can hold, CUMSUM_INPUT_CHANGED if the
        two passes over the input saw different rows.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, [2, 4, 6]), (2, [1, 3, 5])], "row INT, a ARRAY<INT>")
    >>> df.transform(cumsum_table("a", axis=0, order_by="row", out="running")).show()
    +---+---------+----------+
    |row|        a|   running|
    +---+---------+----------+
    |  1|[2, 4, 6]| [2, 4, 6]|
    |  2|[1, 3, 5]|[3, 7, 11]|
    +---+---------+----------+
    >>> df.transform(cumsum_table("a", order_by="row desc")).show()
    +---+---------+------------+
    |row|        a|    a_cumsum|
    +---+---------+------------+
    |  2|[1, 3, 5]|   [1, 4, 9]|
    |  1|[2, 4, 6]|[11, 15, 21]|
    +---+---------+------------+
    """
    arguments = {
        "columns": list(columns),
        "axis": axis,
        "dtype": None if dtype is None else _name(dtype),
        "out": _literal(out),
        "order_by": _literal(order_by),
        "natural_order": natural_order,
    }

    def transform(df: DataFrame) -> DataFrame:
        session = df.sparkSession
        if not session.catalog.functionExists("cumsum"):
            raise RuntimeError(_NOT_INSTALLED)
        call = ", ".join(f"{name} => :{name}" for name in arguments)
        return session.sql(f"SELECT * FROM cumsum_table(TABLE({{df}}), {call})", arguments, df=df)

    return transform


def _literal(given: str | Sequence[str] | None) -> str | list[str] | None:
    return given if given is None or isinstance(given, str) else list(given)


def _name(dtype: DType) -> str:
    """The name by which the jar knows a type of NumPy or of Spark."""
    if isinstance(dtype, str):
        return dtype
    if isinstance(dtype, DataType):
        return dtype.simpleString()
    if not (dtype if isinstance(dtype, type) else type(dtype)).__module__.startswith("numpy"):
        # Python's float is DOUBLE to NumPy, and its name that of FLOAT to Spark.
        raise TypeError(
            "dtype has to be the name of a type such as 'float64', a dtype of NumPy or a DataType "
            f"of Spark, but is {dtype!r}"
        )
    import numpy as np

    return np.dtype(dtype).name
