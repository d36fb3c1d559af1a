"""How many times as fast as Spark's window scans are, from benchmarks/results."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

from benchmarks.plot import style

_BARS = {
    "running sum, in the order of rows": ("spark.txt", "natural order"),
    "running sum, by the key of sorted files": (
        "spark.txt",
        "ordered by the key that files are sorted by",
    ),
    "running sum, by a shuffled key": ("spark.txt", "ordered by a shuffled key"),
    "lag, in the order of rows": (
        "frames.txt",
        "lag(x) OVER (ORDER BY monotonically_increasing_id())",
    ),
    "lag, by the key of sorted files": (
        "frames.txt",
        "lag(x) OVER (ORDER BY k) of sorted rows",
    ),
    "lag, by a shuffled key": ("frames.txt", "lag(x) OVER (ORDER BY k) of shuffled"),
    "sum of ROWS 100 PRECEDING, in the order of rows": (
        "frames.txt",
        "sum(x) OVER (ORDER BY monotonically_increasing_id() ROWS 100",
    ),
    "sum of ROWS 100 PRECEDING, by a shuffled key": (
        "frames.txt",
        "sum(x) OVER (ORDER BY k ROWS 100 PRECEDING) of shuffled",
    ),
    "sum of RANGE 100 PRECEDING, by a shuffled key": (
        "frames.txt",
        "sum(x) OVER (ORDER BY k RANGE 100 PRECEDING)",
    ),
    "sum(x) OVER ()": ("frames.txt", "sum(x) OVER ()"),
    "percent_rank, by a shuffled key": ("frames.txt", "percent_rank()"),
    "running stddev, by a shuffled key": ("frames.txt", "stddev(x)"),
    "groups, one with nine tenths of the rows": (
        "groups.txt",
        "groups: one of nine tenths",
    ),
    "10,000 even groups": ("groups.txt", "groups: 10,000"),
}
"""By what the bar says, the file and how the title of its table begins. The first table counts."""

_RATIO = re.compile(r"^Spark's window / .*?\s([\d.]+) +([\d.]+) +([\d.]+)  target", re.M)


def draw(results: Path, path: Path) -> None:
    ratios = [_ratio((results / file).read_text(), title) for file, title in _BARS.values()]
    figure, axes = plt.subplots(figsize=(8.6, 0.7 + 0.32 * len(ratios)))
    for position, (least, median, most) in enumerate(ratios):
        axes.barh(
            position,
            median,
            height=0.62,
            color=style.COLOURS["spark-cumsum"],
            xerr=[[median - least], [most - median]],
            error_kw={"ecolor": style.INK, "elinewidth": 1, "capsize": 2},
        )
        axes.text(most + 0.12, position, f"{median:.1f}", va="center")
    axes.axvline(1, color=style.COLOURS["Spark's window"], linewidth=1.5)
    axes.set_yticks(range(len(ratios)), list(_BARS))
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.set_xlim(0, 10)
    axes.grid(axis="x", color=style.GRID, linewidth=0.6)
    axes.set_xlabel("times as fast as Spark's window (blue line); median, least and most")
    style.tidy(axes)
    figure.tight_layout()
    style.save(figure, path)


def _ratio(text: str, title: str) -> tuple[float, float, float]:
    found = re.search(rf"^{re.escape(title)}.* rounds$", text, re.M)
    assert found, title
    ratio = _RATIO.search(text, found.end())
    assert ratio, title
    least, median, most = map(float, ratio.groups())
    return least, median, most
