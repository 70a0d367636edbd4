"""Write the package of 1401 from rows that were dumped elsewhere, on a fresh SQLite.

python -m tests.kashan_diplomacy.audit.on_sqlite rows.json package.zip

A process of its own: Django reads its settings once.
"""

import sys
from pathlib import Path

import django
from django.core.management import call_command


def main(rows, package):
    django.setup()
    from django.contrib.auth.models import Group

    from budget.models import FiscalYear
    from kashan_diplomacy.audit.package import write_package

    call_command("migrate", verbosity=0)
    Group.objects.all().delete()  # the dumped ones have numbers of their own
    call_command("loaddata", rows, verbosity=0)
    with Path(package).open("wb") as file:
        write_package(FiscalYear.objects.get(year=1401), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
