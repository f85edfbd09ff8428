"""Policy what-if: move a parameter or put one pack in the place of another, and see who comes in and who drops out."""

import time
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError
from common.htmx import render_page, wants_fragment
from monitoring.selectors import whatif as selectors
from monitoring.services import whatif as services
from monitoring.whatif.forms import (
    WhatifForm,
    address,
    is_long,
    lines_by_pack,
    switches,
    typed_values,
)
from monitoring.whatif.moves import Question, movables, searched
from monitoring.whatif.visits import ASSUMPTION

START = "monitoring.run_screening"
LISTS = (("in", "新进入"), ("out", "退出"), ("moved", "测算后全部"))


@require_safe
@needs(START)
def whatif(request: Any) -> HttpResponse:
    selectors.may_play(request.actor)
    values, off = typed_values(request.GET), request.GET.getlist("off")
    short = address(request.GET, values, off)
    here = f"{reverse('monitoring:whatif')}?{short}"
    if is_long(request.GET) and not wants_fragment(request):
        return HttpResponseRedirect(here)
    request.GET = QueryDict(short)  # the links of the page are made from it
    form = WhatifForm(request.GET, actor=request.actor, today=business_today())
    context: dict[str, Any] = {
        "form": form,
        "here": here,
        "query": short,
        "assumption": ASSUMPTION,
        "compared": form.compared(),
    }
    status = 200
    if form.is_valid():
        try:
            context |= _answered(request, form, values, frozenset(off))
        except DomainError as refusal:
            context["refusal"], status = refusal.sentence, refusal.status
    else:
        context["refusal"], status = "请改正上面标出的内容。", 422
    response = render_page(
        request, "monitoring/whatif.html", "monitoring/_whatif_result.html", context, status
    )
    if wants_fragment(request):
        response["HX-Push-Url"] = here
    return response


def _answered(request: Any, form: WhatifForm, values: dict[str, str], off: frozenset[str]) -> dict[str, Any]:
    """The parameters to move and, where there is a fact sheet, the answer."""
    actor, got = request.actor, form.cleaned_data
    plain = Question(
        got["area"], got["as_of"], pack_a=form.pack("a"), pack_b=form.pack("b"), look=got["look"]
    )
    target = selectors.moved_side(plain, selectors.base_packs(plain))
    movable, rules = movables(target), searched(target)
    context: dict[str, Any] = {
        "packs": lines_by_pack(movable, values),
        "rules": switches(rules, off),
        "off_count": len(off),
        "refusal": "",
    }
    try:
        moved = selectors.values_read(target, values)
    except DomainError as refusal:
        return context | {"refusal": refusal.sentence}
    known = off & {rule.key for rule in rules}
    question = Question(plain.area, plain.as_of, moved, known, plain.pack_a, plain.pack_b, plain.look)
    run = selectors.facts_run(question.area, question.as_of)
    if run is None:
        return context | {
            "question": question,
            "waiting": selectors.facts_waiting(question.area, question.as_of),
        }
    return context | _result(request, actor, question, run)


def _result(request: Any, actor: Any, question: Question, run: Any) -> dict[str, Any]:
    begun = time.perf_counter()
    answer = selectors.answer_of(actor=actor, question=question, run=run)
    which = request.GET.get("list") if request.GET.get("list") in dict(LISTS) else "in"
    if which == "in" and not answer.total.came:
        which = "out" if answer.total.went else "moved"
    page = selectors.rows_page(answer, which, request.GET.get("after"))
    limits = movables(answer.sides[1].packs)
    touched = [row for row in answer.rules if row.base or row.moved]
    touched.sort(key=lambda row: (-(row.came + row.went), -row.moved, row.key))
    return {
        "question": question,
        "answer": answer,
        "run": run,
        "moves": [(limits[ref].param.label, _before(answer, ref), value, limits[ref].param.unit.label)
                  for ref, value in question.values.items() if ref in limits],
        "rule_rows": [(answer.title(row.key), row) for row in touched],
        "quiet_rules": len(answer.rules) - len(touched),
        "which": which,
        "lists": [(key, label, answer.number_on(key)) for key, label in LISTS],
        "page": page,
        "rows": selectors.in_words(answer, page.rows),
        "seconds": f"{time.perf_counter() - begun:.2f}",
    }  # fmt: skip


def _before(answer: Any, ref: str) -> Any:
    code, _, key = ref.partition("/")
    found = answer.sides[0].packs.params(code).get(key)
    return found.value if found else None


@require_POST
@needs(START)
def whatif_facts(request: Any) -> HttpResponse:
    """Ask for the fact sheet, then back to the question."""
    form = WhatifForm(request.POST, actor=request.actor, today=business_today())
    if form.is_valid():
        services.facts_request(
            actor=request.actor, area=form.cleaned_data["area"], as_of=form.cleaned_data["as_of"]
        )
    values, off = typed_values(request.POST), request.POST.getlist("off")
    return redirect(f"{reverse('monitoring:whatif')}?{address(request.POST, values, off)}")
