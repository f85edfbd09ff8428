"""A photo that is sent fifty times at once, as phones do when the line comes back, against the real web server."""

import json
from collections import Counter
from uuid import uuid4

from tests.factories.pictures import make_picture
from tests.faults.house import House, Reply, Web, together
from tests.faults.test_visits_at_once import MANY, statuses, visit

BORDER = "photo-border"
MOST = 9  # photos of one visit, as the settings come


def post(web: Web, where: str, uuid: str, source: bytes) -> Reply:
    head = f'--{BORDER}\r\nContent-Disposition: form-data; name="uuid"\r\n\r\n{uuid}\r\n--{BORDER}\r\n'
    head += 'Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = head.encode() + source + f"\r\n--{BORDER}--\r\n".encode()
    headers = {
        "Authorization": f"Token {web.token}",
        "Content-Type": f"multipart/form-data; boundary={BORDER}",
    }
    return web.raw(f"/api/v1/visits/{where}/photos/", body, headers)


def stored(house: House) -> tuple[int, int, int]:
    """Photos, their files, and what the audit trail knows of them."""
    told = "SELECT COUNT(*) FROM accounts_auditentry WHERE verb = 'households.visit_photo_add'"
    files = "SELECT COUNT(*) FROM exchange_storedfile WHERE kind = 'visit'"
    return house.one("SELECT COUNT(*) FROM households_visitphoto"), house.one(files), house.one(told)


def test_photos_sent_fifty_times_at_once(house: House):
    with house.web() as web:
        where = str(uuid4())
        assert web.api("visits/", visit(house, where, "有照片")).status == 201
        the_same_photo_is_one_photo(house, web, where)
        one_uuid_for_fifty_photos_is_the_first_of_them(house, web, where)
        fifty_photos_fill_the_visit_and_not_more(house, web, where)
    assert "Traceback" not in house.words("web")


def the_same_photo_is_one_photo(house: House, web: Web, where: str) -> None:
    before, uuid, source = stored(house), str(uuid4()), make_picture(800, 600)
    replies = together(MANY, lambda _: post(web, where, uuid, source))
    assert statuses(replies) == {201: 1, 200: MANY - 1}, house.words("web")
    assert stored(house) == tuple(number + 1 for number in before)


def one_uuid_for_fifty_photos_is_the_first_of_them(house: House, web: Web, where: str) -> None:
    before, uuid = stored(house), str(uuid4())
    pictures = [make_picture(200 + place, 150) for place in range(MANY)]
    replies = together(MANY, lambda place: post(web, where, uuid, pictures[place]))
    assert statuses(replies) == {201: 1, 409: MANY - 1}, house.words("web")
    codes = Counter(json.loads(reply.text)["code"] for reply in replies if reply.status == 409)
    assert codes == {"photo_uuid_reused": MANY - 1}
    (winner,) = [place for place, reply in enumerate(replies) if reply.status == 201]
    parameter = uuid if house.database else uuid.replace("-", "")
    assert house.one("SELECT width FROM households_visitphoto WHERE uuid = %s", parameter) == 200 + winner
    assert stored(house) == tuple(number + 1 for number in before)


def fifty_photos_fill_the_visit_and_not_more(house: House, web: Web, where: str) -> None:
    before, source = stored(house), make_picture(640, 480)
    room = MOST - before[0]
    replies = together(MANY, lambda _: post(web, where, str(uuid4()), source))
    assert statuses(replies) == {201: room, 422: MANY - room}, house.words("web")
    assert stored(house) == tuple(number + room for number in before)
