"""What the README shows in Python is what comes out."""

import doctest
import re
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession

README = Path(__file__).parents[2] / "README.md"


def test_examples_give_what_is_below_them(spark: SparkSession) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    test = doctest.DocTestParser().get_doctest(
        "\n".join(blocks), {"np": np, "spark": spark}, "README.md", str(README), 0
    )
    assert len(test.examples) >= 10
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
