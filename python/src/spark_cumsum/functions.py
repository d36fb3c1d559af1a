from __future__ import annotations

import operator
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Callable, SupportsIndex, Union

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DataType

if TYPE_CHECKING:
    import numpy as np
    from pyspark.sql._typing import ColumnOrName

    DType = Union[str, DataType, type[DataType], np.dtype, type[np.generic]]

_NOT_INSTALLED = (
    "This session has no spark-cumsum. Start it with the jar: "
    "spark_cumsum.configure(SparkSession.builder).getOrCreate(), or --jars of spark-submit; "
    "a Spark Connect server is started with it."
)

_COLUMNS = "a Column, the name of one, or a list of them"
_NAMES = "the name of a column, or a list of names"
_EMPTY = "{} has to name at least one column, but is empty"

_SORT_KEY = re.compile(r"(.+?)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?", re.I | re.S | re.A)
_DIRECTION = re.compile(r" (ASC|DESC) NULLS (FIRST|LAST)'>$")
_QUOTED = re.compile("`[^`]*`")


def cumsum(
    col: ColumnOrName, axis: SupportsIndex | None = None, dtype: DType | None = None
) -> Column:
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
        When it is called: an argument of another type, such as Python's float for dtype, or True or
        1.0 for axis.

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
    column = _plain(col)
    if not isinstance(column, (str, Column)):
        raise TypeError(f"col has to be a Column or the name of one, but is {col!r}")
    _refuse_direction(column)
    arguments: list[ColumnOrName] = [column]
    if axis is not None or dtype is not None:
        arguments.append(F.lit(_axis(axis)))
    if dtype is not None:
        arguments.append(F.lit(_dtype(dtype)))
    return F.call_function("cumsum", *arguments)


def cumsum_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative sums of whole columns, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows; an array column has axis 1 along each
    row's array, and each further nesting one more axis. Rows are not gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        The columns to sum, each by itself, in one pass over the rows: numbers, booleans, intervals,
        or arrays of them. Backticks go around a name with dots. A null stays null in its place, and
        the sum carries on past it.
    axis : int, optional
        The axis along which the sums run: 0 down the rows, 1 along each row's array and so on,
        negative to count from the last. Without it, they run over all elements of all rows in
        row-major order, and each row gets the part of the result that lies at its place.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added; see :func:`cumsum`.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_cumsum``. A column that has the
        name already is replaced.
    order_by : str, Column or iterable of them, optional
        The order of the rows, needed where sums cross them: what :meth:`DataFrame.orderBy` takes,
        such as ``F.col("day").desc()`` or ``"day"``, or ``["day desc nulls last", "hour"]``: a str
        is one column, no list of them. Rows that are equal in it come in any order among
        themselves.
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
    TypeError, ValueError
        When it is called: an argument of another type, or an empty list.
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
    lists = [_items("columns", given, (str, Column), _COLUMNS) for given in columns]
    summed = [column for items in lists for column in items]
    if not summed:
        raise ValueError(_EMPTY.format("columns"))
    for column in summed:
        _refuse_direction(column)
    order = [] if order_by is None else _items("order_by", order_by, (str, Column), _COLUMNS)
    natural = _plain(natural_order)
    if not isinstance(natural, bool):
        raise TypeError(f"natural_order has to be True or False, but is {natural_order!r}")
    arguments = {
        "columns": summed,
        "axis": _axis(axis),
        "dtype": None if dtype is None else _dtype(dtype),
        "out": None if out is None else _items("out", out, (str,), _NAMES),
        # The table that is passed ends with a sort, so that Spark resolves the order.
        "order_by": True if order else None,
        "natural_order": natural,
    }

    def transform(df: DataFrame) -> DataFrame:
        if not isinstance(df, DataFrame):
            raise TypeError(f"cumsum_table sums over a DataFrame of Spark, but got {df!r}")
        session = df.sparkSession
        if not session.catalog.functionExists("cumsum"):
            raise RuntimeError(_NOT_INSTALLED)
        table, given, helpers = df, arguments, []
        if any(map(_is_expression, summed)):
            labels = df.select(*summed).columns
            helpers = [f"{label}_{uuid.uuid4().hex}" for label in labels]
            columns = list(summed)
            for i, (column, helper) in enumerate(zip(summed, helpers)):
                if _is_expression(column):
                    value = F.col(column) if isinstance(column, str) else column
                    table = table.select("*", value.alias(helper))
                    columns[i] = f"`{helper.replace('`', '``')}`"
            results = arguments["out"] or [f"{label}_cumsum" for label in labels]
            given = arguments | {"columns": columns, "out": results}
        if order:
            table = table.orderBy(*map(_sort_key, order))
        call = ", ".join(f"{name} => :{name}" for name in given)
        query = f"SELECT * FROM cumsum_table(TABLE({{table}}), {call})"
        return session.sql(query, given, table=table).drop(*helpers)

    return transform


