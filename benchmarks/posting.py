"""Posting through the verbs against one bare driver client inserting the same row.

python -m benchmarks.posting postgresql|sqlite [--posts 3200] [--writers 32]
"""

import multiprocessing
import threading

from .databases import arguments, books, database, seconds

PROCESSES = 4


def bare_client(posts):
    """Insert and commit a row like the ledger's, one after another, no Django.

    The copy has the table's columns, checks and indexes, but nothing to append after.
    """
    from django.db import connection

    from budget.models import Entry

    fields = [field for field in Entry._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    row = Entry.objects.values_list(*(field.attname for field in fields)).latest("seq")
    names = [field.attname for field in fields]
    copy = _copied_table(connection)
    insert = f"INSERT INTO {copy} ({columns}) VALUES ({places})"  # noqa: S608

    connection.close()
    client = _driver(connection)
    cursor = client.cursor()
    if connection.vendor == "sqlite":
        insert = insert.replace("%s", "?")

    def write():
        for number in range(posts):
            values = dict(zip(names, row, strict=True)) | {"seq": 10**6 + number}
            cursor.execute(insert, [_plain(value) for value in values.values()])
            client.commit()

    spent = seconds(write)
    client.close()
    return posts / spent


def _copied_table(connection):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE TABLE bare (LIKE budget_entry INCLUDING ALL)")
        else:
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE tbl_name = 'budget_entry'"
                " AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
            )
            for (sql,) in cursor.fetchall():
                cursor.execute(
                    sql.replace('"budget_entry"', '"bare"').replace(
                        'INDEX "', 'INDEX "bare_'
                    )
                )
    return "bare"


def _driver(connection):
    """A connection of the driver's own, with the settings the program runs with."""
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        import psycopg

        return psycopg.connect(**connection.get_connection_params())
    import sqlite3

    client = sqlite3.connect(connection.settings_dict["NAME"])
    client.executescript(connection.settings_dict["OPTIONS"]["init_command"])
    return client


def _plain(value):
    return value if value is None or isinstance(value, int) else str(value)


def through_the_verbs(line, by, posts, writers):
    """Posts a second of `writers` threads in PROCESSES processes, as gunicorn would
    have them, each thread with a connection of its own."""
    from django.db import connections

    before = line.fiscal_year.entries.count()
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    work = (line, by, posts // writers, writers // PROCESSES)
    start = fork.Barrier(PROCESSES + 1)
    processes = [
        fork.Process(target=write_in_threads, args=(start, *work))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    start.wait()
    spent = seconds(lambda: [process.join() for process in processes])
    posted = line.fiscal_year.entries.count() - before
    assert posted == posts // writers * writers, "a post was lost"  # noqa: S101
    return posted / spent


def write_in_threads(start, line, by, posts, count):
    from django.db import connection

    from budget import ledger

    dated_on = line.fiscal_year.starts_on

    def write():
        for _ in range(posts):
            ledger.approve(line=line, amount=1, by=by, dated_on=dated_on)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(count)]
    start.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    given = arguments(__doc__, posts=3_200, writers=32)
    with database(given.engine):
        line, by = books()
        floor = bare_client(given.posts)
        verbs = through_the_verbs(line, by, given.posts, given.writers)
        print(f"bare client      {floor:8.0f} posts/s")
        print(f"{given.writers:2} writers, verbs {verbs:8.0f} posts/s")
        print(f"posting ratio    {verbs / floor:8.2f} x ({given.engine})")


if __name__ == "__main__":
    main()
