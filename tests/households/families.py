"""A family for the acts of household tests, and the short ways of asking about it."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from households import services
from households.inputs import ActNote, PersonInput
from households.models import Person
from tests.factories.households import make_household, make_person

ON = date(2020, 3, 1)
LATER = date(2020, 6, 1)
WHY = ActNote(reason="本人申请")


def picture() -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(held, "PNG")
    return SimpleUploadedFile("证明.png", held.getvalue(), "image/png")


def people(household) -> list[Person]:
    return [row.person for row in household.memberships.filter(effective_to__isnull=True).order_by("pk")]


def relations(household) -> dict[str, str]:
    rows = household.memberships.filter(effective_to__isnull=True)
    return dict(rows.values_list("person__name", "relation"))


def family(village):
    """A head, his wife and their son."""
    household = make_household(village, head_name="甲")
    wife = make_person(household, relation="spouse", name="乙", gender="female")
    son = make_person(household, relation="son", name="丙")
    return household, people(household)[0], wife, son


def add(actor, household, **kw):
    entry = PersonInput(
        kw.pop("name", "张小"), kw.pop("relation", "son"), gender="male", join_kind=kw.pop("kind", "newborn")
    )
    return services.member_add(
        actor=actor, household=household, entry=entry, on=kw.pop("on", ON), note=ActNote(**kw)
    )
