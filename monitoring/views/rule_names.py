"""规则名单: whom one rule hits, with evidence and clause, and the day the facts are from."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import needs
from common.dates import Quarter, business_today
from common.errors import DomainError
from common.htmx import render_page
from common.keyset import page_of
from exchange import services as exchange
from exchange.services.exports import ExportInput
from monitoring.freezing.forms import NamesForm, quarter_zh
from monitoring.models import QuarterFreeze, ScreeningRun
from monitoring.screening.plan import LIST
from monitoring.selectors import freezing
from monitoring.selectors import rule_names as selectors
from monitoring.selectors.whatif import PERMISSION as REFRESH
from monitoring.selectors.whatif import facts_waiting
from monitoring.services import whatif as facts

VIEW, EXPORT, LIVE = "reporting.view", "exchange.export", "live"


class _Asked:
    """What the page was asked for: the form, and what it names."""

    def __init__(self, request: Any, given: Any) -> None:
        actor, self.today = request.actor, business_today()
        frozen = [row for row in freezing.freeze_list(actor=actor)[:24] if row.is_frozen]
        places = list(selectors.areas(actor=actor).values_list("code", "name"))
        first = places[0][0] if places else ""
        source = str(given.get("source", ""))
        self.frozen: QuarterFreeze | None = next((row for row in frozen if str(row.pk) == source), None)
        area = given.get("area") if given.get("area") in {code for code, _ in places} else first
        self.area: str = area or ""
        self.run: ScreeningRun | None = None if self.frozen else selectors.facts_latest(self.area)
        rules = selectors.rules_offered(actor=actor, area=self.area, frozen=self.frozen, today=self.today)
        sources = [(LIVE, "最近整理的事实"), *((str(row.pk), f"{quarter_zh(Quarter.parse(row.quarter))}（封库）") for row in frozen)]  # fmt: skip
        self.form = NamesForm(given, sources=sources, rules=_grouped(rules), areas=places)
        self.key: str = self.form.data["rule"]

    @property
    def query(self) -> dict[str, str]:
        return {"source": self.form.data["source"], "rule": self.key, "area": self.area}

    def names(self, actor: Any) -> selectors.RuleNames | None:
        if not self.key:
            return None
        if self.frozen is not None:
            return selectors.frozen_names(actor=actor, frozen=self.frozen, key=self.key, area=self.area)
        return (
            selectors.kept_names(actor=actor, run=self.run, key=self.key, area=self.area)
            if self.run
            else None
        )


def _grouped(rules: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    lists = [(rule.key, f"{rule.title}（{rule.key}）") for rule in rules if rule.effect_name == LIST]
    others = [(rule.key, f"{rule.title}（{rule.key}）") for rule in rules if rule.effect_name != LIST]
    return [pair for pair in (("只统计名单的规则", lists), ("其他规则", others)) if pair[1]]


@require_safe
@needs(VIEW)
def rule_names(request: Any) -> HttpResponse:
    actor, asked = request.actor, _Asked(request, request.GET)
    context: dict[str, Any] = {
        "form": asked.form, "asked": asked, "frozen": asked.frozen, "run": asked.run, "today": asked.today,
        "may_refresh": bool(asked.area) and actor.may(REFRESH, at=asked.area), "may_export": actor.may(EXPORT),
        "waiting": None if asked.frozen or not asked.area else facts_waiting(asked.area, asked.today),
        "query": urlencode(asked.query), "refusal": "",
    }  # fmt: skip
    try:
        names = asked.names(actor)
    except DomainError as refusal:
        names, context["refusal"] = None, refusal.sentence
    if (wanted := request.GET.get("rule")) and wanted != asked.key:
        context["refusal"] = f"规则 {wanted[:40]} 在所选的事实中没有运行，或您不能查看；下面是另一条规则。"
    if names is not None:
        page = page_of(names.rows, request.GET.get("after"))
        context |= {"names": names, "page": page, "hits": names.named(page.rows)}
    return render_page(request, "monitoring/rule_names.html", "monitoring/_rule_names.html", context)


@require_POST
@needs(REFRESH)
def rule_names_refresh(request: Any) -> HttpResponse:
    """Ask for the facts of today, then back to the list."""
    asked = _Asked(request, request.POST)
    try:
        facts.facts_request(actor=request.actor, area=asked.area, as_of=asked.today)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    return redirect(f"{reverse('monitoring:rule-names')}?{urlencode(asked.query)}")


@require_POST
@needs(EXPORT)
def rule_names_export(request: Any) -> HttpResponse:
    """Ask for the workbook of this list; it is fetched where exports are."""
    actor, asked = request.actor, _Asked(request, request.POST)
    try:
        names = asked.names(actor)
        if names is None:
            messages.error(request, "还没有整理好的事实，请先点“重新整理”。")
            return redirect(f"{reverse('monitoring:rule-names')}?{urlencode(asked.query)}")
        params: dict[str, Any] = {"rule": asked.key} | ({"freeze": asked.frozen.pk} if asked.frozen else {})
        entry = ExportInput("RULE_NAMES", names.as_of, asked.area, params=params)
        exchange.export_request(actor=actor, entry=entry)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect(f"{reverse('monitoring:rule-names')}?{urlencode(asked.query)}")
    messages.success(request, "已开始生成，完成后可在下面下载。")
    return redirect("exchange:export-list")
