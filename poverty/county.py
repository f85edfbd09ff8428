"""Making an empty installation ready for one county: its divisions and the first two people."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts import audit
from accounts.actor import Actor, operator_actor
from accounts.services import posting_open, user_create
from common.errors import Invalid
from villages.loading import FOLDER, DivisionRow
from villages.models import Division, Level
from villages.services import divisions_load, read_rows


@dataclass(frozen=True)
class FirstAccount:
    """Shown once: the password must be changed at the first login and is kept nowhere."""

    username: str
    role: str
    password: str


@dataclass(frozen=True)
class CountyReady:
    code: str
    name: str
    divisions: int
    accounts: tuple[FirstAccount, ...]


def county_rows(code: str, file: Path | None) -> list[DivisionRow]:
    """The county and what lies in it, from the named file or from the lists that come with the product."""
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise Invalid(f"县级代码应为 6 位数字，“{code}”不是。", field="code", code="bad_code")
    if file is not None and not file.is_file():
        raise Invalid(f"没有文件 {file}。", field="file", code="no_file")
    for path in [file] if file else sorted(FOLDER.glob("*.csv*")):
        if path.name == "dated_names.csv":
            continue
        rows = [row for row in read_rows(path) if row.code.startswith(code)]
        if any(row.level == Level.COUNTY for row in rows):
            return rows
    where = f"文件 {file.name} 中" if file else "系统自带的区划表中"
    raise Invalid(
        f"{where}没有代码为 {code} 的县，请用 --file 指明区划表。", field="code", code="unknown_county"
    )


@transaction.atomic
def county_init(
    *, actor: Actor, code: str, admin: str, officer: str, today: date, file: Path | None = None
) -> CountyReady:
    """Load the divisions and make an administrator and a county officer, all or nothing and all in the audit trail.

    Two accounts, because whatever counts here takes two people: publishing a document, confirming a payment.
    """
    if admin.strip().lower() == officer.strip().lower():
        raise Invalid("管理员与县级主管须是两个人。", field="officer", code="same_person")
    loaded = divisions_load(county_rows(code, file), today)
    county = Division.objects.get(code=code)
    audit.record(actor, "county.initialised", county, scope_code=code, divisions=loaded.new)
    operator = operator_actor() if actor.username == operator_actor().username else actor  # now with its area
    accounts = []
    for username, role in ((admin, "administrator"), (officer, "county_officer")):
        user, password = user_create(actor=operator, username=username, full_name=username)
        posting_open(actor=operator, user=user, role_code=role, division=county, from_=today)
        accounts.append(FirstAccount(user.username, role, password))
    return CountyReady(code, county.name, loaded.new + loaded.unchanged + loaded.changed, tuple(accounts))
