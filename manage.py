#!/usr/bin/env python3
"""Command line of the product: `./run manage ARGS` or `python manage.py ARGS`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poverty.settings")
    execute_from_command_line(sys.argv)
