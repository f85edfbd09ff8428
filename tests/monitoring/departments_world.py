"""A small county with safety nets, and a generated 低保 list beside it with known differences."""

import csv
import io
from dataclasses import dataclass
from datetime import date
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from households.models import Membership
from monitoring.departments.models import DepartmentBatch
from monitoring.services import department_work
from monitoring.services import departments as services
from tests.cast import actor
from tests.factories.households import id_number, make_household, make_safety_net

DAY = date(2020, 9, 20)
HEADS = ("序号", "户主", "公民身份证号", "所在乡镇", "居住地", "救助类别", "保障方式", "每月金额")
MAPPING = {"name": "户主", "id_number": "公民身份证号", "township": "所在乡镇", "village": "居住地", "kind": "救助类别",
           "mode": "保障方式", "amount": "每月金额"}  # fmt: skip
BAD = "不是号码"


@dataclass
class Home:
    household: object
    person: object
    number: str
    ours: int | None  # fen, None: no safety net with us
    theirs: int | None  # fen, None: not on their list
    single: bool = False


def grown(
    world, only_ours: int, only_theirs: int, differing: int, equal: int, *, unknown: int = 0, start: int = 0
):
    """Homes by what is to be found about them, mixed by a fixed lot over three villages; then people nobody knows."""
    plan = [(30_000, None)] * only_ours + [(None, 31_000)] * only_theirs + [(30_000, 32_500)] * differing + [(30_000, 30_000)] * equal  # fmt: skip
    Random(7).shuffle(plan)
    homes = []
    for at, (ours, theirs) in enumerate(plan, start):
        number = id_number(date(1950 + at // 900, 1 + at % 12, 1 + at % 28), at)
        household = make_household(
            world.villages[at % 3], head_name=f"王测{at}", head={"id_number": number, "birth_date": date(1950 + at // 900, 1 + at % 12, 1 + at % 28)},
        )  # fmt: skip
        person = Membership.objects.get(household=household).person
        home = Home(household, person, number, ours, theirs, single=at % 7 == 0)
        if ours is not None:
            make_safety_net(household, monthly_fen=ours, person=person if home.single else None)
        homes.append(home)
    strangers = [id_number(date(1961, 2, 3), at) for at in range(unknown)]
    return homes, strangers


def lines(homes, strangers=()):
    rows = [
        [str(at), home.person.name, home.number, "", home.household.village.name, "农村低保",
         "单人保" if home.single else "整户保", f"{home.theirs / 100:.2f}"]
        for at, home in enumerate(homes, 1)
        if home.theirs is not None
    ]  # fmt: skip
    rows += [["", f"外人{at}", number, "", "某村", "低保", "", "300"] for at, number in enumerate(strangers)]
    return rows


def xlsx(rows, heads=HEADS, title="2020年三季度农村低保名单"):
    book = Workbook()
    book.active.append([title])
    book.active.append(list(heads))
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def gbk(rows, heads=HEADS):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [heads, *[[f'="{cell}"' if len(cell) == 18 else cell for cell in row] for row in rows]]
    )
    return out.getvalue().encode("gb18030")


def upload(content: bytes, name="低保.xlsx"):
    return SimpleUploadedFile(name, content)


def accepted(user, content, *, listing="safety_net", period="2020Q3", name="低保.xlsx", day=DAY):
    entry = services.UploadInput(listing, period, upload(content, name), name)
    return services.batch_accept(actor=actor(user), county="411081", entry=entry, today=day)


def work(pk):
    """What the worker would do with the batch now."""
    run = DepartmentBatch.claim(pk)
    assert run is not None, "nothing is queued"
    if run.stage == "read":
        return department_work.batch_read(run)
    return department_work.batch_compare_execute(run)


def compared(user, content, mapping=MAPPING, **more):
    """Uploaded, mapped where needed, read, compared."""
    batch, _ = accepted(user, content, **more)
    if batch.stage == "mapping":
        services.batch_map(actor=actor(user), pk=batch.pk, mapping=mapping)
    work(batch.pk)
    services.batch_compare(actor=actor(user), pk=batch.pk)
    return work(batch.pk)
