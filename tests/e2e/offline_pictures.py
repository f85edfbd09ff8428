"""Takes the pictures of the offline day from a running demonstration county: list, form, queue of five, all sent.

    python -m tests.e2e.offline_pictures --base http://127.0.0.1:8000 --accounts var/demo-accounts.txt --out docs/zh/img

Five visits of the clerk are written there. The address must be localhost, 127.0.0.1 or https.
"""

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.phone import SHELL, Phone
from tests.factories.pictures import make_picture

CLERK = "shundian"


def _shot(phone: Phone, out: Path, number: int) -> None:
    phone.page.wait_for_timeout(400)
    phone.page.screenshot(path=out / f"offline-{number}.png", animations="disabled")


def take(base: str, password: str, out: Path) -> None:
    """offline-1.png to offline-5.png below `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as tool, tempfile.TemporaryDirectory() as folder:
        phone = Phone(tool, Path(folder), base, password=password)
        phone.log_in(CLERK)
        phone.take_list()
        _shot(phone, out, 1)
        names = [one.inner_text() for one in phone.page.locator("#list-rows strong").all()[:5]]
        phone.offline()
        phone.page.locator("#list-rows a", has_text=names[0]).first.click()
        phone.page.wait_for_selector("#view-visit:not([hidden])")
        _shot(phone, out, 2)
        photo = make_picture(1600, 1200, "olive")
        for place, name in enumerate(names):
            phone.visit(name, "在家，情况正常", photo=photo if place == 2 else None, nothing=True)
        phone.page.reload()
        phone.page.wait_for_selector("#list-rows li")
        _shot(phone, out, 3)
        phone.page.goto(f"{SHELL}#queue")
        phone.page.wait_for_selector("#queue-rows li")
        _shot(phone, out, 4)
        phone.offline(away=False)
        phone.waiting(0)
        phone.page.goto(f"{SHELL}#list")
        phone.page.wait_for_selector("#list-rows li")
        _shot(phone, out, 5)
        phone.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--base", default="http://127.0.0.1:8000")
    options.add_argument("--accounts", type=Path, default=Path("var/demo-accounts.txt"))
    options.add_argument("--out", type=Path, default=Path("docs/zh/img"))
    given = options.parse_args()
    found = re.search(r"密码: (\S+)", given.accounts.read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(f"no password in {given.accounts}")
    take(given.base, found[1], given.out)


if __name__ == "__main__":
    main()
