"""Photos of visits and their position: once per UUID, clean, and open to nobody who may not see the visit."""

import io
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from accounts.models import AuditEntry
from common.errors import Conflict, Invalid, NotFound, NotPermitted
from exchange.files import full_path
from exchange.models import StoredFile
from households.inputs import VisitInput
from households.models import Visit, VisitPhoto
from households.selectors import visit_photo_open
from households.services import photos as photo_service
from households.services import visit_photo_add, visit_record
from tests.factories.households import make_helper, make_household, make_photo, make_visit
from tests.factories.pictures import make_picture
from tests.households.conftest import acting

pytestmark = pytest.mark.django_db
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def visit(village) -> Visit:
    return make_visit(make_household(village))


def test_a_photo_is_kept_once_however_often_it_comes(clerk, visit):
    key, source = uuid.uuid4(), make_picture()
    first, created = visit_photo_add(actor=clerk, visit=visit, uuid=key, source=source)
    again, repeated = visit_photo_add(actor=clerk, visit=visit, uuid=key, source=source)
    assert (created, repeated, first.pk) == (True, False, again.pk)
    assert StoredFile.objects.count() == 1
    assert AuditEntry.objects.filter(verb="households.visit_photo_add").count() == 1


def test_a_uuid_with_another_picture_or_visit_is_a_conflict(clerk, visit, village):
    key, source = uuid.uuid4(), make_picture()
    visit_photo_add(actor=clerk, visit=visit, uuid=key, source=source)
    other = make_visit(make_household(village))
    for where, what in ((visit, make_picture(color="red")), (other, source)):
        with pytest.raises(Conflict) as refusal:
            visit_photo_add(actor=clerk, visit=where, uuid=key, source=what)
        assert refusal.value.code == "photo_uuid_reused"
    assert VisitPhoto.objects.count() == 1


def test_a_visit_has_so_many_photos_and_no_more(clerk, visit, village, settings):
    settings.VISIT_PHOTOS_MOST = 2
    sent = [(uuid.uuid4(), make_picture(color=color)) for color in ("red", "green", "blue")]
    for key, source in sent[:2]:
        visit_photo_add(actor=clerk, visit=visit, uuid=key, source=source)
    with pytest.raises(Invalid, match="每次走访最多 2 张，这张没有保存") as refusal:
        visit_photo_add(actor=clerk, visit=visit, uuid=sent[2][0], source=sent[2][1])
    assert (refusal.value.code, refusal.value.field) == ("photos_full", "file")
    assert visit_photo_add(actor=clerk, visit=visit, uuid=sent[0][0], source=sent[0][1])[1] is False, (
        "sent again"
    )
    other = make_visit(make_household(village))
    assert visit_photo_add(actor=clerk, visit=other, uuid=sent[2][0], source=sent[2][1])[1] is True
    assert (visit.photos.count(), StoredFile.objects.count()) == (2, 3)


def test_the_last_place_is_looked_for_under_the_lock(clerk, visit, settings, monkeypatch):
    """Two phones send at once: the second comes through the first look and is refused by the second."""
    settings.VISIT_PHOTOS_MOST = 1
    real = photo_service.clean_copy

    def meanwhile(source):
        monkeypatch.setattr(photo_service, "clean_copy", real)
        visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=make_picture(color="red"))
        return real(source)

    monkeypatch.setattr(photo_service, "clean_copy", meanwhile)
    with pytest.raises(Invalid, match="最多 1 张"):
        visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=make_picture())
    assert visit.photos.count() == StoredFile.objects.count() == 1


def test_a_photo_that_lost_the_race_is_the_winners(clerk, visit, monkeypatch):
    key, source = uuid.uuid4(), make_picture()
    winner, _ = visit_photo_add(actor=clerk, visit=visit, uuid=key, source=source)
    answers = iter([None, None, winner])
    monkeypatch.setattr(photo_service, "_recorded", lambda asked: next(answers))
    found, created = visit_photo_add(actor=clerk, visit=visit, uuid=key, source=source)
    assert (found.pk, created) == (winner.pk, False)


def test_what_the_camera_wrote_into_the_file_stays_behind(clerk, visit):
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "SomePhone"  # to be turned by a quarter
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (34.0, 9.0, 0.0)
    source = make_picture(60, 40, exif=exif)
    assert Image.open(io.BytesIO(source)).getexif()[MAKER] == "SomePhone"
    photo, _ = visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=source)
    kept = full_path(photo.file.path).read_bytes()
    picture = Image.open(io.BytesIO(kept))
    assert picture.size == (photo.width, photo.height) == (40, 60)
    assert dict(picture.getexif()) == {}
    assert b"Exif" not in kept
    assert b"SomePhone" not in kept


@pytest.mark.parametrize(("side", "kept"), [(2000, 2000), (2001, 2000), (1999, 1999)])
def test_large_pictures_become_smaller(clerk, visit, side, kept):
    photo, _ = visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=make_picture(side, 10))
    assert photo.width == kept


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(clerk, visit, monkeypatch):
    monkeypatch.setattr(photo_service, "MOST_PIXELS", 1200)
    visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=make_picture(40, 30))
    with pytest.raises(Invalid) as refusal:
        visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=make_picture(41, 30))
    assert refusal.value.code == "photo_too_large"


