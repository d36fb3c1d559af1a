"""The examples print what they are expected to, and the notebook shows what it has stored."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples/python"

pytestmark = pytest.mark.processes


def run(script: str, *arguments: str, cwd: Path) -> str:
    process = subprocess.run(
        [sys.executable, EXAMPLES / script, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return without_numbers(process.stdout)


def without_numbers(text: str) -> str:
    """The text without the numbers that Spark gives columns, plans and stages of generated code."""
    text = re.sub(r"(?<=\w)#\d+L?|plan_id=\d+|\*\(\d+\) |file:[^\]]*/", "", text)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def expected(name: str) -> str:
    return without_numbers((EXAMPLES / name).read_text())


def test_running_precipitation(tmp_path: Path) -> None:
    output = run("running_precipitation.py", "plot.png", cwd=tmp_path)
    assert output == expected("running_precipitation.txt")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_pandas_on_spark_with_the_jar(tmp_path: Path) -> None:
    output = run("pandas_on_spark.py", cwd=tmp_path)
    assert output == expected("pandas_on_spark.txt")
    assert "PrefixScan" in output


def test_pandas_on_spark_without_the_jar(tmp_path: Path) -> None:
    output = run("pandas_on_spark.py", "--without-jar", cwd=tmp_path)
    assert output == expected("pandas_on_spark_without_jar.txt")
    assert "SinglePartition" in output


def test_dbt() -> None:
    example = EXAMPLES / "dbt"
    process = subprocess.run([example / "run"], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert process.stdout.strip() == expected("dbt/expected.txt")


def test_integral_images() -> None:
    stored = nbformat.read(EXAMPLES / "integral_images.ipynb", as_version=4)
    executed = nbformat.read(EXAMPLES / "integral_images.ipynb", as_version=4)
    client = nbclient.NotebookClient(
        executed, timeout=300, resources={"metadata": {"path": str(EXAMPLES)}}
    )
    client.execute()
    assert [texts(cell) for cell in executed.cells] == [texts(cell) for cell in stored.cells]
    assert any("image/png" in str(cell.get("outputs")) for cell in stored.cells)


def texts(cell: Any) -> list[str]:
    """What a cell printed or returned, pictures left out; what Spark logs is no output."""
    found = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream" and output.name == "stdout":
            found.append(output.text)
        elif output.output_type == "execute_result":
            found.append(output.data["text/plain"])
    return found
