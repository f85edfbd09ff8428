"""Households and people as rows: the case file itself, its dated rows and the first line of its history."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter
from random import Random
from uuid import UUID

from common import vault
from common.text import initials
from households.models import Guarantee as GuaranteeRow
from households.models import (
    HelperAssignment,
    Household,
    HouseholdSituation,
    Membership,
    Person,
    PersonSituation,
    Residence,
    SafetyNet,
    StatusSpell,
)
from poverty.demo import health, living, paper_form
from poverty.demo.drafts import HouseholdDraft, PersonDraft
from poverty.demo.families import age_of
from poverty.demo.numbers import Numbers
from poverty.demo.plan import BUSINESS_DAY, SOURCE, moment, stream
from poverty.demo.story import SCHOOL_YEAR
from poverty.demo.writer import Writer

HOUSEHOLD = (
    "id", "uuid", "household_no", "village_id", "scope_code", "hamlet", "head_name", "head_initials", "members_count",
    "poverty_status", "monitor_class", "main_cause", "identified_on", "risk_identified_on", "risks", "phone_sealed",
    "phone_hash", "phone_last4", "bank_account_sealed", "bank_account_hash", "is_live", "last_visit_on", "touched_at",
    "version", "created_at",
)  # fmt: skip
PERSON = (
    "id", "uuid", "person_no", "name", "initials", "gender", "birth_date", "id_kind", "id_number_sealed", "id_number_hash",
    "phone_sealed", "phone_hash", "phone_last4", "disability_card_sealed", "disability_card_hash", "ethnicity", "political",
    "identified_on", "died_on", "is_live", "version",
)  # fmt: skip
MEMBERSHIP = (
    "household_id", "person_id", "relation", "effective_from", "effective_to", "recorded_at", "end_recorded_at",
    "source", "change_kind",
)  # fmt: skip
SITUATION = (
    "person_id", "effective_from", "effective_to", "recorded_at", "end_recorded_at", "source", "education", "schooling",
    "not_in_school_reason", "is_healthy", "has_chronic_illness", "has_serious_illness", "is_disabled", "disability_kind",
    "disability_grade", "labour_skill", "work_place", "work_months", "has_medical_insurance",
    "has_serious_illness_insurance", "has_pension_insurance",
)  # fmt: skip
HAMLETS = ("", "", "", "东组", "西组", "南组", "北组", "前街", "后街", "一组", "二组", "三组", "四组")
RECORDED = date(2020, 9, 9)  # when the new school year was entered


def _sealed(table: str, column: str, row: UUID, plain: str) -> tuple[bytes, bytes | None]:
    return vault.seal(plain, table=table, column=f"{column}_sealed", row=row), vault.search_hash(plain)


class CaseFile:
    """Writes every household and person of the drafts."""

    def __init__(self, writer: Writer, seed: int) -> None:
        self.writer, self.seed = writer, seed
        self.rng = stream(seed, "rows")
        self.numbers = Numbers(stream(seed, "phones"))

    def write(self, homes: list[HouseholdDraft]) -> None:
        say = self.writer.say
        say("农户与人员")
        at = itemgetter(HOUSEHOLD.index("created_at"))
        self.writer.tracked(Household, HOUSEHOLD, [self._household(home) for home in homes], at)
        found = {home.pk: moment(home.identified_on) for home in homes}
        people = [(home, person) for home in homes for person in home.people]
        began = {person.pk: found[home.pk] for home, person in people}
        rows = [self._person(home, person) for home, person in people]
        self.writer.tracked(Person, PERSON, rows, lambda row: began[row[0]])
        say("家庭成员、状态与人员情况")
        self._dated(homes, people)
        say("住房、饮水、保障与低保")
        self._living(homes)

    def _dated(
        self, homes: list[HouseholdDraft], people: Sequence[tuple[HouseholdDraft, PersonDraft]]
    ) -> None:
        self.writer.rows(Membership, MEMBERSHIP, (self._membership(home, person) for home, person in people))
        self.writer.rows(
            Residence,
            ("household_id", "village_id", "effective_from", "recorded_at", "source"),
            ((h.pk, h.village_id, h.identified_on, moment(h.identified_on), SOURCE) for h in homes),
        )
        self.writer.rows(
            StatusSpell,
            (
                "household_id",
                "dimension",
                "value",
                "reason",
                "effective_from",
                "effective_to",
                "recorded_at",
                "end_recorded_at",
                "source",
            ),
            (row for home in homes for row in status_rows(home)),
        )
        rng = stream(self.seed, "situations")
        self.writer.rows(
            PersonSituation,
            SITUATION,
            (row for home, person in people for row in situation_rows(rng, home, person)),
        )
        self.writer.rows(
            HelperAssignment,
            ("household_id", "user_id", "name", "unit", "effective_from", "recorded_at", "source"),
            (
                (h.pk, h.helper_user, h.helper_name, h.helper_unit, max(h.identified_on, date(2019, 3, 1)),
                 moment(max(h.identified_on, date(2019, 3, 1))), SOURCE)
                for h in homes if "no_helper" not in h.marks
            ),
        )  # fmt: skip

    def _living(self, homes: list[HouseholdDraft]) -> None:
        rng = stream(self.seed, "living")
        more = stream(self.seed, "paper form")
        found = [(home, paper_form.living_of(more, home)) for home in homes]
        self.writer.rows(
            HouseholdSituation,
            (*living.SITUATION, *paper_form.LIVING),
            ((*row, *asked) for home, asked in found for row in living.situations_of(rng, home)),
        )
        self.writer.rows(
            GuaranteeRow, living.GUARANTEE, (row for h in homes for row in living.guarantees_of(rng, h))
        )
        self.writer.rows(
            SafetyNet, living.SAFETY_NET, (row for h in homes for row in living.safety_net_of(rng, h))
        )

    def _household(self, home: HouseholdDraft) -> tuple[object, ...]:
        table = Household._meta.db_table
        phone, account = self.numbers.phone(), self.numbers.bank_account()
        living_people = sum(1 for person in home.people if person.left is None)
        seen = moment(home.identified_on)
        return (
            home.pk, home.uuid, home.number, home.village_id, home.code, self.rng.choice(HAMLETS), home.head.name,
            initials(home.head.name), living_people, home.group.poverty_status, home.group.monitor_class, home.cause,
            home.identified_on, home.risk_on, home.risks, *_sealed(table, "phone", home.uuid, phone), phone[-4:],
            *_sealed(table, "bank_account", home.uuid, account), True, home.last_visit, moment(BUSINESS_DAY, 8), 1, seen,
        )  # fmt: skip

    def _person(self, home: HouseholdDraft, person: PersonDraft) -> tuple[object, ...]:
        table, row = Person._meta.db_table, person.uuid
        rng = self.rng
        phone = self.numbers.phone() if person.works and rng.random() < 0.8 else ""
        card = ""
        if person.disability and rng.random() < 0.9:
            kind, grade = person.disability
            card = self.numbers.disability_card(person.identity, health.KIND_DIGIT[kind], grade)
        member = not person.student and rng.random() < 0.02
        return (
            person.pk, row, person.number, person.name, initials(person.name), "male" if person.male else "female",
            person.born, "id_card", *_sealed(table, "id_number", row, person.identity), *_sealed(table, "phone", row, phone),
            phone[-4:], *_sealed(table, "disability_card", row, card), "回族" if home.hui and rng.random() < 0.85 else "汉族",
            "member" if member else "masses", person.joined, person.left, person.left is None, 1,
        )  # fmt: skip

    def _membership(self, home: HouseholdDraft, person: PersonDraft) -> tuple[object, ...]:
        kind = "death" if person.left else person.joined_as
        return (
            home.pk, person.pk, person.relation, person.joined, person.left, moment(person.joined),
            moment(person.left) if person.left else None, SOURCE, kind,
        )  # fmt: skip


def status_rows(home: HouseholdDraft) -> Iterator[tuple[object, ...]]:
    """Both dimensions, each from the day the household was identified."""
    first, end = home.identified_on, home.exited_on
    seen = moment(first)
    if end is None:
        reason = "边缘户排查" if home.group.monitor_class == "borderline" else "识别建档"
        yield (home.pk, "poverty", home.group.poverty_status, reason, first, None, seen, None, SOURCE)
    else:
        yield (home.pk, "poverty", "unexited", "识别建档", first, end, seen, moment(end), SOURCE)
        yield (
            home.pk,
            "poverty",
            home.group.poverty_status,
            "达标脱贫",
            end,
            None,
            moment(end),
            None,
            SOURCE,
        )
    risk = home.risk_on
    if risk is None or risk > first:
        end_seen = moment(risk) if risk else None
        yield (home.pk, "monitor", "none", "", first, risk, seen, end_seen, SOURCE)
    if risk:
        yield (
            home.pk,
            "monitor",
            home.group.monitor_class,
            "县级审定",
            risk,
            None,
            moment(risk),
            None,
            SOURCE,
        )


def situation_rows(rng: Random, home: HouseholdDraft, person: PersonDraft) -> Iterator[tuple[object, ...]]:
    """One spell, two for those who entered another class in September 2020, or whom the year changed."""
    begun = person.joined if not person.student else max(person.joined, date(2019, 9, 1))
    seen, changed = moment(begun), _changes_on(home, person)
    uninsured = "medical_not_met" in home.marks and person is home.people[-1]
    now = _values(rng, person, insured=False if uninsured else None if rng.random() < 0.0006 else True)
    if changed is None:
        yield (person.pk, begun, None, seen, None, SOURCE, *now)
        return
    on, recorded, after = changed
    end_seen = moment(recorded)
    yield (person.pk, begun, on, seen, end_seen, SOURCE, *now)
    yield (person.pk, on, None, end_seen, None, SOURCE, *_amended(rng, person, now, after))


def _changes_on(home: HouseholdDraft, person: PersonDraft) -> tuple[date, date, str] | None:
    if person.turn:
        on, what = person.turn
        return on, RECORDED if on == SCHOOL_YEAR else min(on + timedelta(days=5), BUSINESS_DAY), what
    if person.student and person.joined < SCHOOL_YEAR and not person.joined_as:
        return SCHOOL_YEAR, RECORDED, "schooling"
    return None


def _values(rng: Random, person: PersonDraft, *, insured: bool | None) -> list[object]:
    kind, grade = person.disability or ("", None)
    return [
        person.education, person.schooling, "", person.healthy, person.chronic, person.serious, person.disability is not None,
        kind, grade, person.labour, person.work_place, person.work_months, insured, insured and rng.random() > 0.01,
        rng.random() < 0.95 if age_of(person) >= 16 and not person.student else None,
    ]  # fmt: skip


def _amended(rng: Random, person: PersonDraft, values: list[object], what: str) -> list[object]:
    now = list(values)
    if what == "schooling":
        after = health.schooling_after(rng, person, 2020)
        now[1] = after
        if after == "not_at_school":
            now[0], now[9], now[10], now[11] = (
                health.finished_education(person.schooling),
                "ordinary",
                "in_province",
                1,
            )
    elif what == "dropped_out":
        now[0], now[1], now[2] = "", "not_at_school", rng.choice(("unwilling", "unwilling", "other"))
    elif what == "schooling_unknown":
        now[1] = ""
    elif what == "serious_illness":
        now[3], now[5] = False, True
    elif what == "disability":
        now[3], now[6], now[7], now[8], now[9] = False, True, "limb", rng.choice((3, 4)), "weak_or_half"
    elif what == "job_lost":
        now[10], now[11] = "", 0
    return now
