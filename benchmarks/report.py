"""The tables, with the ratios."""

from typing import Any

Result = dict[str, Any]


def table(headers: list[str], rows: list[list[str]]) -> str:
    widths = [max(len(row[at]) for row in [headers, *rows]) for at in range(len(headers))]
    lines = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in [headers, *rows]]
    ruler = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], ruler, *lines[1:]])


def screening(found: Result) -> str:
    ours, duck, loop, load, fill = (found[name] for name in ("ours", "duck", "loop", "load", "fill"))
    whole: dict[str, float] = {}
    served: dict[str, float] = {}
    for name in ("wall", "cpu"):
        whole[name] = fill[name] + ours[name]
        served[name] = fill[name] + load[name] + duck[name]
    lists = {"wall": ours["lists"], "cpu": ours["lists_cpu"]}
    rows = [
        _row("ours: facts filled, signs, cases, duties written", whole, whole, fill["peak"]),
        _row(
            f"plain loop by {found['loop_rules']} of the rules, extrapolated to all",
            found["loop_whole"],
            whole,
        ),
        _row("DuckDB on facts that we fill and export to it", served, whole, load["peak"]),
        _row("ours without facts (rules, signs, cases, duties, result)", ours, ours),
        _row("ours without facts, rules and signs only", lists, ours),
        _row("DuckDB without facts (lists only, nothing written back)", duck, ours),
        _row("(filling the facts alone)", fill, whole),
        _row("(loading them into DuckDB)", load, whole),
        _row("(first run of this benchmark, without facts)", found["first"], whole),
        _row(f"(plain loop, {found['sample']} households)", loop, whole),
    ]
    ratios = ", ".join(
        f"{name} {part['wall'] / duck['wall']:.2f}"
        for name, part in (("whole", ours), ("rules and signs", lists))
    )
    return (
        f"{found['households']} households, {found['persons']} persons, {found['rules']} rules, {found['signs']} open signs, "
        f"median of {found['rounds']} (filling: {found['fills']}); opened, closed and unknown equal in every round, the loop's "
        "answers equal to the sheets\n"
        + table(
            ["way", "wall s", "cpu s of this process", "peak MB", "wall, ours = 1", "cpu, ours = 1"], rows
        )
        + f"\nours over DuckDB without facts: {ratios}; follow-up {ours['follow']:.2f} s; "
        f"the worker grew by {fill['grown']:.0f} MB while filling and {found['first']['grown']:.0f} MB in the first run\n\n"
        + played(found["whatif"])
    )


def whatif(found: Result) -> str:
    return f"first filling {found['fill']['wall']:.2f} s\n" + played(found["whatif"])


def played(ways: dict[str, dict[str, float]]) -> str:
    rows = [
        [name, f"{took['answer']:.2f}", f"{took['page']:.2f}", f"{took['one'] * 1000:.0f} / {took['one_cpu'] * 1000:.0f}",
         f"{took['households']:.0f}, +{took['came']:.0f} -{took['went']:.0f}"]
        for name, took in ways.items()
    ]  # fmt: skip
    return table(["what-if", "answer s", "page s", "one household ms, wall / cpu", "households"], rows)


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
        "again": "ours once more, nothing changed",
        "csv": "script over dicts, from csv",
        "xlsx": "script over dicts, from openpyxl",
        "itertuples": "script, openpyxl into pandas, itertuples",
        "iterrows": "script, openpyxl into pandas, iterrows",
    }
    rows = [
        [
            names[way],
            f"{took['wall']:.2f}",
            f"{took['cpu']:.2f}",
            f"{took['peak']:.0f}",
            f"{took['wall'] / ours['wall']:.1f}",
            f"{took['cpu'] / ours['cpu']:.1f}",
        ]
        for way, took in found["ways"].items()
    ]
    return (
        f"{found['rules']} checks, {found['households']} households, {found['persons']} persons, {found['faults']} faults; ours median of "
        f"{found['rounds']}, the scripts once; equal faults\n"
        + table(["way", "wall s", "cpu s", "peak MB", "wall, ours = 1", "cpu, ours = 1"], rows)
    )
