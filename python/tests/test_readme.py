"""What the READMEs show in Python is what comes out."""

import doctest
import re
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("readme", [PROJECT / "README.md", PROJECT / "python/README.md"])
def test_examples_give_what_is_below_them(readme: Path, spark: SparkSession) -> None:
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text(), re.DOTALL)
    names = {"np": np, "spark": spark}
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), names, "", str(readme), 0)
    assert len(test.examples) >= 10
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
