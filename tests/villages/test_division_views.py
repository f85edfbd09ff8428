"""The pages of villages."""

from django.urls import reverse

from villages.models import VillageYear


def test_the_list_shows_the_tops_of_ones_area(login, cast, world):
    for user, top in ((cast.li, world.township_a), (cast.officer, world.county)):
        text = login(user).get(reverse("villages:division-list")).content.decode()
        assert top.name in text
    text = login(cast.li).get(reverse("villages:division-list")).content.decode()
    assert world.township_b.name not in text


def test_a_search_finds_inside_the_area_only(login, cast, world):
    url = reverse("villages:division-list")
    found = login(cast.li).get(url, {"q": "刘沟"}, headers={"HX-Request": "true"}).content.decode()
    assert world.village_a1.code in found
    assert "<html" not in found
    assert "没有找到" in login(cast.zhao).get(url, {"q": "刘沟"}).content.decode()


def test_a_helper_sees_the_village_he_serves(login, cast, world):
    assert login(cast.wang).get(reverse("villages:division-list")).status_code == 200
    assert (
        login(cast.wang).get(reverse("villages:division-detail", args=[world.village_a1.code])).status_code
        == 200
    )
    assert (
        login(cast.wang).get(reverse("villages:division-detail", args=[world.village_a2.code])).status_code
        == 404
    )


def test_the_officer_saves_a_year_and_the_clerk_may_only_look(login, cast, world):
    url = reverse("villages:village-year-edit", args=[world.village_a1.code, 2020])
    page = reverse("villages:division-detail", args=[world.village_a1.code])
    assert "维护" not in login(cast.li).get(page).content.decode()
    assert login(cast.li).post(url, {}).status_code == 403
    officer = login(cast.officer)
    assert officer.post(url, {"registered_population": "-1"}).status_code == 422
    assert not VillageYear.objects.exists()
    values = {"registered_population": "1200", "collective_income_yuan": "52000.50", "has_relief_task": "1"}
    assert officer.post(url, values)["Location"] == page
    row = VillageYear.objects.get()
    assert (row.registered_population, row.collective_income_fen, row.has_relief_task) == (
        1200,
        5200050,
        True,
    )
    text = login(cast.li).get(page).content.decode()
    assert "52,000.50" in text
    assert "— 未采集" in text


def test_a_county_has_no_yearly_facts(login, cast, world):
    url = reverse("villages:village-year-edit", args=[world.county.code, 2020])
    assert login(cast.officer).get(url).status_code == 404


def adjust(login, user, division, **given):
    url = reverse("villages:division-adjust", args=[division.code])
    values = {"on": "2026-01-01", "reason": "豫民行批〔2025〕3号", "sure": "on"} | given
    return login(user).post(url, values)


def test_the_administrator_renames_recodes_and_merges_by_the_page(login, cast, world):
    village = world.village_a1
    assert adjust(login, cast.admin, village, act="rename", new_name="新刘沟村委会").status_code == 302
    village.refresh_from_db()
    assert village.name == "新刘沟村委会"
    answer = adjust(login, cast.admin, village, act="recode", new_code="411081100299")
    assert answer["Location"] == reverse("villages:division-detail", args=["411081100299"])
    village.refresh_from_db()
    assert village.code == "411081100299"
    assert adjust(login, cast.admin, village, act="merge", into=world.village_a2.pk).status_code == 302
    village.refresh_from_db()
    assert village.merged_into == world.village_a2
    page = login(cast.admin).get(reverse("villages:division-detail", args=[village.code])).content.decode()
    assert "并入 肖河村委会" in page
    assert "调整区划" not in page


def test_an_adjustment_is_confirmed_reasoned_and_complete(login, cast, world):
    village = world.village_a1
    for lacking in ({"sure": ""}, {"reason": " "}, {"new_name": ""}, {"act": "merge"}, {"act": "move"}):
        answer = adjust(login, cast.admin, village, **({"act": "rename", "new_name": "新村"} | lacking))
        assert answer.status_code == 422, lacking
    answer = adjust(login, cast.admin, village, act="recode", new_code=world.village_a2.code)
    assert answer.status_code == 422
    assert "已被使用" in answer.content.decode()
    village.refresh_from_db()
    assert (village.name, village.merged_into) == ("刘沟村委会", None)


def test_nobody_else_is_offered_the_adjustment(login, cast, world):
    page = reverse("villages:division-detail", args=[world.village_a1.code])
    assert "调整区划" in login(cast.admin).get(page).content.decode()
    for user in (cast.li, cast.officer, cast.leader):
        assert "调整区划" not in login(user).get(page).content.decode()
        assert adjust(login, user, world.village_a1, act="rename", new_name="新村").status_code == 403
