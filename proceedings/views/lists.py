"""The list of proceedings."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.dates import business_today
from common.htmx import render_page
from proceedings import selectors
from proceedings.flow import OPEN, VIEW
from proceedings.forms import FilterForm
from proceedings.wording import Marks


@require_safe
@needs(VIEW)
def proceeding_list(request: Any) -> HttpResponse:
    """The earliest deadline first; what is late is red, what will be is yellow, both with words."""
    today = business_today()
    form = FilterForm(request.GET, actor=request.actor)
    asked = form.given()
    found = selectors.proceeding_list(actor=request.actor, filters=asked, today=today)
    page, marks = selectors.page_by_deadline(found, request.GET.get("after")), Marks(today)
    context = {
        "form": form,
        "asked": asked,
        "page": page,
        "rows": [(row, marks.step(row), marks.whole(row)) for row in page.rows],
        "counts": selectors.counts(actor=request.actor, today=today),
        "may_open_village": request.actor.may(OPEN) and bool(request.actor.scope(OPEN).prefixes),
    }
    return render_page(request, "proceedings/list.html", "proceedings/_table.html", context)