@pytest.mark.parametrize(
    "source",
    [b"", b"hello", b"<svg onload='x'/>", make_picture()[:200], b"GIF89a" + b"\0" * 40, b"%PDF-1.4\n"],
)
def test_what_is_no_whole_picture_is_refused(clerk, visit, source):
    with pytest.raises(Invalid):
        visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=source)
    assert not VisitPhoto.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_png_becomes_a_jpeg(clerk, visit):
    photo, _ = visit_photo_add(actor=clerk, visit=visit, uuid=uuid.uuid4(), source=make_picture(kind="PNG"))
    assert photo.file.content_type == "image/jpeg"


def test_only_who_may_visit_the_household_adds_a_photo(visit, auditor, other_clerk, helper):
    for actor in (auditor, other_clerk, helper):
        with pytest.raises(NotPermitted):
            visit_photo_add(actor=actor, visit=visit, uuid=uuid.uuid4(), source=make_picture())
    make_helper(visit.household)
    type(visit.household.helpers.get()).objects.update(user_id=helper.user_id)
    assert visit_photo_add(actor=helper, visit=visit, uuid=uuid.uuid4(), source=make_picture())[1]


def test_a_photo_is_seen_where_the_visit_is(visit, clerk, auditor, other_clerk, helper):
    photo = make_photo(visit)
    for actor in (clerk, auditor):
        _, source = visit_photo_open(actor=actor, uuid=photo.uuid)
        source.close()
    department = acting("department_officer", "411081", "医保局", groups=("health",))
    for actor in (other_clerk, helper, department):
        with pytest.raises(NotFound):
            visit_photo_open(actor=actor, uuid=photo.uuid)


def test_photos_are_never_changed_or_deleted(visit):
    photo = make_photo(visit)
    with pytest.raises(Exception, match="never changed"):
        photo.save()
    with pytest.raises(TypeError):
        VisitPhoto.objects.all().delete()


# --- position ---------------------------------------------------------------------------------------------------------


def entry(**more) -> VisitInput:
    return VisitInput(uuid=uuid.uuid4(), visited_on=date(2020, 9, 10), **more)


PLACE = {"latitude": Decimal("34.150001"), "longitude": Decimal("113.470002")}


def test_a_position_is_kept_with_consent_and_refused_without(clerk, village):
    household = make_household(village)
    visit, _ = visit_record(actor=clerk, household=household, entry=entry(position_consent=True, **PLACE))
    visit.refresh_from_db()
    assert (visit.latitude, visit.longitude) == (PLACE["latitude"], PLACE["longitude"])
    for wrong in (
        PLACE,
        {"position_consent": True, "latitude": Decimal(1)},
        {"position_consent": True, "latitude": Decimal("90.000001"), "longitude": Decimal(0)},
    ):
        with pytest.raises(Invalid) as refusal:
            visit_record(actor=clerk, household=household, entry=entry(**wrong))
        assert refusal.value.field == "position_consent"
    assert Visit.objects.count() == 1


def test_the_position_is_part_of_what_a_visit_says(clerk, village):
    household = make_household(village)
    sent = entry(position_consent=True, **PLACE)
    visit_record(actor=clerk, household=household, entry=sent)
    moved = VisitInput(**{**sent.__dict__, "latitude": Decimal("34.150002")})
    with pytest.raises(Conflict):
        visit_record(actor=clerk, household=household, entry=moved)
    assert visit_record(actor=clerk, household=household, entry=sent)[1] is False


def test_the_database_itself_takes_no_position_without_consent(village):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_visit(make_household(village), latitude=Decimal(34))


def test_too_many_photos_of_a_form_do_not_lose_the_visit(world, cast, login, settings):
    settings.VISIT_PHOTOS_MOST = 1
    household, client = make_household(world.village_a1), login(cast.li)
    path = f"/households/{household.pk}/visits/new/"
    assert 'data-most="1"' in client.get(path).content.decode()
    files = [
        SimpleUploadedFile(f"{color}.jpg", make_picture(color=color)) for color in ("red", "green", "blue")
    ]
    body = {"uuid": str(uuid.uuid4()), "visited_on": "2020-09-10", "kind": "home", "photos": files}
    answer = client.post(path, body, follow=True).content.decode()
    assert answer.count("没有保存：这次走访已有 1 张照片") == 1, "said once, however many"
    assert Visit.objects.get().photos.count() == 1


def test_photos_of_a_form_without_scripts_come_with_it_and_a_bad_one_does_not_lose_the_visit(
    world, cast, login
):
    household, client = make_household(world.village_a1), login(cast.li)
    body = {"uuid": str(uuid.uuid4()), "visited_on": "2020-09-10", "kind": "home"}
    for _ in range(2):
        files = [
            SimpleUploadedFile("a.jpg", make_picture()),
            SimpleUploadedFile("b.jpg", make_picture(color="red")),
            SimpleUploadedFile("c.jpg", b"no picture"),
        ]
        answer = client.post(f"/households/{household.pk}/visits/new/", body | {"photos": files}, follow=True)
        assert "没有保存：照片打不开" in answer.content.decode()
    visit = Visit.objects.get()
    assert visit.photos.count() == 2
    page = client.get(f"/households/visits/{visit.pk}/").content.decode()
    shown = f"/households/visits/photos/{visit.photos.first().uuid}/"
    assert shown in page
    answer = client.get(shown)
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert login(cast.zhao).get(shown).status_code == 404
