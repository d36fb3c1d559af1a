from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Callable, SupportsIndex

from pyspark.sql import DataFrame

from spark_cumsum._calls import table_function

if TYPE_CHECKING:
    import numpy as np
    from pyspark.sql._typing import ColumnOrName

    from spark_cumsum._calls import DType


def cumsum_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
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
    partition_by : str, Column or iterable of them, optional
        What divides the rows into groups with the same values, each of which starts again, as in
        pandas' ``groupby``. The rows come in order of it, and within each group in their own. A
        null is a value like any other; a group may have any size.
    natural_order : bool
        Takes the rows as they come instead, partition after partition.
    exclusive : bool
        Gives each place the sum of what precedes it, without its own element; the first one gets 0.
    reverse : bool
        Runs from the end of the axis to its beginning: each place gets the sum of its own element
        and what follows, or with ``exclusive`` of what follows. Rows keep their order.

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
    >>> sums = df.transform(cumsum_table("a", axis=0, order_by="row", exclusive=True))
    >>> [row.a_cumsum for row in sums.collect()]
    [[0, 0, 0], [2, 4, 6]]
    >>> rows = [("b", 1, 5), ("a", 1, 3), ("a", 2, 4)]
    >>> sales = spark.createDataFrame(rows, "shop STRING, day INT, n INT")
    >>> sums = sales.transform(cumsum_table("n", order_by="day", partition_by="shop"))
    >>> [(row.shop, row.n_cumsum) for row in sums.collect()]
    [('a', 3), ('a', 7), ('b', 5)]
    """
    return table_function(
        "cumsum",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
    )


def cumprod_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative products of whole columns, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        The columns, each by itself, in one pass over the rows: numbers, booleans, or arrays of
        them. A null stays null in its place, and the product carries on past it.
    axis : int, optional
        The axis along which the products run: 0 down the rows, 1 along each row's array and so on.
        Without it, they run over all elements of all rows.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are multiplied; see :func:`cumprod`.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_cumprod``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the product of what precedes it; the first one gets 1.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns. Floating-point products that
        cross rows are held to twice the precision of DOUBLE, and rounded once.

    Raises
    ------
    AnalysisException, TypeError, ValueError, RuntimeError, IllegalArgumentException
        As :func:`cumsum_table`.
    ArithmeticException
        When it runs: ARITHMETIC_OVERFLOW under ``spark.sql.ansi.enabled``, the default; otherwise
        integers wrap.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 2), (2, 3), (3, 4)], "day INT, x INT")
    >>> results = df.transform(cumprod_table("x", order_by="day"))
    >>> [row.x_cumprod for row in results.collect()]
    [2, 6, 24]
    """
    return table_function(
        "cumprod",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
    )


def cummax_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative maxima of whole columns, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        The columns, each by itself, in one pass over the rows: of any type that Spark can order,
        such as numbers, strings and dates, or arrays of them. A null stays null in its place, and
        is passed over. NaN is the maximum from its place on. Of equal values the first one stays.
    axis : int, optional
        The axis along which the maxima run: 0 down the rows, 1 along each row's array and so on.
        Without it, they run over all elements of all rows.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are compared. Without it, the type stays.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_cummax``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the maximum of what precedes it; the first one gets null.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns.

    Raises
    ------
    AnalysisException, TypeError, ValueError, RuntimeError, IllegalArgumentException
        As :func:`cumsum_table`.
    ArithmeticException
        When it runs: CAST_OVERFLOW for an element that does not fit the dtype, under
        ``spark.sql.ansi.enabled``, the default.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 3), (2, 1), (3, 4)], "day INT, x INT")
    >>> results = df.transform(cummax_table("x", order_by="day"))
    >>> [row.x_cummax for row in results.collect()]
    [3, 3, 4]
    >>> results = df.transform(cummax_table("x", order_by="day", exclusive=True))
    >>> [row.x_cummax for row in results.collect()]
    [None, 3, 3]
    """
    return table_function(
        "cummax",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
    )


def cummin_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative minima of whole columns, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        The columns, each by itself, in one pass over the rows: of any type that Spark can order,
        such as numbers, strings and dates, or arrays of them. A null stays null in its place, and
        is passed over. NaN is the minimum from its place on. Of equal values the first one stays.
    axis : int, optional
        The axis along which the minima run: 0 down the rows, 1 along each row's array and so on.
        Without it, they run over all elements of all rows.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are compared. Without it, the type stays.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_cummin``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the minimum of what precedes it; the first one gets null.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns.

    Raises
    ------
    AnalysisException, TypeError, ValueError, RuntimeError, IllegalArgumentException
        As :func:`cumsum_table`.
    ArithmeticException
        When it runs: CAST_OVERFLOW for an element that does not fit the dtype, under
        ``spark.sql.ansi.enabled``, the default.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 3), (2, 1), (3, 4)], "day INT, x INT")
    >>> results = df.transform(cummin_table("x", order_by="day"))
    >>> [row.x_cummin for row in results.collect()]
    [3, 1, 1]
    >>> results = df.transform(cummin_table("x", order_by="day", exclusive=True))
    >>> [row.x_cummin for row in results.collect()]
    [None, 3, 1]
    """
    return table_function(
        "cummin",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
    )


