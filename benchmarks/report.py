"""The tables, with the ratios."""

from typing import Any

Result = dict[str, Any]


def table(headers: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[at]) for row in [headers, *rows]) for at in range(len(headers))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in [headers, *rows]]
    ruler = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], ruler, *lines[1:]])


def screening(found: Result) -> str:
    ours, duck, loop, whole = found["ours"], found["duck"], found["loop"], found["loop_whole"]
    rules = {"wall": ours["wall"] - ours["fill"], "cpu": ours["cpu"] - ours["fill_cpu"]}
    filled = {"wall": ours["fill"], "cpu": ours["fill_cpu"]}
    served = {name: filled[name] + found["load"][name] + duck[name] for name in ("wall", "cpu")}
    rows = [
        _row("ours: facts filled, signs, cases, duties written", ours, ours),
        _row("plain loop, extrapolated to all", whole, ours),
        _row("DuckDB on facts that we fill and export to it", served, ours, found["load"]["peak"]),
        _row("ours without facts (rules, signs, cases, duties)", rules, rules),
        _row("DuckDB without facts (lists only, nothing written)", duck, rules),
        _row("(filling the facts alone)", filled, ours),
        _row(f"(plain loop, {found['sample']} households)", loop, ours),
    ]
    return (
        f"{found['households']} households, {found['persons']} persons, {found['rules']} rules, {found['signs']} open signs, "
        f"median of {found['rounds']}; opened, closed and unknown equal in every round, the loop's answers equal to the sheets\n"
        + table(
            ["way", "wall s", "cpu s of this process", "peak MB", "wall, ours = 1", "cpu, ours = 1"], rows
        )
    )


def _row(
    name: str, figures: dict[str, float], ours: dict[str, float], peak: float | None = None
) -> list[str]:
    peak = figures.get("peak") if peak is None else peak
    ratios = [f"{figures[which] / ours[which]:.2f}" for which in ("wall", "cpu")]
    return [name, f"{figures['wall']:.2f}", f"{figures['cpu']:.2f}", f"{peak:.0f}" if peak else "", *ratios]


def export(found: Result) -> str:
    ways = found["ways"]
    rows = [
        [name, f"{figures['wall']:.2f}", f"{figures['cpu']:.2f}", f"{figures['peak']:.0f}", f"{figures['grown']:.0f}",
         f"{figures['wall'] / ways[name.replace('xlsx', 'csv')]['wall']:.2f}"]
        for name, figures in ways.items()
    ]  # fmt: skip
    sizes = ", ".join(f"{suffix} {size:.1f} MB" for suffix, size in sorted(found["sizes"].items()))
    return (
        f"{found['rows']} persons x {found['columns']} columns, median of {found['rounds']}; {sizes}\n"
        + table(["way", "wall s", "cpu s", "peak MB", "grown MB", "against csv"], rows)
    )


def pages(found: Result) -> str:
    floor = found["pages"]["empty page"]
    rows = [
        [name, f"{took['p50']:.1f}", f"{took['p95']:.1f}", f"{took['p50'] / floor['p50']:.1f}", f"{took['p95'] / floor['p95']:.1f}"]
        for name, took in found["pages"].items()
    ]  # fmt: skip
    return f"{found['households']} households, {found['requests']} requests each, in turn\n" + table(
        ["page", "p50 ms", "p95 ms", "p50 / empty", "p95 / empty"], rows
    )


def quality(found: Result) -> str:
    ours = found["ways"]["ours"]
    names = {
        "ours": "ours: sheets filled, faults written",
        "csv": "script, row by row, from csv",
        "xlsx": "script, row by row, from openpyxl",
    }
    rows = [
        [
            names[way],
            f"{took['wall']:.2f}",
            f"{took['cpu']:.2f}",
            f"{took['peak']:.0f}",
            f"{took['wall'] / ours['wall']:.1f}",
        ]
        for way, took in found["ways"].items()
    ]
    return (
        f"{found['rules']} checks, {found['households']} households, {found['persons']} persons, {found['faults']} faults; ours median of "
        f"{found['rounds']}, the scripts once; equal faults\n"
        + table(["way", "wall s", "cpu s", "peak MB", "wall, ours = 1"], rows)
    )
