"""The household rules that no document gives: the county's own (county-default)."""

from tests.independent.home import Home
from tests.independent.logic import Truth, below, both, chosen, either, judge, no, rule

PACK = "county-default"


def ours(name: str) -> int:
    return chosen(PACK, name)


@rule("CD-income/monitoring")
def exited_below_the_monitoring_line(home: Home) -> str:
    """Those below the exit line, however their income is counted, are told by another rule."""
    low = home.per_head_below(home.net, ours("monitor_income_line"))
    told = both(*(home.per_head_below(fen, ours("income_floor")) for fen in (home.net, home.spendable)))
    return judge(home.exited, both(low, no(told)))


@rule("CD-income/floor")
def below_the_exit_line(home: Home) -> str:
    return judge(either(home.exited, home.border), home.per_head_below(home.net, ours("income_floor")))


@rule("CD-income/border")
def low_income_and_a_risk(home: Home) -> str:
    low = home.per_head_below(home.net, ours("monitor_income_line"))
    return judge(no(home.registered), both(low, home.any_risk))


@rule("CD-income/fall")
def income_fallen(home: Home) -> str:
    """Per head fallen by so many percent or more; a year before that was not above zero is not compared."""
    before = home.year_before or {"net_fen": None, "members": None}
    return judge(True, fallen(before, home.year, ours("income_fall_pct")))


def fallen(before: dict | None, after: dict | None, percent: int) -> Truth:
    figures = [(row[column] if row else None) for row in (before, after) for column in ("net_fen", "members")]
    figures[1::2] = [members or None for members in figures[1::2]]
    if figures[0] is not None and figures[0] <= 0:
        return False
    if None in figures:
        return None
    was, was_members, now, now_members = figures
    return now * was_members * 100 <= was * now_members * (100 - percent)


@rule("CD-spending/heavy")
def heavy_spending(home: Home) -> str:
    return judge(True, share_of_income(home, ours("self_paid_share_pct")))


def share_of_income(home: Home, percent: int) -> Truth:
    """Something was paid, and so many percent of net income or more; of no income at all anything is too much."""
    much = None if home.paid is None or home.net is None else home.paid * 100 >= percent * home.net
    return both(None if home.paid is None else home.paid > 0, much)


EVENTS = {
    "illness": "serious_illness", "disability": "disability", "worker-death": "worker_death", "job-lost": "job_lost",
    "project-failed": "project_failed", "disaster": "disaster", "accident": "accident",
}  # fmt: skip
for _key, _kind in EVENTS.items():
    rule(f"CD-event/{_key}")(lambda home, kind=_kind: judge(True, home.happened(kind)))

for _kind in ("food_clothing", "schooling", "medical", "housing", "water"):
    rule(f"CD-guarantee/{_kind}")(
        lambda home, kind=_kind: judge(either(home.registered, home.border), no(home.guarantee(kind)))
    )
    rule(f"CD-guarantee/{_kind}-other")(
        lambda home, kind=_kind: judge(no(either(home.registered, home.border)), no(home.guarantee(kind)))
    )


def key_group(home: Home) -> Truth:
    return either(home.registered, home.on_allowance, home.on_support)


@rule("CD-housing/key-groups")
def key_group_in_danger(home: Home) -> str:
    return judge(key_group(home), home.dangerous)


@rule("CD-housing/other", "YZ-R-16-03")
def others_in_danger(home: Home) -> str:
    """YZ 16: no house in danger is lived in; the four groups are told by clause 2."""
    return judge(no(key_group(home)), home.dangerous)


@rule("CD-water/registered", "YZ-R-17-02")
def registered_without_safe_water(home: Home) -> str:
    return judge(home.registered, no(home.situation["water_safe"]))


@rule("CD-water/other")
def others_without_safe_water(home: Home) -> str:
    return judge(no(home.registered), no(home.situation["water_safe"]))


@rule("CD-visit/quarter")
def not_visited(home: Home) -> str:
    """Nobody came this quarter by the day, and it is nearly over."""
    first, last = home.at.quarter
    until = min(last, home.at.day)
    came = sum(first <= row["visited_on"] <= until and home.at.written(row) for row in home.pile("visit"))
    soon = (last - home.at.day).days <= ours("visit_due_soon_days")
    return judge(either(home.registered, home.monitored), both(came < ours("visits_per_quarter_min"), soon))


def few_measures(home: Home, least: int) -> Truth:
    return home.helps("industry", "employment", "finance", "public_post") < least


@rule("CD-measures/unexited")
def unexited_with_few_measures(home: Home) -> str:
    return judge(home.unexited, both(home.labour, few_measures(home, ours("income_measures_min"))))


@rule("CD-measures/other")
def others_with_few_measures(home: Home) -> str:
    few = both(home.labour, few_measures(home, ours("income_measures_min")))
    return judge(either(home.exited, home.monitored), few)


@rule("CD-allowance/mismatch")
def allowance_disagrees(home: Home) -> str:
    """Spell and measure say different things, or there is allowance without any transfer income."""
    measure = any(row["item"] == "低保" for row in home.running)
    transfer = home.of_year("transfer_fen")
    received: Truth = None if transfer is None else transfer > 0
    return judge(True, either(home.on_allowance != measure, both(home.on_allowance, no(received))))


def over_standard(home: Home) -> Truth:
    """Does the income stand above the allowance standard now?"""
    known = None not in (home.spendable, home.heads, home.at.allowance_standard)
    return home.spendable > home.at.allowance_standard * home.heads if known else None


@rule("CD-taper/warning")
def taper_nearly_over(home: Home) -> str:
    nearly = both(home.above_for(ours("taper_warn_months")), no(home.above_for(ours("taper_months"))))
    return judge(home.on_allowance, both(over_standard(home), nearly))


@rule("CD-taper/over")
def taper_over(home: Home) -> str:
    return judge(home.on_allowance, both(over_standard(home), home.above_for(ours("taper_months"))))


def watched(home: Home) -> Truth:
    return either(home.registered, home.monitored)


@rule("CD-insurance/illness")
def insurance_illness(home: Home) -> str:
    dear = no(below(home.paid, ours("insurance_illness_registered")))
    return judge(watched(home), both(home.risk("illness"), dear))


@rule("CD-insurance/illness-other")
def insurance_illness_other(home: Home) -> str:
    dear = no(below(home.paid, ours("insurance_illness_other")))
    return judge(no(watched(home)), both(home.risk("illness"), dear))


@rule("CD-insurance/schooling")
def insurance_schooling(home: Home) -> str:
    dear = no(below(home.paid, ours("insurance_schooling")))
    return judge(watched(home), both(home.risk("schooling"), dear))


@rule("CD-insurance/accident")
def insurance_accident(home: Home) -> str:
    return judge(watched(home), home.happened("accident"))


@rule("CD-insurance/disaster")
def insurance_disaster(home: Home) -> str:
    return judge(watched(home), home.happened("disaster"))
