"""禹州市2020年脱贫攻坚工作要点: its household rules, clause by clause."""

from datetime import timedelta

from tests.independent.home import Home
from tests.independent.judge_households import (
    fallen,
    few_measures,
    key_group,
    over_standard,
    share_of_income,
)
from tests.independent.logic import Truth, among, both, chosen, either, judge, no, rule

PACK = "yuzhou-2020"
EXIT_LINE = 400_000  # 0.2: 人均可支配收入4000元以上
BORDER_LINE = 500_000  # 7: 人均纯收入低于5000元
TAPER_MONTHS = 12  # 18
GUARANTEES = ("food_clothing", "schooling", "medical", "housing", "water")


def guarantees_met(home: Home) -> Truth:
    return both(*(home.guarantee(kind) for kind in GUARANTEES))


@rule("YZ-R-0.2-01")
def exit_standard(home: Home) -> str:
    """Registered households at or above the line with all guarantees."""
    enough = no(home.per_head_below(home.spendable, EXIT_LINE))
    return judge(home.registered, both(enough, guarantees_met(home)))


@rule("YZ-R-0.2-02/income")
def fallen_below(home: Home) -> str:
    who = both(either(home.exited, home.border), home.of_year("disposable_fen") is not None)
    return judge(who, home.per_head_below(home.of_year("disposable_fen"), EXIT_LINE))


@rule("YZ-R-0.2-02/income-net")
def fallen_below_by_net_income(home: Home) -> str:
    """Net income speaks where nobody entered the disposable income."""
    who = both(either(home.exited, home.border), home.of_year("disposable_fen") is None)
    return judge(who, home.per_head_below(home.net, EXIT_LINE))


for _kind in GUARANTEES:
    rule(f"YZ-R-0.2-02/{_kind}")(
        lambda home, kind=_kind: judge(either(home.exited, home.border), no(home.guarantee(kind)))
    )
    rule(f"YZ-R-2-01/{_kind}")(
        lambda home, kind=_kind: judge(both(home.registered, no(home.exited)), no(home.guarantee(kind)))
    )


@rule("YZ-R-1-07")
def no_measure_at_all(home: Home) -> str:
    """Those able to work are told by the rule of two income measures."""
    return judge(both(home.unexited, home.labour is not True), not home.running)


@rule("YZ-R-2-02")
def four_groups_in_danger(home: Home) -> str:
    return judge(key_group(home), home.dangerous)


@rule("YZ-R-3-02")
def to_be_insured(home: Home) -> str:
    """因病、因学、因灾、因残、突发事件、产业失败、收入不稳: the seven of the clause."""
    seven = ("illness", "schooling", "disaster", "disability", "accident", "industry", "job")
    return judge(home.registered, either(*(home.risk(name) for name in seven)))


@rule("YZ-R-6-01")
def exited_at_risk(home: Home) -> str:
    return judge(both(home.exited, no(home.monitored)), home.any_risk)


@rule("YZ-R-6-02")
def monitored_without_a_date(home: Home) -> str:
    return judge(home.monitored, home.risk_open_on is None)


@rule("YZ-R-6-03")
def risk_not_entered(home: Home) -> str:
    """A risk that was found and not removed, and three days later the household is still not watched. Exited households
    whose risk has a name are told by the rule before."""
    found = home.risk_open_on
    late = found is not None and found < home.at.day - timedelta(days=chosen(PACK, "default_risk_entry_days"))
    told = both(home.exited, home.any_risk is True)
    return judge(both(no(home.monitored), found is not None, no(told)), late)


@rule("YZ-R-6-04")
def quarter_fallen(home: Home) -> str:
    last, before = home.quarters
    return judge(home.exited, fallen(before, last, chosen(PACK, "rule_quarter_fall_pct")))


@rule("YZ-R-7-01")
def becomes_border(home: Home) -> str:
    low = home.per_head_below(home.net, BORDER_LINE)
    return judge(no(home.registered), both(low, home.any_risk))


@rule("YZ-R-7-02")
def border_without_work(home: Home) -> str:
    """Those with fewer than two income measures are told by the county's rule."""
    enough = not few_measures(home, chosen(PACK, "rule_income_measures_min"))
    return judge(both(home.border, home.labour, enough), home.helps("employment", "public_post") == 0)


@rule("YZ-R-7-03")
def border_with_spending(home: Home) -> str:
    low = home.per_head_below(home.net, BORDER_LINE)
    return judge(home.border, both(low, share_of_income(home, chosen(PACK, "rule_spending_share_pct"))))


@rule("YZ-R-16-01")
def no_certificate(home: Home) -> str:
    return judge(home.registered, not home.situation["danger_grade"])


@rule("YZ-R-18-03")
def taper_begins(home: Home) -> str:
    begun = no(home.above_for(chosen(PACK, "rule_taper_warn_months")))
    return judge(both(home.registered, home.on_allowance), both(over_standard(home), begun))


@rule("YZ-R-18-04")
def taper_ends(home: Home) -> str:
    who = both(home.exited, home.on_allowance)
    return judge(who, both(over_standard(home), home.above_for(TAPER_MONTHS), no(home.any_risk)))


@rule("YZ-R-18-04/warning")
def taper_ends_soon(home: Home) -> str:
    """给建档立卡贫困户12个月的渐退期."""
    who = both(home.registered, home.on_allowance)
    soon = both(home.above_for(chosen(PACK, "rule_taper_warn_months")), no(home.above_for(TAPER_MONTHS)))
    return judge(who, both(over_standard(home), soon))


@rule("YZ-R-25-01/without")
def group_without(home: Home) -> str:
    return judge(home.registered, among(home.poverty, ("exited_without_policy",)))


@rule("YZ-R-25-01/with")
def group_with(home: Home) -> str:
    return judge(home.registered, among(home.poverty, ("exited_with_policy",)))


@rule("YZ-R-25-01/unexited")
def group_unexited(home: Home) -> str:
    return judge(home.registered, home.unexited)


@rule("YZ-R-25-02")
def quarter_not_collected(home: Home) -> str:
    """每季度采集: nothing of this quarter yet, and it is nearly over."""
    last = home.at.quarter[1]
    done = any(
        row["kind"] == "quarter" and row["period_end"] == last and row["collected_on"] <= home.at.day
        and home.at.written(row) and home.at.stands(row)
        for row in home.pile("incomerecord")
    )  # fmt: skip
    soon = (last - home.at.day).days <= chosen(PACK, "rule_due_soon_days")
    return judge(among(home.poverty, ("exited_with_policy",)), both(not done, soon))


@rule("YZ-R-25-03")
def little_left(home: Home) -> str:
    """Those whose income itself is below a line are told by other rules."""
    left = None if home.spendable is None or home.paid is None else home.spendable - home.paid
    told = either(
        home.per_head_below(home.spendable, EXIT_LINE),
        home.net is not None and home.per_head_below(home.net, BORDER_LINE),
    )
    who = both(among(home.poverty, ("exited_with_policy",)), no(told))
    return judge(who, home.per_head_below(left, EXIT_LINE))
