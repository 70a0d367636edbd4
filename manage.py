#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists the commands."""

import atexit
import gc
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kashan_diplomacy.settings")
    # To look for cyclic garbage in all that is loaded, while it is being loaded and
    # again at the end, took a fifth of a short command.
    gc.set_threshold(10_000)
    atexit.register(gc.freeze)
    execute_from_command_line(sys.argv)
