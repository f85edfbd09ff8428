"""One benchmark in one process, started by benchmarks.places with the settings of its database."""

import json
import os
from argparse import ArgumentParser
from importlib import import_module


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("name", choices=["screening", "export", "pages", "quality", "whatif"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--fills", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
    import django  # noqa: PLC0415 - settings come from the environment

    django.setup()
    result = import_module(f"benchmarks.{options.name}").measure(options)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
