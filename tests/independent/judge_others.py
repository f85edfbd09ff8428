"""许昌 2023, 商丘 2018, 渑池 2018-2020, 连云港 2020: their household rules."""

from datetime import date

from tests.independent.home import Home
from tests.independent.judge_households import few_measures, key_group, over_standard
from tests.independent.judge_yuzhou import GUARANTEES, guarantees_met
from tests.independent.logic import Truth, among, both, chosen, either, judge, no, rule

# --- 许昌 2023

XC_LINE = 750_000  # 1: 以7500元为参考; 恰为7500元的计入


@rule("XC-R001/income")
def within_reach(home: Home) -> str:
    members = home.heads
    low = None if home.net is None or members is None else home.net <= XC_LINE * members
    return judge(no(home.monitored), low)


for _kind in GUARANTEES:
    rule(f"XC-R001/{_kind}")(lambda home, kind=_kind: judge(True, no(home.guarantee(kind))))


@rule("XC-R001/risk")
def at_risk(home: Home) -> str:
    """Sudden illness, disaster and accident are told by clause 2."""
    return judge(no(home.monitored), both(home.any_risk, not struck(home)))


for _key, _event in {"illness": "serious_illness", "disaster": "disaster", "accident": "accident"}.items():
    rule(f"XC-R003/{_key}")(lambda home, kind=_event: judge(True, home.happened(kind)))


@rule("XC-R006/develop")
def to_develop(home: Home) -> str:
    return judge(home.monitored, home.labour)


@rule("XC-R006/care")
def to_care_for(home: Home) -> str:
    return judge(home.monitored, no(home.labour))


@rule("XC-R010/allowance", "LT-R-1.2-03")
def allowance_missing(home: Home) -> str:
    """能兜尽兜、应保尽保: below the standard, and neither allowance nor support."""
    return judge(
        no(either(home.on_allowance, home.on_support)),
        home.per_head_below(home.net, home.at.allowance_standard),
    )


def struck(home: Home) -> bool:
    return home.happened("serious_illness", "disaster", "accident")


@rule("XC-R011")
def hardship_without_aid(home: Home) -> str:
    return judge(True, home.unaided)


@rule("XC-R019")
def credit(home: Home) -> str:
    return judge(True, either(home.exited, home.monitored))


# --- 商丘 2018


def up_to_standard(home: Home) -> Truth:
    return both(no(home.per_head_below(home.spendable, home.at.exit_line)), guarantees_met(home))


@rule("SQ-R001")
def should_be_registered(home: Home) -> str:
    """符合条件的及时纳入: poor, neither registered nor watched; those at risk are told by the rule of the border class."""
    who = both(no(home.registered), among(home.monitor, (chosen("shangqiu-2018", "rule_none_class"),)))
    return judge(who, both(home.per_head_below(home.net, home.at.exit_line), home.any_risk is not True))


@rule("SQ-R002")
def may_leave(home: Home) -> str:
    return judge(home.unexited, up_to_standard(home))


@rule("SQ-R004")
def plan_not_ready(home: Home) -> str:
    return judge(among(home.poverty, ("pre_exit",)), no(up_to_standard(home)))


@rule("SQ-R005")
def not_there_in_october(home: Home) -> str:
    """到2018年10月份: judged at the end of the month."""
    due = home.at.day >= date(2018, 10, 31)
    return judge(either(home.exited, among(home.poverty, ("pre_exit",))), due and no(up_to_standard(home)))


@rule("SQ-R009/industry")
def by_industry(home: Home) -> str:
    return judge(home.unexited, home.labour)


@rule("SQ-R009/solar")
def by_the_sun(home: Home) -> str:
    return judge(home.unexited, no(home.labour))


@rule("SQ-R010")
def two_measures(home: Home) -> str:
    """每个贫困户有2项以上增收措施: every poor household."""
    return judge(home.unexited, few_measures(home, 2))


@rule("SQ-R015", "MC-R033", "LT-R-2.6-06")
def four_groups(home: Home) -> str:
    return judge(key_group(home), home.dangerous)


