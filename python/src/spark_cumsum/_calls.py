"""What all functions of this package do with their arguments, and how they call the jar."""

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


def array_function(
    function: str,
    col: ColumnOrName,
    axis: SupportsIndex | None,
    dtype: DType | None,
    **flags: bool | np.bool_,
) -> Column:
    """A call of a function of the jar that runs over each row's value.

    The flags come in the order of its parameters.
    """
    column = _plain(col)
    if not isinstance(column, (str, Column)):
        raise TypeError(f"col has to be a Column or the name of one, but is {col!r}")
    _refuse_direction(column)
    given = [
        _axis(axis),
        None if dtype is None else _dtype(dtype),
        *(_flag(name, flag) for name, flag in flags.items()),
    ]
    # What has its default stays out of the column's name.
    while given and (given[-1] is None or given[-1] is False):
        given.pop()
    return F.call_function(function, column, *map(F.lit, given))


def table_function(
    function: str,
    columns: tuple[ColumnOrName | Iterable[ColumnOrName], ...],
    axis: SupportsIndex | None,
    dtype: DType | None,
    out: str | Iterable[str] | None,
    order_by: ColumnOrName | Iterable[ColumnOrName] | None,
    partition_by: ColumnOrName | Iterable[ColumnOrName] | None,
    **flags: bool | np.bool_,
) -> Callable[[DataFrame], DataFrame]:
    """A call of a table function of the jar, ``<function>_table``, on a DataFrame to come.

    The flags have the names of its parameters.
    """
    lists = [_items("columns", given, (str, Column), _COLUMNS) for given in columns]
    inputs = [column for items in lists for column in items]
    if not inputs:
        raise ValueError(_EMPTY.format("columns"))
    for column in inputs:
        _refuse_direction(column)
    order = [] if order_by is None else _items("order_by", order_by, (str, Column), _COLUMNS)
    groups = (
        []
        if partition_by is None
        else _items("partition_by", partition_by, (str, Column), _COLUMNS)
    )
    for column in groups:
        _refuse_direction(column)
    arguments = {
        "columns": inputs,
        "axis": _axis(axis),
        "dtype": None if dtype is None else _dtype(dtype),
        "out": None if out is None else _items("out", out, (str,), _NAMES),
        # The table that is passed ends with a sort, so that Spark resolves the order.
        "order_by": True if order else None,
        **{name: _flag(name, flag) for name, flag in flags.items()},
    }

    def transform(df: DataFrame) -> DataFrame:
        if not isinstance(df, DataFrame):
            raise TypeError(f"{function}_table runs over a DataFrame of Spark, but got {df!r}")
        session = df.sparkSession
        if not session.catalog.functionExists(function):
            raise RuntimeError(_NOT_INSTALLED)
        table, given, helpers, names = df, arguments, [], []
        for column in groups:
            if _is_expression(column):
                helper = f"group_{uuid.uuid4().hex}"
                value = F.col(column) if isinstance(column, str) else column
                table = table.select("*", value.alias(helper))
                helpers.append(helper)
                names.append(helper)
            else:
                names.append(column)
        given = given | {"partition_by": names or None}
        if any(map(_is_expression, inputs)):
            labels = df.select(*inputs).columns
            of_inputs = [f"{label}_{uuid.uuid4().hex}" for label in labels]
            helpers += of_inputs
            columns = list(inputs)
            for i, (column, helper) in enumerate(zip(inputs, of_inputs)):
                if _is_expression(column):
                    value = F.col(column) if isinstance(column, str) else column
                    table = table.select("*", value.alias(helper))
                    columns[i] = f"`{helper.replace('`', '``')}`"
            results = arguments["out"] or [f"{label}_{function}" for label in labels]
            given = given | {"columns": columns, "out": results}
        if order:
            table = table.orderBy(*map(_sort_key, order))
        call = ", ".join(f"{name} => :{name}" for name in given)
        query = f"SELECT * FROM {function}_table(TABLE({{table}}), {call})"
        return session.sql(query, given, table=table).drop(*helpers)

    return transform


def _refuse_direction(column: str | Column) -> None:
    """Spark refuses a sort order as a value only when it runs, as an internal error."""
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
    """A str such as "day desc nulls last" as a Column, read as the functions of SQL read it."""
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


def _flag(argument: str, flag: Any) -> bool:
    plain = _plain(flag)
    if not isinstance(plain, bool):
        raise TypeError(f"{argument} has to be True or False, but is {flag!r}")
    return plain


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
