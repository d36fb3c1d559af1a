"""Uses the installed package as a user would, on the Python and the PySpark that it is run with."""

import platform

import pyspark
from pyspark.sql import SparkSession

import spark_cumsum
from spark_cumsum import cumsum, cumsum_table

builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
builder = builder.config("spark.ui.showConsoleProgress", "false")
spark = spark_cumsum.configure(builder).getOrCreate()

assert spark.sql("SELECT cumsum(array(1, 2, 3))").first()[0] == [1, 3, 6]

df = spark.sql("SELECT * FROM VALUES (1, array(2, 4)), (2, array(1, 3)) AS t(row, a)")
assert df.select(cumsum("a", dtype="float64")).first()[0] == [2.0, 6.0]
sums = df.transform(cumsum_table("a", axis=0, order_by="row"))
assert [row.a_cumsum for row in sums.collect()] == [[2, 4], [3, 7]]

running = "SELECT sum(id) OVER (ORDER BY id) FROM range(1, 4)"
assert [total for (total,) in spark.sql(running).collect()] == [1, 3, 6]
plan = spark.sql(f"EXPLAIN {running}").first()[0]
assert "PrefixScan [" in plan, plan
assert "Window [" not in plan, plan

# In several partitions, as if it were large.
spark.conf.set("spark.cumsum.singlePartitionThreshold", 0)
frames = """SELECT id, lag(id, 2) OVER (ORDER BY id), sum(id) OVER (ORDER BY id ROWS 2 PRECEDING),
  sum(id) OVER (ORDER BY id RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING),
  max(id) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
  FROM range(0, 1000, 1, 4)"""
assert [tuple(row) for row in spark.sql(frames).collect()] == [
    (
        i,
        i - 2 if i >= 2 else None,
        sum(range(max(0, i - 2), i + 1)),
        sum(range(i + 1, min(1000, i + 3))) if i < 999 else None,
        999 if i < 999 else None,
    )
    for i in range(1000)
]

spark.stop()
print(f"Python {platform.python_version()}, PySpark {pyspark.__version__}: works")