@rule("SQ-R040", "MC-R056")
def help_goes_on(home: Home) -> str:
    """脱贫不脱帮扶."""
    return judge(home.exited, not home.held("helperassignment"))


# --- 渑池 2018-2020


@rule("MC-R017")
def industry_project(home: Home) -> str:
    """有能力的贫困户 two to three projects; the lower figure."""
    return judge(both(home.unexited, home.labour), home.helps("industry") < 2)


@rule("MC-R042")
def over_the_standard(home: Home) -> str:
    """一超标: above the line, not on it."""
    members, line = home.heads, home.at.exit_line
    known = home.spendable is not None and members is not None and line is not None
    over = home.spendable > line * members if known else None
    return judge(home.unexited, both(over, guarantees_met(home)))


@rule("MC-R043")
def to_leave_this_year(home: Home) -> str:
    return judge(home.registered, among(home.poverty, ("pre_exit",)))


@rule("MC-R057")
def return_watch(home: Home) -> str:
    members, line = home.heads, home.at.exit_line
    low = None if home.net is None or members is None or line is None else home.net <= line * members
    return judge(either(home.exited, home.border), low)


@rule("MC-R067")
def dangerous_after_2019(home: Home) -> str:
    due = home.at.day >= date(2019, 12, 31)
    return judge(home.unexited, due and home.dangerous)


# --- 连云港 2020


def secured(home: Home) -> bool:
    return home.on_allowance or home.on_support


def safety_net_only(home: Home) -> Truth:
    return both(secured(home), no(home.labour))


@rule("LT-R-2.1-01/border")
def class_border(home: Home) -> str:
    return judge(no(home.registered), home.border)


@rule("LT-R-2.1-01/safety_net")
def class_safety_net(home: Home) -> str:
    return judge(home.registered, safety_net_only(home))


@rule("LT-R-2.1-01/low_income")
def class_low_income(home: Home) -> str:
    return judge(home.exited, both(no(safety_net_only(home)), home.any_risk))


@rule("LT-R-2.1-01/stable")
def class_stable(home: Home) -> str:
    return judge(home.exited, both(no(safety_net_only(home)), no(home.any_risk)))


@rule("LT-R-2.1-02")
def leaders(home: Home) -> str:
    """高质量已脱贫人口: exited, without risk or relief, and able to work."""
    return judge(both(home.exited, not secured(home)), both(no(home.any_risk), home.labour))


@rule("LT-R-2.1-03")
def projects_and_jobs(home: Home) -> str:
    return judge(either(home.exited, home.border), both(home.any_risk, home.labour))


@rule("LT-R-2.1-04")
def keeps_relief(home: Home) -> str:
    return judge(True, safety_net_only(home))


@rule("LT-R-2.1-05")
def border_without_aid(home: Home) -> str:
    return judge(both(no(home.registered), home.border), home.unaided)


TAPER_MOST = 24  # 2.4: 不超过2年


def at_most_twice(home: Home) -> Truth:
    """2.4: 超过低保标准两倍的不予渐退."""
    members, line = home.heads, home.at.allowance_standard
    known = home.spendable is not None and members is not None and line is not None
    return home.spendable <= 2 * line * members if known else None


@rule("LT-R-2.4-02")
def taper_over(home: Home) -> str:
    return judge(
        both(home.registered, home.on_allowance),
        both(over_standard(home), at_most_twice(home), home.above_for(TAPER_MOST)),
    )


@rule("LT-R-2.4-02/warning")
def taper_soon(home: Home) -> str:
    warn = chosen("longterm-2020", "rule_taper_warn_months")
    soon = both(home.above_for(warn), no(home.above_for(TAPER_MOST)))
    return judge(
        both(home.registered, home.on_allowance), both(over_standard(home), at_most_twice(home), soon)
    )


@rule("LT-R-2.4-05")
def near_poor(home: Home) -> str:
    return judge(either(home.registered, home.border), home.any_risk)


@rule("LT-R-2.4-07")
def urgent(home: Home) -> str:
    return judge(home.registered, home.unaided)
