"""The running total of four years of rain in Seattle, by day, with a plot.

    python running_precipitation.py [picture.png]

The cells, which start with # %%, also run one by one in an editor that knows them.
"""

# %% A session with the jar that the package carries.
import sys
from pathlib import Path

import matplotlib as mpl
from pyspark.sql import SparkSession

import spark_cumsum
from spark_cumsum import cumsum_table

spark = spark_cumsum.configure(SparkSession.builder.master("local[2]")).getOrCreate()

# %% The weather of each day.
DATA = Path(__file__).resolve().parent.parent / "data"
csv = spark.read.csv(str(DATA / "seattle-weather.csv"), header=True, inferSchema=True)
weather = csv.selectExpr("to_date(date, 'yyyy/MM/dd') AS day", "precipitation", "weather")

# %% np.cumsum(precipitation), with the days in the order of their dates.
totals = weather.transform(cumsum_table("precipitation", order_by="day", out="total"))
totals.filter("day LIKE '%-12-31'").show()

# %% The same for each year is a window over groups, which Spark distributes by itself.
by_year = spark.sql(
    """
    SELECT day, total, sum(precipitation) OVER (PARTITION BY year(day) ORDER BY day) AS this_year
    FROM {totals} ORDER BY day
    """,
    totals=totals,
).toPandas()

# %% The plot.
mpl.use("agg")
import matplotlib.pyplot as plt  # noqa: E402

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
axes.plot(by_year["day"], by_year["total"], label="since 2012")
axes.plot(
    by_year["day"],
    by_year["this_year"],
    label="since January",
)
axes.set_ylabel("precipitation, mm")
axes.set_title("Rain in Seattle")
axes.legend()
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])

# %%
spark.stop()
