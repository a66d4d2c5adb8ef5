"""The table of Django's cache: what counts tries at signing in must be the same for every process."""

from django.db import migrations

_MAKE = """
CREATE UNLOGGED TABLE kernel_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_guesses_are_counted")]

    operations = [migrations.RunSQL(_MAKE, "DROP TABLE kernel_cache")]
