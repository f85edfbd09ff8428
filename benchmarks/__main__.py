"""python -m benchmarks [screening export pages quality whatif] [--households 16000 160000] [--db sqlite,postgresql]."""

import sys
from argparse import ArgumentParser

from benchmarks import report
from benchmarks.clock import machine
from benchmarks.places import MissingServer, Place

NAMES = ("screening", "export", "pages", "quality", "whatif")
SIZES = {"export": (16_000,), "pages": (160_000,), "quality": (30_000,)}  # where --households does not say


def main() -> int:
    parser = ArgumentParser(
        prog="benchmarks", description="Benchmarks on databases of their own; see docs/performance.md"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; default: all")
    parser.add_argument(
        "--households", nargs="+", type=int, help="default: 16000 160000, as the benchmark needs"
    )
    parser.add_argument("--db", default="sqlite,postgresql", help="default: sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=500, help="households of the plain loop")
    parser.add_argument(
        "--fills", type=int, default=1, help="how often the facts are filled, of which the median"
    )
    options = parser.parse_args()
    names = options.names or list(NAMES)
    if unknown := set(names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(machine())
    for name in names:
        for vendor in options.db.split(","):
            for size in options.households or SIZES.get(name, (16_000, 160_000)):
                print(f"\n## {name}, {vendor}, {size} households\n", flush=True)
                place = Place(vendor, size)
                try:
                    place.prepare()
                except MissingServer as missing:
                    print(f"left out, no PostgreSQL: {missing}")
                    continue
                asked = {"rounds": options.rounds, "sample": options.sample, "fills": options.fills}
                found = place.measure(name, [f"--{key}={value}" for key, value in asked.items()])
                print(f"{found['versions']}; now {machine().rsplit(', ', 1)[1]}")
                print(getattr(report, name)(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
