"""The Celery app and the whole beat schedule in one table, with the reason for each hour."""

import os

from celery import Celery
from celery.schedules import crontab

# Not django.conf: this module is loaded while Django is still reading its settings.
from poverty.settings import RUN_SILENCE_SECONDS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
app = Celery("poverty")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # After midnight and before the first clerk: yesterday's visits are in, nobody waits for the database.
    "screen-changed": {"task": "monitoring.screening_nightly", "schedule": crontab(hour=1, minute=30)},
    # The first night of a quarter judges the quarter that ended.
    "screen-quarter": {
        "task": "monitoring.screening_quarterly",
        "schedule": crontab(hour=3, minute=0, day_of_month=1, month_of_year="1,4,7,10"),
    },
    # Milestones fall on month ends: the check runs on the first of the month for the day before.
    "check-funds": {
        "task": "monitoring.fund_check_monthly",
        "schedule": crontab(hour=4, minute=0, day_of_month=1),
    },
    # Doubtful data, on the second of a month after the quarter's screening and the funds: townships mend through the month,
    # and the month after the quarter's end gives the quarterly list that Xuchang's clause 3 asks for.
    "check-data": {
        "task": "monitoring.quality_monthly",
        "schedule": crontab(hour=4, minute=0, day_of_month=2),
    },
    # Figures of the dashboard, after the night's screening.
    "figures": {"task": "reporting.figures_refresh_nightly", "schedule": crontab(hour=5, minute=0)},
    # Runs that lost their message or their worker are sent again, well within two minutes.
    # A worker that is busy or back after a while needs to sweep once, not once for every minute missed.
    "sweep-runs": {
        "task": "monitoring.runs_sweep",
        "schedule": RUN_SILENCE_SECONDS / 2,
        "options": {"expires": RUN_SILENCE_SECONDS / 2},
    },
}
