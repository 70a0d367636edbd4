"""Keep a filled database of this release, for later ones to prove they take it over.

Once at each release, on its own commit: `python -m tests.releases.make 0.1.0`. What it
writes is never made again: it is what people out there have.
"""

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main(release):
    import django

    with tempfile.TemporaryDirectory(prefix="kashan-") as directory:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "kashan_diplomacy.settings",
            "ENV_FILE": os.devnull,
            "DEBUG": "True",
            "DATABASE_URL": f"sqlite:///{directory}/db.sqlite3",
            "MEDIA_ROOT": f"{directory}/media",
        }
        django.setup()
        from django.core.management import call_command

        from kashan_diplomacy import backup
        from tests import filled

        call_command("migrate", verbosity=0)
        filled.fill()
        with (HERE / f"{release}.zip").open("xb") as file:
            backup.write(file)


if __name__ == "__main__":
    main(sys.argv[1])
