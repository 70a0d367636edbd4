"""Everything in one file, and back: rows, uploads, and the SHA-256 of each.

A zip file that holds `rows/<app>.<model>.jsonl` (a first line of column names, then one
row a line, in the order of their keys), `uploads/<name>` and `manifest.json`. It says
nothing of the engine it came from, so SQLite's can be restored into PostgreSQL. Rows
are those of one moment while everybody goes on working; an upload never changes once
it is stored, so those the rows name can be read after it.

Tables are read and filled through the models as they were after the migrations that
the manifest lists, not through today's: an old file is restored into the tables of its
day, and the migrations since then do to it what they did to the database itself.

Sessions are left out: whoever was signed in signs in again.
"""

import hashlib
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from .audit.package import one_moment

FORMAT = 1
MANIFEST = "manifest.json"
NOT_KEPT = {"sessions.session"}
ROWS_AT_A_TIME = 1_000
BYTES_AT_A_TIME = 1 << 20


class BackupError(Exception):
    """What is wrong with a file, or with the place to restore it to."""


# --- Writing -------------------------------------------------------------------


def write(file) -> dict:
    """Write a backup into a binary `file`; returns its manifest."""
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "engine": connection.vendor,
        "rows": {},
        "uploads": {},
        "missing_uploads": [],
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        uploads = set()
        with one_moment():
            applied = MigrationRecorder(connection).applied_migrations()
            manifest["migrations"] = sorted(map(list, applied))
            for model in _models(applied):
                name = f"rows/{model._meta.label_lower}.jsonl"
                manifest["rows"][name] = _put(archive, name, _lines(model))
                uploads.update(_uploads_named_by(model))
        for name in sorted(uploads):
            if default_storage.exists(name):
                chunks = _chunks_of(default_storage, name)
                size_and_sum = _put(archive, f"uploads/{name}", chunks)
                manifest["uploads"][f"uploads/{name}"] = size_and_sum
            else:
                manifest["missing_uploads"].append(name)
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _models(applied) -> list[type[models.Model]]:
    """Every model with a table of its own, as it was after the `applied` migrations."""
    loader = MigrationExecutor(connection).loader
    known = sorted(applied.keys() & loader.graph.nodes.keys())
    state = loader.project_state(known).apps
    return sorted(
        (
            model
            for model in state.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
            if model._meta.label_lower not in NOT_KEPT
        ),
        key=lambda model: model._meta.label_lower,
    )


def _lines(model) -> Iterator[bytes]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    yield _line(names)
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        yield _line([_plain(value) for value in row])


def _line(values: list) -> bytes:
    return f"{json.dumps(values, ensure_ascii=False, default=str)}\n".encode()


def _plain(value):
    """Bytes as base64; for what else JSON has no word, dates among it, its text."""
    return b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _uploads_named_by(model) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.FileField):
            named = model._base_manager.exclude(**{field.attname: ""})
            yield from named.values_list(field.attname, flat=True).iterator()


def _put(archive, name: str, chunks) -> dict:
    digest, size = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as member:
        for chunk in chunks:
            digest.update(chunk)
            size += member.write(chunk)
    return {"size": size, "sha256": digest.hexdigest()}


# --- Reading back --------------------------------------------------------------


def restore(archive: zipfile.ZipFile) -> dict:
    """Put a backup into an empty system; returns its manifest.

    Raises BackupError, before anything is written, if the file is not whole or the
    place not empty. Later migrations, and what follows them, are the caller's.
    """
    manifest = checked(archive)
    applied = {tuple(pair): None for pair in manifest["migrations"]}
    _refuse_unless_empty()
    refuse_other_uploads(archive, manifest)
    make_tables(applied)
    for name in manifest["uploads"]:
        _restore_upload(archive, name)
    with transaction.atomic():
        filled = _models(applied)
        for model in filled:
            _fill(model, archive, manifest)
        for statement in connection.ops.sequence_reset_sql(no_style(), filled):
            with connection.cursor() as cursor:
                cursor.execute(statement)
    return manifest


def checked(archive: zipfile.ZipFile) -> dict:
    """The manifest, once every part of the file is what it says."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BackupError("It is no backup of this program.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError("It was made by another version of this program.")
    parts = manifest["rows"] | manifest["uploads"]
    for name in parts:
        _refuse_a_way_out(name)
    if {MANIFEST, *parts} != set(archive.namelist()):
        raise BackupError("It holds other parts than it says.")
    for name, promised in parts.items():
        if _sum_of(_chunks_of(archive, name)) != promised["sha256"]:
            raise BackupError(f"{name} is not what was backed up.")
    return manifest


def _refuse_a_way_out(name: str) -> None:
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation as error:
        raise BackupError(f"{name} leads out of it.") from error


def _chunks_of(place, name: str) -> Iterator[bytes]:
    """The bytes of a file of an archive or a storage."""
    try:
        with place.open(name) as file:
            while chunk := file.read(BYTES_AT_A_TIME):
                yield chunk
    except zipfile.BadZipFile as error:
        raise BackupError(f"{name} is not what was backed up.") from error


def _sum_of(chunks) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == MigrationRecorder.Migration._meta.db_table:
                continue
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                raise BackupError(
                    f"The database is not empty: table {table} holds rows. Restore"
                    " into a new one, before it is migrated."
                )


def refuse_other_uploads(archive, manifest) -> None:
    for name, promised in manifest["uploads"].items():
        stored = name.removeprefix("uploads/")
        if default_storage.exists(stored):
            there = _sum_of(_chunks_of(default_storage, stored))
            if there != promised["sha256"]:
                raise BackupError(f"Another file is stored as {stored}.")


def make_tables(applied) -> None:
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    if unknown := sorted(applied.keys() - graph.nodes.keys()):
        raise BackupError(
            f"It was made by a newer version, with migration {'.'.join(unknown[0])}."
        )
    last_of_each_app = [
        node
        for node in applied
        if not any(
            child.key[0] == node[0] and child.key in applied
            for child in graph.node_map[node].children
        )
    ]
    executor.migrate(last_of_each_app)


def _restore_upload(archive, name: str) -> None:
    stored = name.removeprefix("uploads/")
    if default_storage.exists(stored):
        return  # the very same, left by an attempt that was broken off
    with archive.open(name) as file:
        default_storage.save(stored, file)


def _fill(model, archive, manifest) -> None:
    """The rows of one table; read back, they must be what the manifest says."""
    name = f"rows/{model._meta.label_lower}.jsonl"
    if name not in manifest["rows"]:
        raise BackupError(f"It lacks {name}.")
    with archive.open(name) as lines:
        fields = [model._meta.get_field(key) for key in json.loads(next(lines))]
        for line in lines:
            row = model()
            for field, value in zip(fields, json.loads(line), strict=True):
                setattr(row, field.attname, field.to_python(value))
            # Raw: as it was stored, with no field making a value of its own.
            row.save_base(raw=True, force_insert=True)
    if _sum_of(_lines(model)) != manifest["rows"][name]["sha256"]:
        raise BackupError(f"{name} did not arrive in the database as it was.")
