from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

from pyspark.sql import Column

from spark_cumsum._calls import array_function

if TYPE_CHECKING:
    import numpy as np
    from pyspark.sql._typing import ColumnOrName

    from spark_cumsum._calls import DType


def cumsum(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
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
    exclusive : bool
        Gives each place the sum of what precedes it, without its own element; the first one gets 0.
    reverse : bool
        Runs from the end of the axis to its beginning: each place gets the sum of its own element
        and what follows, or with ``exclusive`` of what follows.

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
    >>> df.select(cumsum("a", axis=-1, exclusive=True)).first()[0]
    [[0, 2, 6], [0, 1, 4]]
    >>> df.select(cumsum("a", axis=-1, reverse=True)).first()[0]
    [[12, 10, 6], [9, 8, 5]]
    """
    return array_function("cumsum", col, axis, dtype, exclusive=exclusive, reverse=reverse)


def cumprod(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Column:
    """Cumulative product of the elements of each row's value, as ``numpy.cumprod`` has it.

    Parameters
    ----------
    col : Column or str
        A number, a boolean, or an array of them, nested to any depth. A null element stays null in
        its place, and the product carries on past it.
    axis : int, optional
        The axis along which the product runs, or none for all elements; see :func:`cumsum`.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are multiplied. Without it, integers and
        booleans are multiplied as BIGINT, DECIMAL as DOUBLE, FLOAT and DOUBLE as themselves. With
        ``"bool"`` the product is a running AND.
    exclusive : bool
        Gives each place the product of what precedes it; the first one gets 1.
    reverse : bool
        Runs from the end of the axis to its beginning.

    Returns
    -------
    Column
        Of type array of the product's type, nested as the value is if an axis is given.

    Raises
    ------
    AnalysisException
        When it is used: as :func:`cumsum`.
    ArithmeticException
        When it runs: ARITHMETIC_OVERFLOW under ``spark.sql.ansi.enabled``, the default. Otherwise
        integers wrap.
    IllegalArgumentException, TypeError
        As :func:`cumsum`.

    Examples
    --------
    >>> df = spark.createDataFrame([([[2, 4], [3, 5]],)], "a ARRAY<ARRAY<INT>>")
    >>> df.select(cumprod("a")).first()[0]
    [2, 8, 24, 120]
    >>> df.select(cumprod("a", axis=0)).first()[0]
    [[2, 4], [6, 20]]
    >>> df.select(cumprod("a", axis=1, exclusive=True)).first()[0]
    [[1, 2], [1, 3]]
    """
    return array_function("cumprod", col, axis, dtype, exclusive=exclusive, reverse=reverse)


def cummax(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Column:
    """Cumulative maximum of the elements of each row's value, as ``numpy.maximum.accumulate``.

    Parameters
    ----------
    col : Column or str
        A value of any type that Spark can order, such as a number, string or date, or an array of
        them, nested to any depth. A null element stays null in its place, and is passed over. NaN
        is the maximum from its place on, as in NumPy. Of equal values the first one stays.
    axis : int, optional
        The axis along which the maximum runs, or none for all elements; see :func:`cumsum`.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are compared. Without it, the type stays.
    exclusive : bool
        Gives each place the maximum of what precedes it; the first one gets null.
    reverse : bool
        Runs from the end of the axis to its beginning.

    Returns
    -------
    Column
        Of type array of the elements' type, nested as the value is if an axis is given.

    Raises
    ------
    AnalysisException
        When it is used: as :func:`cumsum`, DATATYPE_MISMATCH if it has no order or cannot be cast.
    ArithmeticException
        When it runs: CAST_OVERFLOW for an element that does not fit the dtype, under
        ``spark.sql.ansi.enabled``, the default.
    IllegalArgumentException, TypeError
        As :func:`cumsum`.

    Examples
    --------
    >>> df = spark.createDataFrame([([[3, 1, 4], [1, 5, 9]],)], "a ARRAY<ARRAY<INT>>")
    >>> df.select(cummax("a")).first()[0]
    [3, 3, 4, 4, 5, 9]
    >>> df.select(cummax("a", axis=0)).first()[0]
    [[3, 1, 4], [3, 5, 9]]
    >>> df.select(cummax("a", axis=1, exclusive=True)).first()[0]
    [[None, 3, 3], [None, 1, 5]]
    """
    return array_function("cummax", col, axis, dtype, exclusive=exclusive, reverse=reverse)


def cummin(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Column:
    """Cumulative minimum of the elements of each row's value, as ``numpy.minimum.accumulate``.

    Parameters
    ----------
    col : Column or str
        A value of any type that Spark can order, such as a number, string or date, or an array of
        them, nested to any depth. A null element stays null in its place, and is passed over. NaN
        is the minimum from its place on, as in NumPy. Of equal values the first one stays.
    axis : int, optional
        The axis along which the minimum runs, or none for all elements; see :func:`cumsum`.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are compared. Without it, the type stays.
    exclusive : bool
        Gives each place the minimum of what precedes it; the first one gets null.
    reverse : bool
        Runs from the end of the axis to its beginning.

    Returns
    -------
    Column
        Of type array of the elements' type, nested as the value is if an axis is given.

    Raises
    ------
    AnalysisException, ArithmeticException, IllegalArgumentException, TypeError
        As :func:`cummax`.

    Examples
    --------
    >>> df = spark.createDataFrame([([3, 1, 4], ["b", None, "a"])], "a ARRAY<INT>, s ARRAY<STRING>")
    >>> df.select(cummin("a")).first()[0]
    [3, 1, 1]
    >>> df.select(cummin("a", reverse=True)).first()[0]
    [1, 1, 4]
    >>> df.select(cummin("s")).first()[0]
    ['b', None, 'a']
    """
    return array_function("cummin", col, axis, dtype, exclusive=exclusive, reverse=reverse)


def nancumsum(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Column:
    """Cumulative sum with NaN counted as 0, as ``numpy.nancumsum`` has it.

    Parameters
    ----------
    col : Column or str
        What :func:`cumsum` takes. The place of a NaN gets the sum so far. A null is no NaN: it
        stays null in its place, and the sum carries on past it.
    axis : int, optional
        The axis along which the sum runs, or none for all elements; see :func:`cumsum`.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added, NaN as 0; see :func:`cumsum`.
    exclusive : bool
        Gives each place the sum of what precedes it; the first one gets 0.
    reverse : bool
        Runs from the end of the axis to its beginning.

    Returns
    -------
    Column
        Of type array of the sum's type, nested as the value is if an axis is given.

    Raises
    ------
    AnalysisException, ArithmeticException, IllegalArgumentException, TypeError
        As :func:`cumsum`.

    Examples
    --------
    >>> df = spark.createDataFrame([([1.0, float("nan"), 2.0],)], "a ARRAY<DOUBLE>")
    >>> df.select(nancumsum("a")).first()[0]
    [1.0, 1.0, 3.0]
    >>> df.select(nancumsum("a", dtype="int64")).first()[0]
    [1, 1, 3]
    """
    return array_function("nancumsum", col, axis, dtype, exclusive=exclusive, reverse=reverse)


def nancumprod(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
) -> Column:
    """Cumulative product with NaN counted as 1, as ``numpy.nancumprod`` has it.

    Parameters
    ----------
    col : Column or str
        What :func:`cumprod` takes. The place of a NaN gets the product so far. A null is no NaN: it
        stays null in its place, and the product carries on past it.
    axis : int, optional
        The axis along which the product runs, or none for all elements; see :func:`cumsum`.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are multiplied, NaN as 1; see
        :func:`cumprod`.
    exclusive : bool
        Gives each place the product of what precedes it; the first one gets 1.
    reverse : bool
        Runs from the end of the axis to its beginning.

    Returns
    -------
    Column
        Of type array of the product's type, nested as the value is if an axis is given.

    Raises
    ------
    AnalysisException, ArithmeticException, IllegalArgumentException, TypeError
        As :func:`cumprod`.

    Examples
    --------
    >>> df = spark.createDataFrame([([2.0, float("nan"), 3.0],)], "a ARRAY<DOUBLE>")
    >>> df.select(nancumprod("a")).first()[0]
    [2.0, 2.0, 6.0]
    """
    return array_function("nancumprod", col, axis, dtype, exclusive=exclusive, reverse=reverse)


def cumulative_sum(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
    include_initial: bool | np.bool_ = False,
) -> Column:
    """Cumulative sum of the array API, as ``numpy.cumulative_sum`` has it.

    Parameters
    ----------
    col : Column or str
        What :func:`cumsum` takes. A null element stays null in its place, and the sum carries on
        past it.
    axis : int, optional
        The axis along which the sum runs; see :func:`cumsum`. Needed beyond one dimension.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are added; see :func:`cumsum`.
    exclusive : bool
        Gives each place the sum of what precedes it; the first one gets 0.
    reverse : bool
        Runs from the end of the axis to its beginning.
    include_initial : bool
        Puts a 0 before the first sum, or with ``reverse`` after the last, so that the axis is one
        longer. Not together with ``exclusive``.

    Returns
    -------
    Column
        Of type array of the sum's type, nested as the value is.

    Raises
    ------
    AnalysisException
        When it is used: as :func:`cumsum`, CUMSUM_AXIS_REQUIRED, CUMSUM_INVALID_ARGUMENT for
        ``include_initial`` together with ``exclusive``.
    ArithmeticException, IllegalArgumentException, TypeError
        As :func:`cumsum`.

    Examples
    --------
    >>> df = spark.createDataFrame([([1, 2, 3],)], "a ARRAY<INT>")
    >>> df.select(cumulative_sum("a")).first()[0]
    [1, 3, 6]
    >>> df.select(cumulative_sum("a", include_initial=True)).first()[0]
    [0, 1, 3, 6]
    """
    return array_function(
        "cumulative_sum",
        col,
        axis,
        dtype,
        exclusive=exclusive,
        reverse=reverse,
        include_initial=include_initial,
    )


def cumulative_prod(
    col: ColumnOrName,
    axis: SupportsIndex | None = None,
    dtype: DType | None = None,
    *,
    exclusive: bool | np.bool_ = False,
    reverse: bool | np.bool_ = False,
    include_initial: bool | np.bool_ = False,
) -> Column:
    """Cumulative product of the array API, as ``numpy.cumulative_prod`` has it.

    Parameters
    ----------
    col : Column or str
        What :func:`cumprod` takes. A null element stays null in its place, and the product carries
        on past it.
    axis : int, optional
        The axis along which the product runs; see :func:`cumsum`. Needed beyond one dimension.
    dtype : str, NumPy dtype or DataType, optional
        The type to which elements are cast before they are multiplied; see :func:`cumprod`.
    exclusive : bool
        Gives each place the product of what precedes it; the first one gets 1.
    reverse : bool
        Runs from the end of the axis to its beginning.
    include_initial : bool
        Puts a 1 before the first product, or with ``reverse`` after the last, so that the axis is
        one longer. Not together with ``exclusive``.

    Returns
    -------
    Column
        Of type array of the product's type, nested as the value is.

    Raises
    ------
    AnalysisException
        When it is used: as :func:`cumulative_sum`.
    ArithmeticException, IllegalArgumentException, TypeError
        As :func:`cumprod`.

    Examples
    --------
    >>> df = spark.createDataFrame([([[2, 4], [3, 5]],)], "a ARRAY<ARRAY<INT>>")
    >>> df.select(cumulative_prod("a", axis=1)).first()[0]
    [[2, 8], [3, 15]]
    >>> df.select(cumulative_prod("a", axis=0, include_initial=True)).first()[0]
    [[1, 1], [2, 4], [6, 20]]
    """
    return array_function(
        "cumulative_prod",
        col,
        axis,
        dtype,
        exclusive=exclusive,
        reverse=reverse,
        include_initial=include_initial,
    )
