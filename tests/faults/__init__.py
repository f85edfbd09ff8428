"""Faults of the real thing: gunicorn, Celery, files and servers as in an installation, each test in a house of its own."""
