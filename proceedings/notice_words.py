"""The sentences of a notice, written once for paper and for Word."""

from datetime import date

from proceedings.models import Kind, Notice
from villages.models import Division

STARTS: dict[str, tuple[str, str]] = {
    Kind.IDENTIFICATION.value: (
        "经农户申报或排查预警、入户核实、信息比对、民主评议，拟将下列农户纳入防止返贫监测对象，现予公示。",
        "经村级公示、乡镇审核、县级审定，下列农户纳入防止返贫监测对象，现予公告。",
    ),
    Kind.REMOVAL.value: (
        "经入户核实、民主评议，拟对下列监测对象标注风险消除，现予公示。",
        "经村级公示、乡镇审核、县级审定，下列监测对象标注风险消除，现予公告。",
    ),
    Kind.HOUSEHOLD_EXIT.value: (
        "经民主评议、村两委和驻村工作队核实、农户认可，下列农户拟脱贫退出，现予公示。",
        "经村级公示、乡镇审核、县级审定，下列农户脱贫退出，现予公告。",
    ),
    Kind.VILLAGE_EXIT.value: (
        "经核查、乡镇审核，下列贫困村拟退出贫困村序列，现予公示。",
        "经公示、县级审定，下列贫困村退出贫困村序列，现予公告。",
    ),
}


def place_zh(village: Division) -> str:
    """刘沟村委会 -> 刘沟村, 顺东社区居民委员会 -> 顺东社区."""
    for ending in ("居民委员会", "民委员会", "居委会", "委会"):
        if village.name.endswith(ending):
            return village.name.removesuffix(ending)
    return village.name


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def body_of(notice: Notice, size: int) -> list[str]:
    """The paragraphs above the table."""
    unit = "个村" if notice.about == Kind.VILLAGE_EXIT else "户"
    start = STARTS[notice.about][1 if notice.is_announcement else 0]
    found = [f"{start}共{size}{unit}。"]
    if notice.is_announcement or notice.ends_on is None:
        found.append(f"监督举报电话：{notice.hotline}；本地电话：{notice.local_number}。")
        return found
    period = f"公示期：{day_zh(notice.starts_on)}至{day_zh(notice.ends_on)}（{notice.days_text}）。"
    found.append(
        f"{period}对公示内容有异议的，请在公示期内向{notice.issuer}反映，或拨打监督举报电话{notice.hotline}、"
        f"本地电话{notice.local_number}。反映人的信息予以保密。"
    )
    return found


def foot_of(notice: Notice) -> list[str]:
    return [notice.issuer, day_zh(notice.starts_on)]
