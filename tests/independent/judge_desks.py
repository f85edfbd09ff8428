"""Household rules of all documents that ask what departments' lists, doubts, exits, loans and insurers say."""

from datetime import timedelta

from tests.independent.home import Home, months_later
from tests.independent.judge_households import over_standard
from tests.independent.judge_others import at_most_twice
from tests.independent.logic import Truth, both, chosen, either, judge, no, rule

LOAN = "小额信贷"


def has_loan(home: Home) -> bool:
    return any(row["item"] == LOAN for row in home.running)


# --- 连云港 2.1 and 2.4


def on_the_allowance(home: Home) -> Truth:
    return both(home.registered, home.on_allowance)


@rule("LT-R-2.4-01")
def taper_begins(home: Home) -> str:
    """Above the standard and up to two times; when it is nearly over another rule warns."""
    begun = no(home.above_for(chosen("longterm-2020", "rule_taper_warn_months")))
    return judge(on_the_allowance(home), both(over_standard(home), at_most_twice(home), begun))


@rule("LT-R-2.4-03")
def no_taper(home: Home) -> str:
    return judge(on_the_allowance(home), no(at_most_twice(home)))


@rule("LT-R-2.4-09")
def fallen_back(home: Home) -> str:
    """恢复全额保障: above the standard in the year before, and now no longer."""
    before = home.year_before or {"net_fen": None, "disposable_fen": None, "members": None}
    fen = before["net_fen"] if before["disposable_fen"] is None else before["disposable_fen"]
    members, line = before["members"] or None, home.at.allowance_standard
    was = None if None in (fen, members, line) else fen > line * members
    return judge(on_the_allowance(home), both(no(over_standard(home)), was))


@rule("LT-R-2.4-06")
def no_claim_since(home: Home) -> str:
    """理赔收入 noted in a record whose period ended on the day of what happened, or later, settles it."""
    claims = [
        row["period_end"]
        for kind in ("year", "quarter")
        for row in home.incomes(kind)
        if row["claims_fen"] is not None and row["claims_fen"] > 0
    ]
    struck = [row["happened_on"] for row in home.events("serious_illness", "accident", "disaster")]
    unsettled = any(not claims or on > max(claims) for on in struck)
    return judge(either(home.registered, home.monitored), unsettled)


@rule("LT-R-2.1-07")
def loan_at_risk(home: Home) -> str:
    return judge(home.registered, listed(home, "loan_overdue"))


def listed(home: Home, listing: str) -> Truth:
    return home.county.desks.listed(listing, home.row["scope_code"], "household_id", home.row["id"])


# --- loans, Mianchi 二(二)4 and Yuzhou 10


@rule("MC-R024")
def lend_to_all(home: Home) -> str:
    return judge(both(home.unexited, home.labour), not has_loan(home))


@rule("YZ-R-10-01")
def may_borrow(home: Home) -> str:
    return judge(home.registered, home.labour)


@rule("YZ-R-10-02")
def may_borrow_and_has_not(home: Home) -> str:
    return judge(home.registered, both(home.labour, not has_loan(home)))


@rule("MC-R032")
def five_ones(home: Home) -> str:
    """搬迁户: an industry measure, and a job measure where anybody can work."""
    way = home.situation.get("relocation_way") or None
    relocated = None if way is None else way != "not_relocated"
    idle = both(home.labour, home.helps("employment", "public_post") == 0)
    return judge(both(home.registered, relocated), either(home.helps("industry") == 0, idle))


# --- visits and helpers of the border class


@rule("SQ-R003")
def border_not_verified(home: Home) -> str:
    months = chosen("shangqiu-2018", "rule_verify_months")
    days = [row["visited_on"] for row in home.pile("visit") if home.at.written(row)]
    last = max((day for day in days if day <= home.at.day), default=None)
    late = last is None or last < months_later(home.at.day, -months)
    return judge(both(no(home.registered), home.border), late)


@rule("YZ-R-7-04")
def border_without_ledger(home: Home) -> str:
    return judge(home.border, not home.held("helperassignment") and not home.running)


# --- exits, doubts, feedback


@rule("SQ-R039")
def another_standard(home: Home) -> str:
    desks, key = home.county.desks, home.row["id"]
    return judge(desks.exit_open(key), no(desks.exit_by_present_standard(key)))


@rule("XC-R005/open")
def doubts(home: Home) -> str:
    return judge(True, open_doubts(home, 0))


@rule("XC-R005")
def old_doubts(home: Home) -> str:
    return judge(True, open_doubts(home, chosen("xuchang-2023", "rule_fault_days")))


def open_doubts(home: Home, days: int) -> Truth:
    """Is there one older than so many days (of nought days: any)?"""
    if not home.county.desks.checked(home.row["scope_code"]):
        return None
    limit = home.at.day - timedelta(days=days)
    found = home.county.desks.doubts(home.row["id"])
    return any(day < limit for day in found) if days else bool(found)


@rule("XC-R004")
def not_told_back(home: Home) -> str:
    """Every list that names the household is answered, and once at least since it is watched."""
    return judge(home.monitored, unanswered(home))


def unanswered(home: Home) -> Truth:
    batches = home.county.desks.batches_with(home.row["scope_code"], home.row["id"])
    if not batches:
        return None
    told = [batch["fed_back_on"] for batch in batches]
    done = [day for day in told if day is not None and day <= home.at.day]
    since = [row["effective_from"] for row in home.held("statusspell") if row["dimension"] == "monitor"]
    return len(done) < len(told) or (max(done) < since[-1] if since else None)
