"""Papers name the profile of the shop that they were issued under.

Those that are there were issued while nobody could say more than name and country, which they go on saying.
"""

from typing import Any

from django.db import migrations, models

import dingdan.kernel.tenancy

_ISSUED_BEFORE = """
INSERT INTO shop_profile (
    tenant_id, name, country, legal_name, address, email, phone, website, tax_number, vat_number, registration_number,
    bank_holder, bank_name, iban, account_number, bank_code, bic, footer
)
SELECT tenant.id, tenant.name, tenant.country, '', '{}', '', '', '', '', '', '', '', '', '', '', '', '', ''
FROM kernel_tenant AS tenant
WHERE EXISTS (SELECT FROM settlement_invoice AS paper WHERE paper.tenant_id = tenant.id)
    OR EXISTS (SELECT FROM settlement_creditnote AS paper WHERE paper.tenant_id = tenant.id);
"""
# What history lacked is filled in once; nothing that it says is edited.
_FILL_IN = """
ALTER TABLE {table} DISABLE TRIGGER USER;
UPDATE {table} AS paper SET profile_id = profile.id FROM shop_profile AS profile WHERE profile.tenant_id = paper.tenant_id;
ALTER TABLE {table} ENABLE TRIGGER USER;
"""


def _profile(**options: Any) -> dingdan.kernel.tenancy.TenantForeignKey[Any, Any]:
    return dingdan.kernel.tenancy.TenantForeignKey(
        db_index=False,
        help_text="Who issued it, as it was then",
        on_delete=models.PROTECT,
        related_name="+",
        to="shop.profile",
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial"), ("shop", "0001_initial")]

    operations = [
        migrations.AddField("invoice", "profile", _profile(null=True)),
        migrations.AddField("creditnote", "profile", _profile(null=True)),
        migrations.RunSQL(_ISSUED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(_FILL_IN.format(table="settlement_invoice"), migrations.RunSQL.noop),
        migrations.RunSQL(_FILL_IN.format(table="settlement_creditnote"), migrations.RunSQL.noop),
        migrations.AlterField("invoice", "profile", _profile()),
        migrations.AlterField("creditnote", "profile", _profile()),
    ]
