"""Copy the few browser files we serve from npm packages into static/vendor, with licences and a manifest of hashes.

    cd tools/vendor && npm ci --ignore-scripts && python3 vendor.py     to upgrade, after editing package.json
    python3 tools/vendor/vendor.py --check                              does static/vendor still hold what was copied?

static/vendor is committed: a county server has no npm and often no internet.
"""

import argparse
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
TARGET = HERE.parent.parent / "static" / "vendor"
MANIFEST = TARGET / "MANIFEST.json"


class Package(NamedTuple):
    folder: str
    files: dict[str, str]  # path inside the package -> path inside our folder
    licences: dict[
        str, str
    ]  # likewise; empty where the package ships none and tools/vendor/licences holds it


PACKAGES = {
    "@tabler/core": Package(
        "tabler",
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
        {},
    ),
    "bootstrap-icons": Package(
        "bootstrap-icons",
        {
            "font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
            "font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
            # The style sheet names both, and static files with hashed names refuse a name that leads nowhere.
            "font/fonts/bootstrap-icons.woff": "fonts/bootstrap-icons.woff",
        },
        {"LICENSE": "LICENSE"},
    ),
    "htmx.org": Package("htmx", {"dist/htmx.min.js": "htmx.min.js"}, {"LICENSE": "LICENSE"}),
    "echarts": Package(
        "echarts",
        {"dist/echarts.min.js": "echarts.min.js"},
        # The Apache licence asks for the notice to travel along; the bundle also contains parts of these three.
        {
            "LICENSE": "LICENSE",
            "NOTICE": "NOTICE",
            "licenses/LICENSE-d3": "LICENSE-d3",
            "../zrender/LICENSE": "LICENSE-zrender",
            "../tslib/LICENSE.txt": "LICENSE-tslib",
        },
    ),
}
# A browser would ask for the source map only with its tools open, but collectstatic insists that the file exists.
SOURCE_MAP = re.compile(rb"\n?(?://# sourceMappingURL=[^\s*]+|/\*# sourceMappingURL=[^*]+\*/)\s*$")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_package(name: str, package: Package) -> dict[str, dict[str, str]]:
    source, target = MODULES / name, TARGET / package.folder
    meta = json.loads((source / "package.json").read_text(encoding="utf-8"))
    rows = {}
    for origin, place in package.files.items():
        content = (source / origin).read_bytes()
        if origin.endswith((".js", ".css")):
            content = SOURCE_MAP.sub(b"\n", content)
        path = target / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        rows[f"{package.folder}/{place}"] = {
            "package": name,
            "version": meta["version"],
            "licence": meta["license"],
            "sha256": digest(path),
        }
    for origin, place in package.licences.items():
        shutil.copyfile(source / origin, target / place)
    if not package.licences:
        shutil.copyfile(HERE / "licences" / f"{name.lstrip('@').replace('/', '-')}.txt", target / "LICENSE")
    return rows


def copy_all() -> None:
    if not MODULES.is_dir():
        raise SystemExit("vendor: run `npm ci --ignore-scripts` in tools/vendor first")
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    rows: dict[str, dict[str, str]] = {}
    for name, package in PACKAGES.items():
        rows |= copy_package(name, package)
    MANIFEST.write_text(json.dumps(rows, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def faults() -> list[str]:
    """What differs between static/vendor and its manifest, package.json and the list above; empty when nothing does."""
    if not MANIFEST.is_file():
        return ["static/vendor/MANIFEST.json is missing"]
    rows = json.loads(MANIFEST.read_text(encoding="utf-8"))
    pinned = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    found = []
    for place, row in rows.items():
        path = TARGET / place
        if not path.is_file():
            found.append(f"{place} is missing")
        elif digest(path) != row["sha256"]:
            found.append(f"{place} was changed by hand")
        if pinned.get(row["package"]) != row["version"]:
            found.append(f"{place} is of {row['version']}, package.json says {pinned.get(row['package'])}")
    expected = {
        f"{package.folder}/{place}" for package in PACKAGES.values() for place in package.files.values()
    }
    found += [f"{place} is not in the manifest" for place in sorted(expected - rows.keys())]
    licences = {
        f"{package.folder}/{place}" for package in PACKAGES.values() for place in package.licences.values()
    }
    licences |= {f"{package.folder}/LICENSE" for package in PACKAGES.values()}
    found += [f"{place} is missing" for place in sorted(licences) if not (TARGET / place).is_file()]
    present = {str(path.relative_to(TARGET)) for path in TARGET.rglob("*") if path.is_file()}
    strangers = present - rows.keys() - licences - {MANIFEST.name}
    return found + [f"{place} came from nowhere" for place in sorted(strangers)]


if __name__ == "__main__":
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--check", action="store_true", help="compare only, change nothing")
    if not options.parse_args().check:
        copy_all()
    broken = faults()
    for fault in broken:
        print(f"static/vendor: {fault}")
    raise SystemExit(1 if broken else 0)
