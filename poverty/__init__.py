"""Project package. The Celery app is made here so that `celery -A poverty` and the web process share it."""

from poverty.celery import app as celery_app

__all__ = ["celery_app"]
