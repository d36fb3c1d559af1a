"""What the documents show in Python and in the shell is what comes out."""

import doctest
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

import spark_cumsum
from servers import SPARK_HOME
from spark_cumsum import cumprod, cumsum_table

PROJECT = Path(__file__).parents[2]
DOCUMENTS = [
    PROJECT / "README.md",
    PROJECT / "python/README.md",
    PROJECT / "examples/README.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
RUN_ELSEWHERE = {
    "mvn -q -DskipTests package": "python/test",
    "pip install ./python": "python/test",
    "docker compose up --build": "docker/test",
    "examples/seattle-precipitation/run": "ExamplesIT",
    "examples/python/dbt/run": "test_examples.py",
    "./test": ".ci/run",
}


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE)


def with_prompts(document: Path) -> list[str]:
    return [block for block in blocks(document, "python") if ">>>" in block]


def without_prompts() -> list[str]:
    return [block for path in DOCUMENTS for block in blocks(path, "python") if ">>>" not in block]


def in_tables() -> list[str]:
    row = re.compile(r"^\| Python \| `(df\..*)` \|$", re.MULTILINE)
    return [code for path in DOCUMENTS for code in row.findall(path.read_text())]


def commands() -> list[tuple[str, str]]:
    """What is typed, and the text that is shown below it, if there is one."""
    found = []
    for path in DOCUMENTS:
        for block, shown in re.findall(
            r"^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", path.read_text(), re.DOTALL | re.M
        ):
            lines = re.sub(r"\s+#.*", "", block.replace("\\\n", " ")).splitlines()
            found += [(command, shown) for line in lines for command in line.split(" && ")]
    return found


@pytest.mark.parametrize("document", filter(with_prompts, DOCUMENTS), ids=lambda path: path.name)
def test_examples_give_what_is_below_them(document: Path, spark: SparkSession) -> None:
    names = {"np": np, "spark": spark}
    text = "\n".join(with_prompts(document))
    test = doctest.DocTestParser().get_doctest(text, names, "", str(document), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)


def test_there_are_examples() -> None:
    examples = "".join(block for path in DOCUMENTS for block in with_prompts(path))
    assert examples.count(">>>") >= 40


@pytest.mark.own_driver
@pytest.mark.parametrize("block", without_prompts())
def test_other_blocks_run(block: str, spark: SparkSession, tmp_path: Path) -> None:
    spark.range(9).selectExpr("id AS k", "double(id) AS x", "id AS y").write.parquet(
        str(tmp_path / "table")
    )
    weather = spark.sql("SELECT * FROM VALUES (1, 0.5D), (2, 0D), (3, 2.5D) AS t(day, rain)")
    names = {"spark": spark, "weather": weather, "cumsum_table": cumsum_table}
    exec(re.sub(r'"(table|totals)"', lambda name: repr(str(tmp_path / name[1])), block), names)


@pytest.mark.parametrize("code", in_tables())
def test_tables_give_what_is_above_them(code: str, spark: SparkSession) -> None:
    df = spark.sql(
        "SELECT *, 'north' AS shop, array(2, 3, 4) AS xs"
        " FROM VALUES (1, 2), (2, 3), (3, 4) AS t(day, x)"
    )
    names = {"df": df, "cumprod": cumprod, "cumprod_table": spark_cumsum.cumprod_table}
    result = eval(code, names | {"cumsum_table": cumsum_table})
    assert result.count() == 3


@pytest.mark.processes
@pytest.mark.parametrize(("command", "shown"), commands())
def test_commands_run(command: str, shown: str, tmp_path: Path) -> None:
    if command in RUN_ELSEWHERE:
        pytest.skip(f"{RUN_ELSEWHERE[command]} runs it")
    (tmp_path / "target").mkdir()
    for file in [PROJECT / "examples", *PROJECT.glob("target/spark-cumsum_*.jar")]:
        (tmp_path / file.relative_to(PROJECT)).symlink_to(file)
    path = f"{SPARK_HOME / 'bin'}:{os.environ['PATH']}"
    process = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=os.environ | {"SPARK_HOME": str(SPARK_HOME), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert shown in process.stdout


def test_each_command_that_is_run_elsewhere_is_shown() -> None:
    assert RUN_ELSEWHERE.keys() <= {command for command, _ in commands()}
