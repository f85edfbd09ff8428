"""Aid measures: the list, the plan of one household, what answers which risk, review, end and papers of one measure."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import needs
from common.dates import business_today
from common.errors import DomainError, NotFound
from common.htmx import render_page
from common.keyset import page_of
from households import codes, field_groups, forms, selectors, services
from households.metrics import facts_of
from households.models import AidMeasure, Household
from households.selectors import GAPS, GapFilters, MeasureFilters
from households.terms import Terms
from households.views.acts import form_page
from households.views.areas import area_choices, area_of, county_of
from households.views.page import VIEW, frame_of
from policies.metrics import Judged

MANAGE = "households.manage_measures"
REVIEW_MONTHS = "measure_review_months"
ONLY = {"double": "疑似重复", "unreviewed": "待评定成效"}
both = require_http_methods(["GET", "POST"])


def _sees_all(request: Any) -> bool:
    return field_groups.sees_all(request.actor.scope(VIEW).field_groups)


def _filters(request: Any, allowed: list[str], terms: Terms) -> MeasureFilters:
    """The filters of the address; a value that is no code is no filter."""
    asked = request.GET
    category, state, only = (asked.get(name, "") for name in ("category", "state", "only"))
    months = terms[REVIEW_MONTHS].whole
    return MeasureFilters(
        categories=tuple(allowed),
        area=area_of(request),
        category=category if category in allowed else "",
        state=state if state in AidMeasure.State.values else "",
        only=only if only in ONLY else "",
        unreviewed_since=selectors.review_due_since(business_today(), months) if months else None,
    )


@require_safe
@needs(VIEW)
def measure_list(request: Any) -> HttpResponse:
    """By category, state and place; totals of what is shown; what is recorded twice is marked."""
    actor = request.actor
    allowed = field_groups.visible_measures(actor.scope(VIEW).field_groups)
    terms = Terms.of(county_of(request), business_today())
    asked = _filters(request, allowed, terms)
    rows = selectors.measure_search(actor=actor, filters=asked)
    context = {
        "page": page_of(rows, request.GET.get("after"), newest_first=True),
        "totals": selectors.measure_totals(rows),
        "areas": area_choices(actor, asked.area),
        "area": asked.area,
        "category": asked.category,
        "categories": [(code, label) for code, label in codes.MeasureCategory.choices if code in allowed],
        "state": asked.state,
        "states": AidMeasure.State.choices,
        "only": asked.only,
        "onlies": list(ONLY.items()),
        "review_months": terms[REVIEW_MONTHS].whole,
        "may_edit": actor.may(MANAGE),
        "full": _sees_all(request),
    }
    return render_page(request, "households/measures.html", "households/_measure_table.html", context)


@require_safe
@needs(VIEW)
def measure_gaps(request: Any) -> HttpResponse:
    """Households whose help falls short of what the packs show. Risks tell of every group, so only who sees all sees it."""
    if not _sees_all(request):
        raise NotFound()
    actor, gap = request.actor, request.GET.get("gap", "")
    asked = GapFilters(
        gap=gap if gap in GAPS else "unanswered",
        area=area_of(request),
        everybody=request.GET.get("everybody") == "1",
    )
    terms = Terms.of(county_of(request), business_today())
    rows = selectors.gap_list(actor=actor, filters=asked, terms=terms)
    page = page_of(selectors.with_fit(rows, terms.judged), request.GET.get("after"), count=rows)
    context = {
        "page": page,
        "fits": [_shown(fit) for fit in selectors.fit_of_rows(page.rows, terms.judged)],
        "asked": asked,
        "gaps": list(GAPS.items()),
        "areas": area_choices(actor, asked.area),
        "least": selectors.income_measures_term(terms),
    }
    return render_page(request, "households/measure_gaps.html", "households/_gap_table.html", context)


def _shown(fit: Any) -> dict[str, Any]:
    """The fit with the words of the codes."""
    causes, categories = dict(codes.Cause.choices), dict(codes.MeasureCategory.choices)
    by_pk = {row.pk: row for row in fit.running}
    return {
        "household": fit.household,
        "unknown": fit.unknown,
        "removed": fit.removed,
        "security_only": fit.is_security_only,
        "running": fit.running,
        "unanswered": [causes[one.cause] for one in fit.unanswered],
        "risks": [
            {
                "label": causes[one.cause], "state": one.state, "evidence": one.evidence,
                "wanted": [categories[code] for code in one.wanted], "measures": [by_pk[pk] for pk in one.answered_by],
            }
            for one in fit.fits
        ],
    }  # fmt: skip


@require_safe
@needs(VIEW)
def measures_panel(request: Any, pk: int) -> HttpResponse:
    """Measures of one household with what is recorded twice and, for who sees all, which risk is not answered."""
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame = frame_of(request, household)
    rows = selectors.measures_of(household, field_groups.visible_measures(frame["groups"]))
    context = frame | {
        "rows": rows,
        "doubles": selectors.doubles_among(rows),
        "fit": _shown(selectors.measure_fit(household=household)) if frame["full"] else None,
    }
    return render(request, "households/_measures.html", context)


@require_safe
@needs(VIEW)
def household_plan(request: Any, pk: int) -> HttpResponse:
    """一户一策: each risk with the measures that answer it, the other measures, and what the packs ask beside."""
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame, today = frame_of(request, household), business_today()
    if not frame["full"]:
        raise NotFound()
    terms = Terms.of(household.scope_code, today)
    fit = _shown(selectors.measure_fit(household=household, as_of=today))
    rows = selectors.measures_of(household, codes.MeasureCategory.values)
    answering = {row.pk for risk in fit["risks"] for row in risk["measures"]}
    facts = facts_of("household", [household.pk], Judged(today))[household.pk]
    context = frame | {
        "fit": fit,
        "others": [row for row in rows if row.pk not in answering],
        "doubles": selectors.doubles_among(rows),
        "labour": facts["labour_members"],
        "income_measures": facts["income_measures"],
        "least": selectors.income_measures_term(terms),
        "helper": selectors.helper_of(household),
        "today": today,
    }
    return render(request, "households/household_plan.html", context)


# --- one measure ------------------------------------------------------------------------------------------------------


def _measure(request: Any, pk: int, permission: str = MANAGE) -> AidMeasure:
    return selectors.measure_get(actor=request.actor, pk=pk, permission=permission)


def _measure_frame(request: Any, measure: AidMeasure) -> dict[str, Any]:
    household: Household = selectors.household_get(actor=request.actor, pk=measure.household_id)
    frame = frame_of(request, household)
    visible = field_groups.visible_measures(frame["groups"])
    if measure.category not in visible:
        raise NotFound()
    rows = selectors.measures_of(household, visible)
    twins = selectors.doubles_among(rows).get(measure.pk, ())
    over = (AidMeasure.State.DONE, AidMeasure.State.STOPPED)
    return frame | {
        "measure": measure,
        "files": selectors.measure_files(measure),
        "twins": [row for row in rows if row.pk in twins],
        "is_over": measure.state in over,
        "is_planned": measure.state == AidMeasure.State.PLANNED,
    }


def _measure_page(request: Any, measure: AidMeasure, form: Any, status: int = 200) -> HttpResponse:
    context = _measure_frame(request, measure) | {"form": form}
    return render(request, "households/measure_detail.html", context, status=status)


@require_safe
@needs(VIEW)
def measure_detail(request: Any, pk: int) -> HttpResponse:
    return _measure_page(request, _measure(request, pk, VIEW), forms.MeasurePaperForm())


@both
@needs(MANAGE)
def measure_review(request: Any, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    initial = {"effect_on": business_today(), "version": measure.version}
    form = forms.ReviewForm(request.POST or None, initial=initial)

    def save() -> AidMeasure:
        return services.measure_review(
            actor=request.actor, measure=measure, review=form.review(), version=form.cleaned_data["version"]
        )

    title = f"评定成效：{measure.get_category_display()} · {measure.item}"
    return form_page(
        request, title=title, form=form, save=save, household=measure.household, done="成效已评定。"
    )


@both
@needs(MANAGE)
def measure_end(request: Any, pk: int) -> HttpResponse:
    measure = _measure(request, pk)
    initial = {"ended_on": business_today(), "version": measure.version}
    form = forms.EndForm(request.POST or None, initial=initial)

    def save() -> AidMeasure:
        return services.measure_end(
            actor=request.actor, measure=measure, end=form.end(), version=form.cleaned_data["version"]
        )

    title = f"结束措施：{measure.get_category_display()} · {measure.item}"
    return form_page(
        request, title=title, form=form, save=save, household=measure.household, done="措施已结束。"
    )


@require_POST
@needs(MANAGE)
def measure_file_add(request: Any, pk: int) -> HttpResponse:
    """One paper at a time; a refused one comes back on the page of the measure."""
    measure = _measure(request, pk)
    form = forms.MeasurePaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _measure_page(request, measure, form, 422)
    upload = form.cleaned_data["file"]
    try:
        services.measure_file_add(actor=request.actor, measure=measure, source=upload)
    except DomainError as refusal:
        if refusal.status in (403, 404):
            raise
        form.add_error("file", refusal.sentence)
        return _measure_page(request, measure, form, 422)
    messages.success(request, "材料已上传。")
    return redirect("households:measure-detail", measure.pk)
