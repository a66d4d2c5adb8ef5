"""The list shows what orders say now. A row may be made again at any time; here only its total is."""

from django.db import migrations

_RESTATED = """
UPDATE board_boardrow AS row SET total = placed.total FROM orders_order AS placed
WHERE placed.tenant_id = row.tenant_id AND placed.id = row.id AND placed.total <> row.total;
"""


class Migration(migrations.Migration):
    dependencies = [("board", "0004_searches_read_a_short_list"), ("orders", "0002_orders_say_what_they_say_now")]

    operations = [migrations.RunSQL(_RESTATED, migrations.RunSQL.noop)]
