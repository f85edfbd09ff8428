"""Fact sheets: one wide row per run and subject, one nullable column per registered metric; null is unknown.

Filled by a few set statements in one transaction, so every rule of a run sees the same facts. Dropped after the run.
A test holds the columns against the registry of metrics (policies.metrics).
"""

from django.db import models

from monitoring.models.runs import ScreeningRun


class Facts(models.Model):
    run = models.ForeignKey(ScreeningRun, models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject_key = models.CharField(max_length=40)
    scope_code = models.CharField(max_length=20)
    household_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class HouseholdFacts(Facts):
    members = models.IntegerField(null=True)
    is_registered = models.BooleanField(null=True)
    is_exited = models.BooleanField(null=True)
    is_unexited = models.BooleanField(null=True)
    is_monitored = models.BooleanField(null=True)
    poverty_status = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    monitor_class = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    net_income_fen = models.BigIntegerField(null=True)
    disposable_income_fen = models.BigIntegerField(null=True)
    disposable_or_net_fen = models.BigIntegerField(null=True)
    disposable_inferred = models.BooleanField(null=True)
    income_members = models.IntegerField(null=True)
    gross_income_fen = models.BigIntegerField(null=True)
    income_year_end = models.DateField(null=True)
    income_collected_on = models.DateField(null=True)
    previous_net_income_fen = models.BigIntegerField(null=True)
    previous_income_members = models.IntegerField(null=True)
    self_paid_fen = models.BigIntegerField(null=True)
    quarter_income_collected = models.BooleanField(null=True)
    food_clothing_ok = models.BooleanField(null=True)
    schooling_ok = models.BooleanField(null=True)
    medical_ok = models.BooleanField(null=True)
    housing_ok = models.BooleanField(null=True)
    water_ok = models.BooleanField(null=True)
    danger_grade = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    water_safe = models.BooleanField(null=True)
    serious_illness_hit = models.BooleanField(null=True)
    serious_illness_on = models.DateField(null=True)
    disability_hit = models.BooleanField(null=True)
    disability_on = models.DateField(null=True)
    worker_death_hit = models.BooleanField(null=True)
    worker_death_on = models.DateField(null=True)
    job_lost_hit = models.BooleanField(null=True)
    job_lost_on = models.DateField(null=True)
    project_failed_hit = models.BooleanField(null=True)
    project_failed_on = models.DateField(null=True)
    disaster_hit = models.BooleanField(null=True)
    disaster_on = models.DateField(null=True)
    accident_hit = models.BooleanField(null=True)
    accident_on = models.DateField(null=True)
    dropout_hit = models.BooleanField(null=True)
    dropout_on = models.DateField(null=True)
    risk_illness = models.BooleanField(null=True)
    risk_disability = models.BooleanField(null=True)
    risk_schooling = models.BooleanField(null=True)
    risk_disaster = models.BooleanField(null=True)
    risk_accident = models.BooleanField(null=True)
    risk_industry = models.BooleanField(null=True)
    risk_job = models.BooleanField(null=True)
    risk_other = models.BooleanField(null=True)
    last_visit_on = models.DateField(null=True)
    visits_in_quarter = models.IntegerField(null=True)
    quarter_days_left = models.IntegerField(null=True)
    labour_members = models.IntegerField(null=True)
    income_measures = models.IntegerField(null=True)
    has_helper = models.BooleanField(null=True)
    on_allowance = models.BooleanField(null=True)
    on_destitute_support = models.BooleanField(null=True)
    allowance_since = models.DateField(null=True)
    allowance_measure = models.BooleanField(null=True)
    allowance_income_recorded = models.BooleanField(null=True)
    above_allowance_since = models.DateField(null=True)
    allowance_above_months = models.IntegerField(null=True)
    after_paid_fen = models.BigIntegerField(null=True)
    quarter_net_fen = models.BigIntegerField(null=True)
    quarter_members = models.IntegerField(null=True)
    quarter_end = models.DateField(null=True)
    quarter_before_net_fen = models.BigIntegerField(null=True)
    quarter_before_members = models.IntegerField(null=True)
    allowance_standard_fen = models.BigIntegerField(null=True)
    exit_line_fen = models.BigIntegerField(null=True)
    risk_open_on = models.DateField(null=True)
    running_measures = models.IntegerField(null=True)
    industry_measures = models.IntegerField(null=True)
    job_measures = models.IntegerField(null=True)
    temporary_aid_on = models.DateField(null=True)
    previous_disposable_or_net_fen = models.BigIntegerField(null=True)
    claims_on = models.DateField(null=True)
    monitored_since = models.DateField(null=True)
    is_relocated = models.BooleanField(null=True)
    loan_measures = models.IntegerField(null=True)
    in_safety_net_list = models.BooleanField(null=True)
    in_loan_overdue_list = models.BooleanField(null=True)
    lists_not_fed_back = models.IntegerField(null=True)
    last_fed_back_on = models.DateField(null=True)
    open_data_faults = models.IntegerField(null=True)
    oldest_data_fault_on = models.DateField(null=True)
    exit_opened_on = models.DateField(null=True)
    exit_by_present_standard = models.BooleanField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="householdfacts_once"),)

    def __str__(self) -> str:
        return self.subject_key