def nancumsum_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative sums of whole columns with NaN counted as 0, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        What :func:`cumsum_table` takes. The place of a NaN gets the sum so far; a null is no NaN,
        and stays null in its place.
    axis : int, optional
        The axis along which the sums run: 0 down the rows, 1 along each row's array and so on.
        Without it, they run over all elements of all rows.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added, NaN as 0; see :func:`cumsum`.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_nancumsum``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the sum of what precedes it; the first one gets 0.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns. Floating-point sums that cross
        rows are exact, and rounded once.

    Raises
    ------
    AnalysisException, TypeError, ValueError, RuntimeError, IllegalArgumentException
        As :func:`cumsum_table`.
    ArithmeticException
        As :func:`cumsum_table`.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 1.0), (2, float("nan")), (3, 2.0)], "day INT, x DOUBLE")
    >>> results = df.transform(nancumsum_table("x", order_by="day"))
    >>> [row.x_nancumsum for row in results.collect()]
    [1.0, 1.0, 3.0]
    """
    return table_function(
        "nancumsum",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
    )


def nancumprod_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative products of whole columns with NaN counted as 1, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        What :func:`cumprod_table` takes. The place of a NaN gets the product so far; a null is no
        NaN, and stays null in its place.
    axis : int, optional
        The axis along which the products run: 0 down the rows, 1 along each row's array and so on.
        Without it, they run over all elements of all rows.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are multiplied, NaN as 1; see
        :func:`cumprod`.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_nancumprod``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the product of what precedes it; the first one gets 1.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns. Floating-point products that
        cross rows are held to twice the precision of DOUBLE, and rounded once.

    Raises
    ------
    AnalysisException, TypeError, ValueError, RuntimeError, IllegalArgumentException
        As :func:`cumprod_table`.
    ArithmeticException
        As :func:`cumprod_table`.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 2.0), (2, float("nan")), (3, 3.0)], "day INT, x DOUBLE")
    >>> results = df.transform(nancumprod_table("x", order_by="day"))
    >>> [row.x_nancumprod for row in results.collect()]
    [2.0, 2.0, 6.0]
    """
    return table_function(
        "nancumprod",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
    )


def cumulative_sum_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
    include_initial: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative sums of whole columns, of the array API, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        What :func:`cumsum_table` takes. A null stays null in its place, and the sum carries on past
        it.
    axis : int, optional
        The axis along which the sums run: 0 down the rows, 1 along each row's array and so on.
        Needed for columns of arrays.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added; see :func:`cumsum`.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_cumulative_sum``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the sum of what precedes it; the first one gets 0.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.
    include_initial : bool
        Has to be False: over whole columns it would add a row.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns. Floating-point sums that cross
        rows are exact, and rounded once.

    Raises
    ------
    AnalysisException
        As :func:`cumsum_table`, CUMSUM_AXIS_REQUIRED, CUMSUM_INVALID_ARGUMENT for
        ``include_initial``.
    TypeError, ValueError, RuntimeError, ArithmeticException, IllegalArgumentException
        As :func:`cumsum_table`.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 1), (2, 2), (3, 3)], "day INT, x INT")
    >>> results = df.transform(cumulative_sum_table("x", order_by="day"))
    >>> [row.x_cumulative_sum for row in results.collect()]
    [1, 3, 6]
    """
    return table_function(
        "cumulative_sum",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
        include_initial=include_initial,
    )


def cumulative_prod_table(
    *columns: ColumnOrName | Iterable[ColumnOrName],
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    out: str | Iterable[str] | None = None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None = None,
    natural_order: bool | np.bool_ = False,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
    include_initial: bool | np.bool_ = False,
) -> Callable[[DataFrame], DataFrame]:
    """Cumulative products of whole columns, of the array API, for :meth:`DataFrame.transform`.

    A column is an array whose axis 0 runs down the rows, as in :func:`cumsum_table`. Rows are not
    gathered into one partition.

    Parameters
    ----------
    *columns : str, Column or iterable of them
        What :func:`cumprod_table` takes. A null stays null in its place, and the product carries on
        past it.
    axis : int, optional
        The axis along which the products run: 0 down the rows, 1 along each row's array and so on.
        Needed for columns of arrays.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are multiplied; see :func:`cumprod`.
    out : str or iterable of str, optional
        The column for each result; by default that of ``x`` is ``x_cumulative_prod``.
    order_by, natural_order
        The order of the rows; see :func:`cumsum_table`.
    partition_by
        What divides the rows into groups, each of which starts again; see :func:`cumsum_table`.
    exclusive : bool
        Gives each place the product of what precedes it; the first one gets 1.
    reverse : bool
        Runs from the end of the axis to its beginning. Rows keep their order.
    include_initial : bool
        Has to be False: over whole columns it would add a row.

    Returns
    -------
    callable
        From a DataFrame to one with the results beside its columns. Floating-point products that
        cross rows are held to twice the precision of DOUBLE, and rounded once.

    Raises
    ------
    AnalysisException
        As :func:`cumprod_table`, CUMSUM_AXIS_REQUIRED, CUMSUM_INVALID_ARGUMENT for
        ``include_initial``.
    TypeError, ValueError, RuntimeError, ArithmeticException, IllegalArgumentException
        As :func:`cumprod_table`.

    Examples
    --------
    >>> df = spark.createDataFrame([(1, 1), (2, 2), (3, 3)], "day INT, x INT")
    >>> results = df.transform(cumulative_prod_table("x", order_by="day"))
    >>> [row.x_cumulative_prod for row in results.collect()]
    [1, 2, 6]
    """
    return table_function(
        "cumulative_prod",
        columns,
        axis,
        dtype,
        out,
        order_by,
        partition_by,
        natural_order=natural_order,
        exclusive=exclusive,
        reverse=reverse,
        include_initial=include_initial,
    )