def _refuse_direction(column: str | Column) -> None:
    """Spark refuses to sum a sort order only when it runs, as an internal error."""
    if isinstance(column, Column) and _DIRECTION.search(repr(column)):
        raise TypeError(f"{column!r} has a direction, which belongs in order_by")


def _is_expression(column: str | Column) -> bool:
    """Whether it may be no column of a view of the DataFrame, such as a field or ``alias.x``."""
    return isinstance(column, Column) or "." in _QUOTED.sub("", column)


def _items(argument: str, given: Any, types: tuple[type, ...], expected: str) -> list[Any]:
    """One or several, as a list."""
    plain = _plain(given)
    if isinstance(plain, (str, Column)):
        items = [plain]
    # Sets have no order, and mappings have values, which would be lost.
    elif isinstance(plain, Iterable) and not isinstance(plain, (set, frozenset, Mapping)):
        items = [_plain(item) for item in plain]
    else:
        items = [plain]
    if not all(isinstance(item, types) for item in items):
        raise TypeError(f"{argument} has to be {expected}, but is {given!r}")
    if not items:
        raise ValueError(_EMPTY.format(argument))
    return items


def _sort_key(key: str | Column) -> Column:
    """A str such as "day desc nulls last" as a Column, read as cumsum_table of SQL reads it."""
    if isinstance(key, Column):
        return key
    written = _SORT_KEY.fullmatch(key.strip())
    if written is None:
        return F.col(key)
    name, direction, nulls = written.groups()
    method = (direction or "asc") + (f"_nulls_{nulls}" if nulls else "")
    ordered: Column = getattr(F.col(name), method.lower())()
    return ordered


def _axis(axis: Any) -> int | None:
    """An axis as NumPy takes it: whatever is an index, but no bool."""
    if axis is None:
        return None
    try:
        index = None if isinstance(_plain(axis), bool) else operator.index(axis)
    except TypeError:
        index = None
    if index is None:
        raise TypeError(f"axis has to be an integer or None, but is {axis!r}")
    if not -(2**31) <= index < 2**31:
        raise ValueError(f"axis has to be a dimension of the values, but is {axis!r}")
    return index


def _dtype(dtype: Any) -> str:
    """The name by which the jar knows a type of NumPy or of Spark."""
    plain = _plain(dtype)
    if isinstance(plain, str):
        return plain
    try:
        if isinstance(plain, type) and issubclass(plain, DataType):
            plain = plain()
        if isinstance(plain, DataType):
            return plain.simpleString()
        # Python's float is DOUBLE to NumPy, and its name that of FLOAT to Spark.
        if (plain if isinstance(plain, type) else type(plain)).__module__.startswith("numpy"):
            import numpy as np

            return str(np.dtype(plain).name)
    except TypeError:
        pass
    raise TypeError(
        "dtype has to be the name of a type such as 'float64', a dtype of NumPy or a DataType "
        f"of Spark, but is {dtype!r}"
    )


def _plain(value: Any) -> Any:
    """A scalar of NumPy, or an array of no dimension, as a value of Python."""
    is_scalar = (
        type(value).__module__ == "numpy"
        and hasattr(value, "item")
        and getattr(value, "ndim", None) == 0
    )
    return value.item() if is_scalar else value
