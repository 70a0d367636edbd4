"""Keep the history of organisations, who decide what may be signed, and of rights used.

What is there already gets a first version, as it stands: a first edit afterwards must
not seem to have made what had been there before.
"""

import django.db.models.deletion
import django_countries.fields
import kashan_diplomacy.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models


SOURCED = "id, source, is_illustrative"
KEPT = {
    "organisation": f"{SOURCED}, name_fa, name_en, kind, country, website,"
    " clears_foreign, clears_domestic, name_sort, search_text",
    "rightused": f"{SOURCED}, membership_id, kind, used_on, used_by, description_fa,"
    " description_en, evidence, engagement_id",
}
# The names are constants of ours.
COPY = """
INSERT INTO agreements_historical{model}
    ({columns}, history_date, history_type, history_change_reason)
SELECT {columns}, CURRENT_TIMESTAMP, '+', 'پیش از آغاز سابقه ثبت شده بود'
FROM agreements_{model}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_exemption_is_public"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalOrganisation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    kashan_diplomacy.fields.CanonicalCharField(
                        blank=True,
                        help_text="Where this is known from: a letter, a record, an interview.",
                        max_length=300,
                        verbose_name="source",
                    ),
                ),
                (
                    "is_illustrative",
                    models.BooleanField(
                        default=False,
                        help_text="An example and not a fact; marked so wherever it is shown.",
                        verbose_name="illustrative",
                    ),
                ),
                (
                    "name_fa",
                    kashan_diplomacy.fields.CanonicalCharField(
                        max_length=150, verbose_name="name in Persian"
                    ),
                ),
                (
                    "name_en",
                    kashan_diplomacy.fields.CanonicalCharField(
                        max_length=150, verbose_name="name in English"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("international_body", "international body"),
                            ("ministry", "ministry"),
                            ("council", "council"),
                            ("embassy", "embassy"),
                            ("local_institution", "local institution"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "country",
                    django_countries.fields.CountryField(
                        blank=True,
                        help_text="Empty for an international body.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "clears_foreign",
                    models.BooleanField(
                        default=False,
                        help_text="No agreement with a city abroad is signed without its clearance.",
                        verbose_name="clears foreign agreements",
                    ),
                ),
                (
                    "clears_domestic",
                    models.BooleanField(
                        default=False,
                        help_text="No agreement with another city in Iran is signed without its clearance.",
                        verbose_name="clears domestic agreements",
                    ),
                ),
                (
                    "name_sort",
                    kashan_diplomacy.fields.SortKeyField(
                        blank=True,
                        editable=False,
                        max_length=400,
                        source="name_fa",
                        verbose_name="sort key",
                    ),
                ),
                (
                    "search_text",
                    kashan_diplomacy.fields.SearchTextField(
                        blank=True,
                        editable=False,
                        sources=("name_fa", "name_en"),
                        verbose_name="search text",
                    ),
                ),
                ("history_change_reason", models.TextField(blank=True, default="")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "versions of organisation",
                "verbose_name_plural": "versions of organisations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": ("view",),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRightUsed",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    kashan_diplomacy.fields.CanonicalCharField(
                        blank=True,
                        help_text="Where this is known from: a letter, a record, an interview.",
                        max_length=300,
                        verbose_name="source",
                    ),
                ),
                (
                    "is_illustrative",
                    models.BooleanField(
                        default=False,
                        help_text="An example and not a fact; marked so wherever it is shown.",
                        verbose_name="illustrative",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("vote", "vote"),
                            ("listing", "listing"),
                            ("call", "call for projects"),
                            ("training", "training"),
                            ("event", "event"),
                        ],
                        max_length=10,
                        verbose_name="right",
                    ),
                ),
                ("used_on", kashan_diplomacy.fields.DateField(verbose_name="used on")),
                (
                    "used_by",
                    kashan_diplomacy.fields.CanonicalCharField(
                        help_text="Name and post on that day.",
                        max_length=200,
                        verbose_name="used by",
                    ),
                ),
                (
                    "description_fa",
                    kashan_diplomacy.fields.CanonicalCharField(
                        max_length=250, verbose_name="description in Persian"
                    ),
                ),
                (
                    "description_en",
                    kashan_diplomacy.fields.CanonicalCharField(
                        blank=True,
                        max_length=250,
                        verbose_name="description in English",
                    ),
                ),
                (
                    "evidence",
                    kashan_diplomacy.fields.CanonicalTextField(
                        help_text="What shows it: a record, a certificate, a link.",
                        verbose_name="evidence",
                    ),
                ),
                ("history_change_reason", models.TextField(blank=True, default="")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                        max_length=1,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agreements.engagement",
                        verbose_name="engagement",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agreements.membership",
                        verbose_name="membership",
                    ),
                ),
            ],
            options={
                "verbose_name": "versions of right used",
                "verbose_name_plural": "versions of rights used",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "default_permissions": ("view",),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        *(
            migrations.RunSQL(
                COPY.format(model=model, columns=columns), migrations.RunSQL.noop
            )
            for model, columns in KEPT.items()
        ),
    ]
