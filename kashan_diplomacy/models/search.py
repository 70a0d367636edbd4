"""Where what is typed is looked up."""

from django.db import models


class BinaryOrderField(models.CharField):
    """Text compared byte by byte, so that all that begins alike stands together."""

    def db_parameters(self, connection):
        binary = "C" if connection.vendor == "postgresql" else None
        return super().db_parameters(connection) | {"collation": binary}


class SearchTail(models.Model):
    """A text of a row from one of its letters on, as `search_index` writes it.

    What is typed is found by the tails that begin with it, in one look-up of an index.
    A tail whose row is gone finds nothing, since the rows themselves are asked last.
    """

    class Place(models.IntegerChoices):
        """Where in the text the tail begins; in the order of how good a find it is."""

        START = 0
        WORD = 1
        PART = 2

    LENGTH = 40

    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    place = models.PositiveSmallIntegerField(choices=Place.choices)
    tail = BinaryOrderField(max_length=LENGTH)

    class Meta:
        default_permissions = ()
        ordering = ["model", "row_id", "place", "tail"]
        indexes = [
            models.Index(fields=["model", "place", "tail"], name="search_by_tail"),
            models.Index(fields=["model", "row_id", "tail"], name="search_by_row"),
        ]

    def __str__(self):
        return self.tail
