"""Seconds against rows, a line for each system, as the published table has them."""

import re
from pathlib import Path
from typing import TypeAlias

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from benchmarks.plot import style

Lines: TypeAlias = dict[str, dict[int, float]]
"""Of each system, the seconds by rows."""

_TITLES = {"natural": "in the order of rows", "ordered": "ordered by a column"}
_LABEL_POINTS = 12


def _median_seconds(table: str) -> dict[tuple[str, str, int], float]:
    """The seconds of right answers, by work, system and rows."""
    medians = {}
    work, rows, column = "", 0, 0
    for line in table.splitlines():
        if title := re.match(r"([\d,]+) rows, (\w+)$", line):
            rows, work = int(title[1].replace(",", "")), title[2]
        elif line.startswith("system"):
            column = line.index("version")
        elif line.endswith("right"):
            # After the version, which may have a comma and spaces.
            seconds = re.search(r"\s{2,}([\d.]+) ", line[column:])
            assert seconds, line
            medians[work, line[:column].strip(), rows] = float(seconds[1])
    return medians


def draw(results: Path, path: Path) -> None:
    # Of the runs in the file only the last have several numbers of rows.
    _, _, table = (results / "peers.txt").read_text().rpartition("benchmarks/peers/run")
    medians = _median_seconds(table)
    rows = sorted({size for _, _, size in medians})
    figure, panels = plt.subplots(1, 2, figsize=(10.4, 4.8), sharey=True)
    figure.subplots_adjust(left=0.06, right=0.8, bottom=0.14, top=0.93, wspace=0.76)
    panels[0].set_ylabel("seconds (less is better)")
    panels[0].set_ylim(min(medians.values()) / 1.5, max(medians.values()) * 1.5)
    for axes, (work, title) in zip(panels, _TITLES.items(), strict=True):
        lines: Lines = {system: {} for system in style.COLOURS}
        for (of_work, system, size), seconds in sorted(medians.items()):
            # Systems with Comet are not drawn.
            if of_work == work and system in lines:
                lines[system][size] = seconds
        axes.set_title(title, fontsize=11)
        _panel(axes, {system: line for system, line in lines.items() if line}, rows)
    if any((work, system, rows[-1]) not in medians for work, system, _ in medians):
        figure.text(0.06, 0.02, "✕ fails beyond", fontsize=9)
    style.save(figure, path)


def _panel(axes: Axes, lines: Lines, rows: list[int]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    style.tidy(axes)
    axes.grid(color=style.GRID, linewidth=0.6)
    axes.set_xticks(rows, [f"{size / 1e6:g}" for size in rows])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:g}"))
    axes.set_xlabel("million rows")
    for system, line in lines.items():
        ours = system in style.EMPHASISED
        axes.plot(
            list(line),
            list(line.values()),
            color=style.COLOURS[system],
            linewidth=2.6 if ours else 1.3,
            linestyle="-" if ours else (0, (4, 1.5)),
            marker="o",
            markersize=5 if ours else 3.5,
            zorder=3 if ours else 2,
        )
    for end in rows:
        suffix = "" if end == rows[-1] else " ✕"
        ending = {
            system: line[end] for system, line in lines.items() if max(line) == end
        }
        _label(axes, end, ending, suffix)


def _label(axes: Axes, end: int, ending: dict[str, float], suffix: str) -> None:
    """Names the lines that end here, moved up where a name would cover another."""
    to_points = 72 / axes.figure.dpi
    lowest = float("-inf")
    for system, seconds in sorted(ending.items(), key=lambda item: item[1]):
        point = axes.transData.transform((end, seconds))[1] * to_points
        height = max(point, lowest)
        lowest = height + _LABEL_POINTS
        axes.annotate(
            system + suffix,
            xy=(end, seconds),
            xytext=(14, height - point),
            textcoords="offset points",
            va="center",
            fontsize=9,
            fontweight="bold" if system in style.EMPHASISED else "normal",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": style.COLOURS[system],
                "linewidth": 0.8,
            },
        )
