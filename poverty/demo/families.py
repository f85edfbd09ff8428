"""Families: who lives together, with ages that fit each other."""

from datetime import date, timedelta
from random import Random

from poverty.demo.drafts import HouseholdDraft, PersonDraft
from poverty.demo.plan import DOCUMENT_DAY


def born_at(rng: Random, age: int) -> date:
    """A birth date of somebody who is `age` on the document's day."""
    return DOCUMENT_DAY - timedelta(days=int(age * 365.25) + rng.randrange(1, 364))


def age_of(person: PersonDraft) -> int:
    born = person.born
    return DOCUMENT_DAY.year - born.year - ((DOCUMENT_DAY.month, DOCUMENT_DAY.day) < (born.month, born.day))


class FamilyMaker:
    """Fills a household of given size and given number of children and students."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def fill(self, home: HouseholdDraft) -> None:
        adults = home.size - home.students
        head = self._head(home, adults)
        home.people = [head]
        if adults > 1 and self.rng.random() < self._spouse_share(head):
            home.people.append(self._spouse(head))
        while len(home.people) < adults:
            home.people.append(self._grown(home))
        for _ in range(home.students):
            home.people.append(self._child(home))

    def _head(self, home: HouseholdDraft, adults: int) -> PersonDraft:
        rng = self.rng
        if home.students and adults == 1 and rng.random() < 0.75:
            age = rng.randrange(31, 52)  # one parent with children
        elif rng.random() < home.group.old_share * (1.5 if home.size < 3 else 0.55):
            age = min(92, int(rng.triangular(61, 90, 67)))
        elif home.size == 1:
            age = rng.randrange(46, 78)
        else:
            age = int(rng.triangular(29, 61, 49))
        male = rng.random() < (0.7 if home.size == 1 else 0.86)
        return PersonDraft("head", male, born_at(rng, age))

    def _spouse_share(self, head: PersonDraft) -> float:
        return 0.9 if age_of(head) < 60 else 0.72

    def _spouse(self, head: PersonDraft) -> PersonDraft:
        age = age_of(head) + self.rng.randrange(-4, 3) * (1 if head.male else -1)
        return PersonDraft("spouse", not head.male, born_at(self.rng, min(93, max(22, age))))

    def _grown(self, home: HouseholdDraft) -> PersonDraft:
        """One more person past sixteen who is not at school: a parent of the head, or a grown child and the like."""
        head, taken = home.head, {person.relation for person in home.people}
        age = age_of(head)
        choices: list[tuple[str, bool, int]] = []
        if age <= 66:
            older = age + self.rng.randrange(20, 30)
            choices += [
                (relation, male, min(96, older))
                for relation, male in (("father", True), ("mother", False))
                if relation not in taken
            ] * (3 if age < 45 else 1)
        grown_child = age - self.rng.randrange(21, 30)
        if grown_child >= 17:
            male = self.rng.random() < 0.62
            choices += [("son" if male else "daughter", male, grown_child)] * 2
        son = next((p for p in home.people if p.relation == "son" and age_of(p) >= 23), None)
        if son and "daughter_in_law" not in taken:
            choices += [("daughter_in_law", False, age_of(son) - self.rng.randrange(-1, 3))] * 4
        if not choices:
            male = self.rng.random() < 0.7
            choices = [("sibling", male, max(18, age - self.rng.randrange(-5, 9)))]
        relation, male, years = self.rng.choice(choices)
        return PersonDraft(relation, male, born_at(self.rng, years))

    def _child(self, home: HouseholdDraft) -> PersonDraft:
        """One more child or student."""
        rng, head = self.rng, home.head
        male = rng.random() < 0.53
        spouse = next((p for p in home.people if p.relation == "spouse"), None)
        mother_age = min(age_of(head), age_of(spouse)) if spouse else age_of(head)
        room = mother_age - 20
        if room >= 23 or room < 1:
            return self._grandchild(home, male=male)
        age = rng.randrange(max(0, room - 20), min(21, room) + 1)
        return PersonDraft("son" if male else "daughter", male, born_at(rng, age), student=True)

    def _grandchild(self, home: HouseholdDraft, *, male: bool) -> PersonDraft:
        parents = [age_of(p) for p in home.people if p.relation in ("son", "daughter_in_law")]
        room = (min(parents) if parents else age_of(home.head) - 22) - 21
        age = self.rng.randrange(0, min(18, max(1, room)) + 1)
        if any(p.relation == "daughter" for p in home.people) and not parents:
            relation = "daughters_son" if male else "daughters_daughter"
        else:
            relation = "sons_son" if male else "sons_daughter"
        return PersonDraft(relation, male, born_at(self.rng, age), student=True)


def students_of(rng: Random, home: HouseholdDraft) -> int:
    """How many children and students a household of this size usually has."""
    if home.size == 1:
        return 0
    share = {2: 0.12, 3: 0.32}.get(home.size, 0.37)
    drawn = sum(rng.random() < share for _ in range(home.size - 1))
    return min(drawn, home.size - 1, 4)


def spread_students(rng: Random, homes: list[HouseholdDraft], total: int) -> None:
    """Exactly `total` children and students over these households, one adult left in each at least."""
    for home in homes:
        home.students = 0
    open_homes = [home for home in homes if home.size > 1]
    weights = [(home.size - 1) ** 2 for home in open_homes]
    total = min(total, sum(home.size - 1 for home in open_homes))
    while total:
        home = rng.choices(open_homes, weights)[0]
        if home.students < home.size - 1:
            home.students += 1
            total -= 1
