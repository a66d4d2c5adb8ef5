"""The board keeps how many orders of a kind it has. Those that are there are counted once, here."""

from django.db import migrations, models

import dingdan.kernel.ids
import dingdan.kernel.tenancy

_COUNTED = """
INSERT INTO board_boardcount (tenant_id, id, channel_id, state, payment_status, fulfillment_status, orders)
SELECT tenant_id, gen_random_uuid(), channel_id, state, payment_status, fulfillment_status, count(*)
FROM board_boardrow GROUP BY tenant_id, channel_id, state, payment_status, fulfillment_status;
"""


class Migration(migrations.Migration):
    dependencies = [("board", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "BoardCount",
            [
                ("id", models.UUIDField(default=dingdan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=dingdan.kernel.tenancy.current_tenant_id, editable=False)),
                ("channel_id", models.UUIDField()),
                ("state", models.CharField(max_length=10)),
                ("payment_status", models.CharField(max_length=16)),
                ("fulfillment_status", models.CharField(max_length=20)),
                ("orders", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "channel_id", "state", "payment_status", "fulfillment_status"),
                        name="the_orders_of_a_kind_are_counted_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("orders__gte", 0)), name="a_count_of_orders_is_never_negative"),
                ],
            },
        ),
        migrations.RunSQL(_COUNTED, migrations.RunSQL.noop),
    ]
