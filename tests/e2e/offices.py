"""What offices do with a proceeding in the browser: fill the form of an act, press, read the answer."""

from collections.abc import Mapping
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from proceedings.models import Proceeding
from tests.e2e.visitor import Visitor

VOTES = {"attended": "21", "agreed": "20", "opposed": "1"}
COMPARED = dict.fromkeys(("finance", "vehicle", "business", "housing", "pension"), "clear")
FIRM = dict.fromkeys(("income_stable", "guarantees_firm", "risk_gone", "no_new_risk"), "yes")


def fill(someone: Visitor, act: str, fields: Mapping[str, str], paper: Path | None) -> None:
    for name, value in fields.items():
        field = someone.page.locator(f"#id_{act}_{name}")
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    if paper is not None:
        someone.page.locator(f"#act-{act} input[type=file]").set_input_files(paper)


def do(
    someone: Visitor, row: Proceeding, act: str, on: str, paper: Path | None = None, **fields: str
) -> None:
    """Open the page, fill the form of the act, press, and see it done."""
    assert someone.open(reverse("proceedings:proceeding-detail", args=[row.pk])) == 200
    fill(someone, act, {"on": on, "opinion": "情况属实，同意", **fields}, paper)
    someone.page.locator(f"#act-{act} button[type=submit]").click()
    expect(someone.page.get_by_text("已办理。")).to_be_visible()


def refused(  # noqa: PLR0913 - who, about what, when, and what is answered
    someone: Visitor,
    row: Proceeding,
    act: str,
    on: str,
    sentence: str,
    paper: Path | None = None,
    **fields: str,
) -> None:
    """The same, but the server says no: the sentence stands on the page and what was typed is still there."""
    assert someone.open(reverse("proceedings:proceeding-detail", args=[row.pk])) == 200
    fill(someone, act, {"on": on, "opinion": "情况属实，同意", **fields}, paper)
    form = someone.page.locator(f"#act-{act} form")
    form.evaluate("it => { it.noValidate = true; }")  # the server is asked, not the browser
    someone.follow(form.locator("button[type=submit]"))
    told = someone.page.locator(f"#act-{act}").get_by_text(sentence).first
    expect(told).to_be_visible()
    assert someone.page.locator(f"#id_{act}_opinion").input_value() == "情况属实，同意"
