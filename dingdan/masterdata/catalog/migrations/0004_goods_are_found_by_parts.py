"""Goods are found by half a name in any script: single characters and pairs of them, kept by the index itself."""

from django.db import migrations

_PAIRS = """
CREATE FUNCTION catalog_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(words), at, long)), '{}')
    FROM generate_series(1, length(words)) AS at, (VALUES (1), (2)) AS part (long) WHERE at + long <= length(words) + 1
$$
"""
_VARIANTS = """
CREATE INDEX variant_by_pairs ON catalog_variant USING gin (catalog_pairs(sku || ' ' || name || ' ' || barcode))
"""
_PRODUCTS = """
CREATE INDEX product_by_pairs ON catalog_product USING gin (catalog_pairs(name || ' ' || name_i18n::text))
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_products_are_shown")]

    operations = [
        migrations.RunSQL(_PAIRS, "DROP FUNCTION catalog_pairs(text)"),
        migrations.RunSQL(_VARIANTS, "DROP INDEX variant_by_pairs"),
        migrations.RunSQL(_PRODUCTS, "DROP INDEX product_by_pairs"),
    ]
