"""Forms of 家庭变动 and 附件. Every act carries the number of its form, so that sending it twice is one act."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from common.forms import choice_of, model_choice_of
from common.money import yuan_text
from exchange.forms import PaperField
from households import codes
from households.forms.based import OnForm
from households.forms.fields import CodeField, DayField, text
from households.inputs import ActNote, PaperInput, SplitInput
from households.models import AidMeasure, Membership, SafetyNet
from households.rules import relation_proposed
from villages.models import Division

STAY, HEAD = "stay", "head"
RELATIONS = [choice for choice in codes.Relation.choices if choice[0] != HEAD]


def net_words(net: SafetyNet) -> str:
    whose = net.person.name if net.person else "整户"
    amount = f"，每月 {yuan_text(net.monthly_fen)} 元" if net.monthly_fen is not None else ""
    return f"{net.get_kind_display()}（{whose}{amount}，{net.effective_from} 起）"


def measure_words(measure: AidMeasure) -> str:
    whose = measure.person.name if measure.person else "整户"
    return f"{measure.get_category_display()} · {measure.item}（{whose}，{measure.started_on} 起）"


class ActPart(forms.Form):
    """Reason, paper, the number of the form; and, where an act leaves them standing, what should end the same day."""

    reason = text("说明", 200)
    file = PaperField(label="佐证材料", kind="evidence")
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, nets: Iterable[SafetyNet] = (), measures: Iterable[AidMeasure] = (), **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"uuid": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        ticked = (
            ("end_nets", "同日停发", [(row.pk, net_words(row)) for row in nets]),
            ("stop_measures", "同日停止的帮扶措施", [(row.pk, measure_words(row)) for row in measures]),
        )
        for name, label, choices in ticked:
            if choices:
                self.fields[name] = forms.TypedMultipleChoiceField(
                    label=label,
                    choices=choices,
                    coerce=int,
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    help_text="这些记录现在有效。勾选的随本次变动结束，不勾选的保持不变。",
                )
        for name in ("reason", "file"):
            self.fields[name] = self.fields.pop(name)

    def relations(self) -> dict[int, str]:
        return {
            int(name.removeprefix("relation_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("relation_") and value
        }

    def note(self) -> ActNote:
        given = self.cleaned_data
        return ActNote(
            given["uuid"], given["reason"], given["file"], self.relations(),
            tuple(given.get("end_nets", ())), tuple(given.get("stop_measures", ())),
        )  # fmt: skip


class ActForm(ActPart, OnForm):
    """An act on a day. `members` adds a field for the relation of each, prefilled with `proposed`."""

    def __init__(
        self,
        *args: Any,
        members: Iterable[Membership] = (),
        proposed: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for row in members:
            name = f"relation_{row.person_id}"
            self.fields[name] = CodeField(
                RELATIONS,
                label=f"{row.person.name}（现为{row.get_relation_display()}）",
                empty="请选择与新户主的关系",
                initial=(proposed or {}).get(row.person_id, ""),
            )
        for name in ("reason", "file"):
            self.fields[name] = self.fields.pop(name)


class ReasonedForm(ActForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "办理原因"


def proposals(members: Iterable[Membership], head: Membership | None) -> dict[int, str]:
    """How everybody probably stands to the new head; the clerk looks at each."""
    if head is None:
        return {}
    return {
        row.person_id: relation_proposed(head.relation, row.relation, row.person.gender)
        for row in members
        if row.person_id != head.person_id
    }


class LeaveForm(ActForm):
    kind = CodeField(codes.LeaveKind.choices, label="减少原因", empty="请选择")
    successor = CodeField((), label="新户主", required=False, empty="—", help_text="户主离开时必填")
    field_order: tuple[str, ...] = ("kind", "on", "successor")

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            choice_of(self, "successor").choices = [("", "—"), *others]
        else:
            del self.fields["successor"]

    @property
    def successor_id(self) -> int:
        return int(self.cleaned_data.get("successor") or 0)

    def relations(self) -> dict[int, str]:
        return {pk: relation for pk, relation in super().relations().items() if pk != self.successor_id}


class TransferForm(LeaveForm):
    other_no = text("转入户编号", 30, required=True, help_text="须在您的管辖范围内")
    relation = CodeField(RELATIONS, label="与转入户户主的关系", empty="请选择")
    kind = None  # type: ignore[assignment]
    field_order: tuple[str, ...] = ("other_no", "relation", "on", "successor")


class ReturnForm(ActForm):
    person = CodeField((), label="回户人员", empty="请选择")
    relation = CodeField(codes.Relation.choices, label="与户主关系", empty="请选择")
    field_order = ("person", "relation", "on")

    def __init__(self, *args: Any, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [
            ("", "请选择"),
            *((row.person_id, f"{row.person.name}（{row.effective_to} 离开）") for row in people),
        ]


class OtherForm(forms.Form):
    """Which household is merged into this one."""

    other_no = text("被并入户的户编号", 30, required=True, help_text="该户的成员并入本户，该户注销")


class SplitForm(ReasonedForm):
    """Who goes and as what, who heads those who stay, what the new household takes over."""

    page_note = "为每名成员选择留下或分出。新户承继哪些信息须逐项勾选，不勾选的从空白开始；未勾选脱贫属性的，新户为一般农户。"

    def __init__(self, *args: Any, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(people)
        parts = [(STAY, "留在原户"), (HEAD, "分出，为新户户主")]
        parts += [(code, f"分出，{label}") for code, label in RELATIONS]
        for row in rows:
            label = f"{row.person.name}（现为{row.get_relation_display()}）"
            self.fields[f"part_{row.person_id}"] = forms.ChoiceField(label=label, choices=parts, initial=STAY)
        self.fields["stay_head"] = CodeField(
            [(str(row.person_id), row.person.name) for row in rows], label="原户新户主", required=False, empty="不变",
            help_text="原户主分出时必填；其余留下成员的关系可随后在“设为户主”中重新认定",
        )  # fmt: skip
        self.fields["inherited"] = forms.MultipleChoiceField(
            label="新户承继",
            choices=codes.Inherited.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["household_no"] = text("新户编号", 30, help_text="留空由系统按村编号")
        for name in ("end_nets", "stop_measures", "reason", "file"):
            if name in self.fields:
                self.fields[name] = self.fields.pop(name)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        heads = [name for name, value in given.items() if name.startswith("part_") and value == HEAD]
        if len(heads) != 1:
            self.add_error(None, "请为分出的新户选择一名户主，且只能一名。")
        return given

    def entry(self) -> SplitInput:
        given = self.cleaned_data
        parts = {
            int(name.removeprefix("part_")): value
            for name, value in given.items()
            if name.startswith("part_") and value != STAY
        }
        head = next(pk for pk, value in parts.items() if value == HEAD)
        going = {pk: value for pk, value in parts.items() if pk != head}
        stay = int(given["stay_head"]) if given["stay_head"] else None
        return SplitInput(head, going, frozenset(given["inherited"]), stay, given["household_no"])


class ReopenForm(ReasonedForm):
    """Who belongs to the household again, one of them as head."""

    def __init__(self, *args: Any, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in people:
            self.fields[f"part_{row.person_id}"] = CodeField(
                codes.Relation.choices,
                label=row.person.name,
                required=False,
                empty="不恢复",
                initial=row.relation,
            )
        for name in ("reason", "file"):
            self.fields[name] = self.fields.pop(name)

    def parts(self) -> dict[int, str]:
        return {
            int(name.removeprefix("part_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("part_") and value
        }


class VillageChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Division) -> str:
        return f"{obj.parent.name if obj.parent else ''} {obj.short_name or obj.name}"


class MoveForm(ActForm):
    village: "forms.ModelChoiceField[Division]" = VillageChoice(
        label="迁入村", queryset=None, empty_label="请选择"
    )
    field_order = ("village", "on")

    def __init__(self, *args: Any, villages: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_of(self, "village").queryset = villages


class ReverseForm(forms.Form):
    page_note = "撤销是一项新的变动：原记录保留，各项状态恢复到办理之前。"
    reason = text("撤销原因", 200, required=True)
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"uuid": uuid.uuid4()}
        super().__init__(*args, **kwargs)


class PaperForm(forms.Form):
    kind = CodeField(codes.PaperKind.choices, label="种类", empty="请选择")
    title = text("名称", 80, required=True)
    person = CodeField((), label="涉及成员", required=False, empty="整户")
    issued_on = DayField(label="出具或拍摄日期", required=False)
    file = PaperField(label="文件", kind="evidence", required=True)
    uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, members: list[tuple[str, str]], superseding: bool = False, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"uuid": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        choice_of(self, "person").choices = [("", "整户"), *members]
        if superseding:
            self.fields["reason"] = text("更换原因", 100, required=True)

    def entry(self) -> PaperInput:
        given = self.cleaned_data
        person = int(given["person"]) if given["person"] else None
        return PaperInput(given["kind"], given["title"], given["issued_on"], person, given["uuid"])
