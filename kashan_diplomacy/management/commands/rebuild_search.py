from django.core.management.base import BaseCommand

from kashan_diplomacy.search_index import rebuild


class Command(BaseCommand):
    help = "Index all texts for searching anew, after rows were loaded in bulk."

    def handle(self, *args, **options):
        count = rebuild()
        if options["verbosity"]:
            self.stdout.write(f"{count:,} rows indexed.")
