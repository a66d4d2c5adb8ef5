"""Lines know which line they replace, and orders of which a part was canceled say what is left of them."""

import django.db.models.deletion
from django.db import migrations, models

import dingdan.kernel.ids
import dingdan.kernel.tenancy

_RESTATED = """
WITH running AS (
    SELECT line.tenant_id, line.order_id, line.kind, placed.prices_include_tax AS gross, line.tax AS taxed, line.total AS sold,
           div(2 * line.total::numeric * (line.quantity - line.canceled) + line.quantity, 2 * line.quantity::numeric) AS total,
           div(2 * line.discount::numeric * (line.quantity - line.canceled) + line.quantity, 2 * line.quantity::numeric) AS discount
    FROM orders_orderline AS line
    JOIN orders_order AS placed ON placed.tenant_id = line.tenant_id AND placed.id = line.order_id
), kept AS (
    SELECT tenant_id, order_id, kind, gross, total, discount,
           div(2 * taxed::numeric * total + greatest(sold, 1), 2 * greatest(sold, 1)::numeric) AS tax FROM running
), says AS (
    SELECT tenant_id, order_id, sum(total) AS total, sum(tax) AS tax, sum(discount) AS discount,
           sum(CASE WHEN kind = 'shipping' THEN 0 ELSE (CASE WHEN gross THEN total ELSE total - tax END) + discount END) AS goods,
           sum(CASE WHEN kind = 'shipping' THEN (CASE WHEN gross THEN total ELSE total - tax END) + discount ELSE 0 END) AS shipping
    FROM kept GROUP BY tenant_id, order_id
)
UPDATE orders_order AS placed
SET goods = says.goods, discount = says.discount, shipping = says.shipping, tax = says.tax, total = says.total
FROM says WHERE says.tenant_id = placed.tenant_id AND says.order_id = placed.id AND EXISTS (
    SELECT FROM orders_orderline AS line
    WHERE line.tenant_id = placed.tenant_id AND line.order_id = placed.id AND line.canceled > 0
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerContact",
            fields=[
                ("id", models.UUIDField(default=dingdan.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("tenant_id", models.UUIDField(default=dingdan.kernel.tenancy.current_tenant_id, editable=False)),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="orderline",
            name="held",
            field=models.BooleanField(default=False, help_text="Nothing of it leaves until it is resumed"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="replaces",
            field=dingdan.kernel.tenancy.TenantForeignKey(
                db_index=False,
                help_text="The line whose place it took when it was changed",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.orderline",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="goods",
            field=models.BigIntegerField(help_text="What is not canceled of the lines, before discount, without shipping"),
        ),
        migrations.AlterField(
            model_name="order",
            name="total",
            field=models.BigIntegerField(help_text="What the customer pays for what is not canceled"),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(condition=models.Q(("held", True)), fields=["tenant_id", "order"], name="held_lines"),
        ),
        migrations.AddField(
            model_name="formercontact",
            name="contact",
            field=dingdan.kernel.tenancy.TenantForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.contact"
            ),
        ),
        migrations.AddField(
            model_name="formercontact",
            name="order",
            field=dingdan.kernel.tenancy.TenantForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="former_contacts", to="orders.order"
            ),
        ),
        migrations.AddIndex(
            model_name="formercontact",
            index=models.Index(fields=["tenant_id", "order"], name="former_contacts_of_order"),
        ),
        migrations.RunSQL(_RESTATED, migrations.RunSQL.noop),
    ]
