import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """Every search reads what was not sorted into the index yet, from its first to its last page: up to 4 MB, and now up to 64 kB.

    The option is set where the index is, for making it anew would take a minute on books of a million orders.
    """

    dependencies = [("board", "0003_rare_words_are_rare")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX board_by_token SET (gin_pending_list_limit = 64)",
                    "ALTER INDEX board_by_token RESET (gin_pending_list_limit)",
                ),
                migrations.RunSQL("SELECT gin_clean_pending_list('board_by_token')", migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.RemoveIndex("boardrow", "board_by_token"),
                migrations.AddIndex(
                    "boardrow",
                    django.contrib.postgres.indexes.GinIndex(fields=["tokens"], gin_pending_list_limit=64, name="board_by_token"),
                ),
            ],
        )
    ]
