"""How Spark would run a query."""

import contextlib
import io

from pyspark.sql import DataFrame


def plan(df: DataFrame) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        df.explain()
    return out.getvalue()


def assert_distributed(df: DataFrame) -> None:
    text = plan(df)
    assert "PrefixScan" in text, text
    assert "Window " not in text, text
    assert "SinglePartition" not in text, text
