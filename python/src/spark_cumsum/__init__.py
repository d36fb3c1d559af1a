"""numpy.cumsum for Apache Spark.

Sessions need the jar: those that :func:`configure` has prepared have the one of this package, and
others are started with ``--jars``; a Spark Connect server has it on its own class path.
"""

from spark_cumsum.functions import cumsum, cumsum_table
from spark_cumsum.session import configure, jar

__all__ = ["configure", "cumsum", "cumsum_table", "jar"]
