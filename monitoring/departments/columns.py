"""What a department's list may carry: the wanted columns, and the headers under which they usually come."""

from dataclasses import replace
from typing import Any

from exchange.sheet import Choice, Column, Day, IdNumber, Money, SheetSpec, Text, normal_header
from households.codes import SafetyNetKind

WHOLE, SINGLE = "whole", "single"
NET_WORDS = {
    "低保": "rural_allowance", "农村最低生活保障": "rural_allowance", "最低生活保障": "rural_allowance",
    "城市最低生活保障": "urban_allowance", "城镇低保": "urban_allowance", "集中供养": "destitute_central",
    "特困供养(集中)": "destitute_central", "分散供养": "destitute_dispersed", "特困供养(分散)": "destitute_dispersed",
}  # fmt: skip

_COLUMNS: tuple[Column, ...] = (
    Text("name", "姓名", ("户主姓名", "申请人姓名", "申请人", "对象姓名", "保障对象", "患者姓名", "学生姓名"), filled=True),
    IdNumber("id_number", "身份证号", ("身份证号码", "证件号码", "公民身份号码", "身份证", "申请人身份证号", "居民身份证号"), limit=30),
    Day("birth_date", "出生日期", ("出生年月日", "生日")),
    Text("township", "乡镇", ("乡镇(街道)", "所在乡镇", "街道", "乡(镇)"), limit=60),
    Text("village", "村", ("行政村", "村(社区)", "所在村", "村委会", "居住村", "家庭住址", "地址"), limit=120),
    Choice("kind", "救助类别", ("保障类别", "救助类型", "保障类型", "类别"), choices=tuple(SafetyNetKind.choices), synonyms=NET_WORDS),
    Choice("mode", "保障方式", ("保障形式", "是否单人保"), choices=((WHOLE, "整户保"), (SINGLE, "单人保")),
           synonyms={"整户": WHOLE, "单人": SINGLE, "是": SINGLE, "否": WHOLE, "户保": WHOLE}),
    Money("amount", "金额", ("月保障金额", "月发放额", "保障金额", "月保障金", "自付金额", "个人自付", "自付费用", "学费", "资助后费用", "损失金额")),
    Text("note", "说明", ("备注", "病种", "灾害类型", "学校", "房屋等级", "情况"), limit=200),
)  # fmt: skip
WANTED: dict[str, Column] = {column.key: column for column in _COLUMNS}


def proposed(columns: tuple[str, ...], headers: list[str]) -> dict[str, str]:
    """Column key -> the header of the file that is probably meant; each header is proposed once."""
    taken: set[str] = set()
    found: dict[str, str] = {}
    for key in columns:
        names = WANTED[key].names()
        hit = next((head for head in headers if normal_header(head) in names and head not in taken), None)
        if hit is not None:
            found[key] = hit
            taken.add(hit)
    return found


def spec_of(title: str, mapping: dict[str, str]) -> SheetSpec:
    """The layout of one department's file: the mapped columns under the headers that file has. Not for the registry."""
    columns: list[Any] = [
        replace(WANTED[key], header=header, aliases=(), required=True)
        if not isinstance(WANTED[key], Choice)
        else _choice(WANTED[key], header)
        for key, header in mapping.items()
        if key in WANTED
    ]
    return SheetSpec(code="DEPARTMENT", title=title, columns=tuple(columns), permission="monitoring.view")


def _choice(column: Any, header: str) -> Choice:
    return Choice(column.key, header, required=True, choices=column.choices, synonyms=column.synonyms)