class PersonFacts(Facts):
    age = models.IntegerField(null=True)
    in_school = models.BooleanField(null=True)
    schooling_code = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    not_in_school_reason = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    has_serious_illness = models.BooleanField(null=True)
    has_chronic_illness = models.BooleanField(null=True)
    is_disabled = models.BooleanField(null=True)
    disability_grade = models.IntegerField(null=True)
    labour_skill = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    work_months = models.IntegerField(null=True)
    has_medical_insurance = models.BooleanField(null=True)
    has_serious_illness_insurance = models.BooleanField(null=True)
    household_registered = models.BooleanField(null=True)
    household_exited = models.BooleanField(null=True)
    household_monitored = models.BooleanField(null=True)
    disability_kind = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    has_pension_insurance = models.BooleanField(null=True)
    household_unexited = models.BooleanField(null=True)
    household_safety_net = models.BooleanField(null=True)
    household_allowance = models.BooleanField(null=True)
    household_subsidy = models.BooleanField(null=True)
    household_health_aid = models.BooleanField(null=True)
    household_income_measures = models.IntegerField(null=True)
    household_below_allowance = models.BooleanField(null=True)
    own_measures = models.IntegerField(null=True)
    disability_subsidy = models.BooleanField(null=True)
    health_aid = models.BooleanField(null=True)
    job_measure = models.BooleanField(null=True)
    trained_on = models.DateField(null=True)
    medical_kind = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    student_aid = models.BooleanField(null=True)
    premium_aid = models.BooleanField(null=True)
    household_student_aid = models.BooleanField(null=True)
    household_premium_aid = models.BooleanField(null=True)
    household_disposable_or_net_fen = models.BigIntegerField(null=True)
    household_income_members = models.IntegerField(null=True)
    household_allowance_standard_fen = models.BigIntegerField(null=True)
    household_last_visit_on = models.DateField(null=True)
    in_student_aid_list = models.BooleanField(null=True)
    in_premium_aid_list = models.BooleanField(null=True)
    in_chronic_pending_list = models.BooleanField(null=True)
    in_disability_needs_list = models.BooleanField(null=True)
    household_in_safety_net_list = models.BooleanField(null=True)
    household_exit_decided_on = models.DateField(null=True)
    household_exit_closed_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="personfacts_once"),)

    def __str__(self) -> str:
        return self.subject_key


class ProjectFacts(Facts):
    project_year = models.IntegerField(null=True)
    project_kind = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    planned_fen = models.BigIntegerField(null=True)
    allocated_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField(null=True)
    bidding_done = models.BooleanField(null=True)
    bidding_on = models.DateField(null=True)
    started = models.BooleanField(null=True)
    started_on = models.DateField(null=True)
    completed = models.BooleanField(null=True)
    completed_on = models.DateField(null=True)
    accepted = models.BooleanField(null=True)
    accepted_on = models.DateField(null=True)
    is_works = models.BooleanField(null=True)
    completion_planned_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="projectfacts_once"),)

    def __str__(self) -> str:
        return self.subject_key


class FundAreaFacts(Facts):
    area_kind = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    base_kind = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    base_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField(null=True)
    granted_fen = models.BigIntegerField(null=True)
    allocated_fen = models.BigIntegerField(null=True)
    industry_fen = models.BigIntegerField(null=True)
    collective_fen = models.BigIntegerField(null=True)
    projects = models.IntegerField(null=True)
    bidding_done_count = models.IntegerField(null=True)
    started_count = models.IntegerField(null=True)
    works = models.IntegerField(null=True)
    completed_count = models.IntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="fundareafacts_once"),)

    def __str__(self) -> str:
        return self.subject_key


class VillageFacts(Facts):
    facts_year = models.IntegerField(null=True)
    village_kind = models.CharField(max_length=24, null=True)  # noqa: DJ001 - null is unknown, "" is not
    registered_population = models.IntegerField(null=True)
    poor_persons = models.IntegerField(null=True)
    previous_population = models.IntegerField(null=True)
    previous_poor_persons = models.IntegerField(null=True)
    collective_income_fen = models.BigIntegerField(null=True)
    has_relief_task = models.BooleanField(null=True)
    unexited_persons = models.IntegerField(null=True)
    unexited_households = models.IntegerField(null=True)
    exit_checks_met = models.BooleanField(null=True)
    exit_checks_failed = models.IntegerField(null=True)
    exit_checked_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="villagefacts_once"),)

    def __str__(self) -> str:
        return self.subject_key


class TownshipFacts(Facts):
    unexited_persons = models.IntegerField(null=True)
    unexited_households = models.IntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "subject_key"], name="townshipfacts_once"),)

    def __str__(self) -> str:
        return self.subject_key
