"""The full-text index under the search: an FTS5 table on SQLite, a tsvector column on PostgreSQL."""

from django.db import migrations

SQLITE = [
    # Without a copy of the text: the terms are only searched, never read back.
    "CREATE VIRTUAL TABLE kernel_search_terms USING fts5("
    "terms, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')",
]
SQLITE_OLDER = [
    "CREATE VIRTUAL TABLE kernel_search_terms USING fts5(terms, tokenize='unicode61 remove_diacritics 0')",
]
POSTGRES = [
    "ALTER TABLE kernel_searchentry ADD COLUMN terms tsvector",
    "CREATE INDEX kernel_searchentry_terms ON kernel_searchentry USING gin (terms)",
]


def statements(connection):
    if connection.vendor == "postgresql":
        return POSTGRES
    # contentless_delete came with SQLite 3.43; older ones keep the terms' text.
    return SQLITE if connection.Database.sqlite_version_info >= (3, 43, 0) else SQLITE_OLDER


def make(apps, schema_editor):
    for statement in statements(schema_editor.connection):
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE kernel_searchentry DROP COLUMN terms")
    else:
        schema_editor.execute("DROP TABLE kernel_search_terms")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
