"""附件 of a household."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import needs
from common.errors import NotFound
from households import field_groups, forms, selectors, services
from households.views.acts import form_page, posted
from households.views.edit.frame import EDIT, both, household_for, member_choices
from households.views.page import VIEW, frame_of


@require_safe
@needs(VIEW)
def papers_panel(request: Any, pk: int) -> HttpResponse:
    household = selectors.household_get(actor=request.actor, pk=pk)
    frame = frame_of(request, household)
    rows = list(selectors.papers_of(household, frame["groups"])[:200])
    return render(request, "households/_papers.html", frame | {"rows": rows})


@both
@needs(EDIT)
def paper_add(request: Any, pk: int) -> HttpResponse:
    household = household_for(request, pk)
    form = forms.PaperForm(posted(request), request.FILES or None, members=member_choices(household))

    def save() -> Any:
        return services.paper_add(
            actor=request.actor, household=household, entry=form.entry(), upload=form.cleaned_data["file"]
        )

    return form_page(
        request,
        title="上传附件",
        form=form,
        save=save,
        household=household,
        done="附件已保存。",
        part="papers",
    )


@both
@needs(EDIT)
def paper_supersede(request: Any, pk: int, paper_pk: int) -> HttpResponse:
    household = household_for(request, pk)
    paper = selectors.paper_get(household, paper_pk)
    if paper.kind not in field_groups.visible_papers(request.actor.scope(VIEW).field_groups):
        raise NotFound()
    initial = {"kind": paper.kind, "title": paper.title, "person": str(paper.person_id or "")}
    form = forms.PaperForm(
        posted(request),
        request.FILES or None,
        members=member_choices(household),
        superseding=True,
        initial=initial,
    )

    def save() -> Any:
        given = form.cleaned_data
        return services.paper_supersede(
            actor=request.actor, paper=paper, entry=form.entry(), upload=given["file"], reason=given["reason"]
        )

    return form_page(
        request, title=f"更换附件：{paper.title}", form=form, save=save, household=household, done="附件已更换，原件保留。",
        part="papers",
    )  # fmt: skip
