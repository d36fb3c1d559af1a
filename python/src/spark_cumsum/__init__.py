"""numpy.cumsum and its siblings for Apache Spark.

Each function is there twice: on the value in each row, and with ``_table`` on whole columns.

Sessions need the jar: those that :func:`configure` has prepared have the one of this package, and
others are started with ``--jars``; a Spark Connect server has it on its own class path.
"""

from spark_cumsum.functions import (
    cummax,
    cummin,
    cumprod,
    cumsum,
    cumulative_prod,
    cumulative_sum,
    nancumprod,
    nancumsum,
)
from spark_cumsum.session import configure, jar
from spark_cumsum.tables import (
    cummax_table,
    cummin_table,
    cumprod_table,
    cumsum_table,
    cumulative_prod_table,
    cumulative_sum_table,
    nancumprod_table,
    nancumsum_table,
)

__all__ = [
    "configure",
    "cummax",
    "cummax_table",
    "cummin",
    "cummin_table",
    "cumprod",
    "cumprod_table",
    "cumsum",
    "cumsum_table",
    "cumulative_prod",
    "cumulative_prod_table",
    "cumulative_sum",
    "cumulative_sum_table",
    "jar",
    "nancumprod",
    "nancumprod_table",
    "nancumsum",
    "nancumsum_table",
]
