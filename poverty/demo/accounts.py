"""The people who log in: one of each role, a clerk for each township, and helpers with their villages."""

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from pypinyin import lazy_pinyin

from accounts.models import Posting, Role, User
from poverty.demo.plan import COUNTY, moment, stream
from poverty.demo.writer import Counter, Writer
from villages.models import Division

START = date(2020, 1, 1)
TOWNSHIP_SUFFIX = re.compile(r"(回族乡|街道|镇|乡)$")
HELPERS = 60
_FIXED = (
    # username, name, role, unit, division, department, field groups
    ("officer1", "孙主管", "county_officer", "市扶贫办", COUNTY, "", ()),
    ("officer2", "周主管", "county_officer", "市财政局", COUNTY, "", ()),
    ("leader", "高市长", "county_leader", "市政府", COUNTY, "", ()),
    ("health", "何医保", "department_officer", "市卫健委", COUNTY, "市卫健委", ("health", "identity")),
    ("education", "苏教体", "department_officer", "市教体局", COUNTY, "市教体局", ("schooling",)),
    ("auditor", "严审计", "auditor", "市审计局", COUNTY, "市审计局", ()),
    ("admin", "系统管理员", "administrator", "市扶贫办", COUNTY, "", ()),
    ("shundian-reviewer", "任审核", "township_reviewer", "顺店镇", "411081101", "", ()),
    ("hongchang-reviewer", "尹审核", "township_reviewer", "鸿畅镇", "411081104", "", ()),
)
SHOWN = (
    "shundian",
    "hongchang",
    "shundian-reviewer",
    "helper1",
    "officer1",
    "officer2",
    "leader",
    "health",
    "auditor",
    "admin",
)


@dataclass(frozen=True)
class Staff:
    """Ids by user name, clerks by township code, helpers by village code."""

    ids: dict[str, int]
    clerks: dict[str, int]
    helpers: dict[str, list[tuple[int, str]]]


@dataclass(slots=True)
class _Account:
    username: str
    name: str
    role: str
    unit: str
    division: str
    department: str = ""
    groups: tuple[str, ...] = ()


def _planned(seed: int, townships: Sequence[Division], villages: dict[str, list[str]]) -> list[_Account]:
    rng = stream(seed, "accounts")
    family = iter(rng.sample("王李张刘陈杨赵黄吴徐朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾", 27) * 6)
    found = [_Account(*fixed) for fixed in _FIXED]
    for township in townships:
        username = "".join(lazy_pinyin(TOWNSHIP_SUFFIX.sub("", township.name)))
        found.append(
            _Account(username, f"{next(family)}干事", "township_clerk", township.name, township.code)
        )
    # The first helpers serve 顺店镇, so that its clerk and its helpers can be shown side by side.
    order = villages["411081101"][:8] + villages["411081104"][:6]
    rest = [code for codes in villages.values() for code in codes if code not in order]
    order += rng.sample(rest, HELPERS - len(order))
    for number, code in enumerate(order, start=1):
        found.append(_Account(f"helper{number}", f"{next(family)}队员", "village_helper", "驻村工作队", code))
    return found


def make_accounts(
    writer: Writer, seed: int, townships: Sequence[Division], villages: dict[str, list[str]], password: str
) -> Staff:
    """Users and postings. One random password per installation, hashed once: it opens the demonstration only."""
    planned = _planned(seed, townships, villages)
    next_user, secret = Counter(User), make_password(password)
    ids = {account.username: next_user() for account in planned}
    roles = dict(Role.objects.values_list("code", "pk"))
    divisions = dict(Division.objects.filter(code__startswith=COUNTY).values_list("code", "pk"))
    joined = moment(START, 9)
    writer.rows(
        User,
        ("id", "username", "full_name", "unit", "password", "email", "is_active", "is_staff", "is_superuser",
         "is_system", "must_change_password", "date_joined"),
        [(ids[one.username], one.username, one.name, one.unit, secret, "", True, one.role == "administrator", False, False, False, joined)
         for one in planned],
    )  # fmt: skip
    writer.rows(
        Posting,
        ("user_id", "role_id", "division_id", "department", "field_groups", "effective_from"),
        [
            (
                ids[one.username],
                roles[one.role],
                divisions[one.division],
                one.department,
                list(one.groups),
                START,
            )
            for one in planned
        ],
    )
    helpers: dict[str, list[tuple[int, str]]] = {}
    for one in planned:
        if one.role == "village_helper":
            helpers.setdefault(one.division, []).append((ids[one.username], one.name))
    clerks = {one.division: ids[one.username] for one in planned if one.role == "township_clerk"}
    return Staff(ids, clerks, helpers)


def new_password() -> str:
    """Twelve letters and digits without those that look alike."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(12))


def accounts_file() -> Path:
    return Path(settings.VAR_DIR) / "demo-accounts.txt"


def write_accounts_file(password: str) -> str:
    """The list of accounts, readable by the owner of the installation only; returns its text."""
    rows = User.objects.filter(username__in=SHOWN, postings__effective_to__isnull=True).values_list(
        "username", "full_name", "postings__role__name", "postings__division__name"
    )
    by_name = {row[0]: row for row in rows}
    lines = ["演示账号（数据均为虚构，密码为本次安装随机生成，全部演示账号相同）", f"密码: {password}", ""]
    lines += [
        f"{username:<20}{by_name[username][2]}，{by_name[username][3]}"
        for username in SHOWN
        if username in by_name
    ]
    lines += ["", "其余各乡镇办事员用乡镇名拼音登录，帮扶责任人为 helper1 至 helper60。"]
    text = "\n".join(lines) + "\n"
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    return text
