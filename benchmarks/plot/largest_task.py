"""The share of all rows that the largest task read, a bar for each system and work."""

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt

from benchmarks.plot import style


def draw(spark: dict[str, Any], path: Path) -> None:
    bars = spark["largestTask"]
    figure, axes = plt.subplots(figsize=(7.2, 0.6 + 0.55 * len(bars)))
    for position, bar in enumerate(bars):
        ours = bar["system"] == "spark-cumsum"
        axes.barh(
            position,
            100 * bar["share"],
            height=0.62,
            color=style.COLOURS[bar["system"]],
        )
        partitions = (
            "1 partition"
            if bar["partitions"] == 1
            else f"{bar['partitions']} partitions"
        )
        axes.text(
            100 * bar["share"] + 1,
            position,
            f"{100 * bar['share']:.3g} %, {partitions}",
            va="center",
            fontweight="bold" if ours else "normal",
        )
    works = {"natural": "in the order of rows", "ordered": "ordered by a column"}
    axes.set_yticks(
        range(len(bars)), [f"{bar['system']}\n{works[bar['work']]}" for bar in bars]
    )
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.set_xlim(0, 130)
    axes.set_xticks(range(0, 101, 25))
    axes.grid(axis="x", color=style.GRID, linewidth=0.6)
    axes.set_xlabel("rows in the largest task, % of all")
    style.tidy(axes)
    figure.tight_layout()
    style.save(figure, path)
