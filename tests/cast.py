"""The world every test lives in, and the people in it. One county, two townships, three villages; a fixed cast.

def test_something(world, cast):
    row_save(actor=actor(cast.li), village=world.village_a1, ...)
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from accounts.actor import Actor, actor_for, operator_actor
from accounts.models import Posting, Role, User
from villages.models import Division, Level

PASSWORD = "shan-zha-2020"
FROM = date(2019, 1, 1)
_numbers = count(1)


@dataclass(frozen=True)
class World:
    """`village_a1`, `village_a2` lie in township_a, `village_b1` in township_b."""

    province: Division
    prefecture: Division
    county: Division
    township_a: Division
    township_b: Division
    village_a1: Division
    village_a2: Division
    village_b1: Division

    @property
    def villages(self) -> tuple[Division, Division, Division]:
        return self.village_a1, self.village_a2, self.village_b1


@dataclass(frozen=True)
class Cast:
    """li: clerk of township A. wang: helper in village A1, sees the households assigned to him only. zhao: clerk of the
    other township. rev: reviewer of township A. officer, officer2: county officers. auditor reads all and writes nothing."""

    li: User
    wang: User
    zhao: User
    rev: User
    officer: User
    officer2: User
    leader: User
    dept: User
    auditor: User
    admin: User


def make_division(code: str, name: str, level: str, parent: Division | None = None) -> Division:
    return Division.objects.create(
        code=code, name=name, short_name=name.removesuffix("村委会"), level=level, parent=parent
    )


def make_world() -> World:
    province = make_division("41", "河南省", Level.PROVINCE)
    prefecture = make_division("4110", "许昌市", Level.PREFECTURE, province)
    county = make_division("411081", "禹州市", Level.COUNTY, prefecture)
    township_a = make_division("411081100", "火龙镇", Level.TOWNSHIP, county)
    township_b = make_division("411081101", "顺店镇", Level.TOWNSHIP, county)
    return World(
        province,
        prefecture,
        county,
        township_a,
        township_b,
        make_division("411081100201", "刘沟村委会", Level.VILLAGE, township_a),
        make_division("411081100202", "肖河村委会", Level.VILLAGE, township_a),
        make_division("411081101201", "康城村委会", Level.VILLAGE, township_b),
    )


def make_user(username: str = "", full_name: str = "测试员", **fields) -> User:
    """A user without any posting, hence without any right."""
    user = User(
        username=username or f"user{next(_numbers)}",
        full_name=full_name,
        must_change_password=False,
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def post(user: User, role: str, division: Division, field_groups: tuple[str, ...] = ()) -> Posting:
    return Posting.objects.create(
        user=user,
        role=Role.objects.get(code=role),
        division=division,
        field_groups=list(field_groups),
        effective_from=FROM,
    )


def make_cast(world: World) -> Cast:
    places = {
        "li": ("李秀英", "township_clerk", world.township_a),
        "wang": ("王建国", "village_helper", world.village_a1),
        "zhao": ("赵敏", "township_clerk", world.township_b),
        "rev": ("周审核", "township_reviewer", world.township_a),
        "officer": ("陈主管", "county_officer", world.county),
        "officer2": ("孙主管", "county_officer", world.county),
        "leader": ("刘县长", "county_leader", world.county),
        "dept": ("医保局吴", "department_officer", world.county),
        "auditor": ("郑审计", "auditor", world.county),
        "admin": ("管理员", "administrator", world.county),
    }
    people = {}
    for username, (name, role, division) in places.items():
        people[username] = make_user(username, name)
        post(people[username], role, division, ("health",) if username == "dept" else ())
    return Cast(**people)


def actor(user: User, **context) -> Actor:
    """The actor of a user, as the doors build it."""
    return actor_for(user, **context)


def without(user: User, permission: str) -> Actor:
    """The same person in the same place, lacking one permission."""
    full = actor_for(user)
    grants = tuple(replace(grant, permissions=grant.permissions - {permission}) for grant in full.grants)
    return replace(full, grants=grants)


def operator() -> Actor:
    return operator_actor()
