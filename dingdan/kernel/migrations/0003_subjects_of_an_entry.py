from django.db import migrations, models


class Migration(migrations.Migration):
    """Consumers of the feed ask what entries are about; without an index every batch of them read the whole table."""

    dependencies = [("kernel", "0002_no_notify_on_jobs")]

    operations = [
        migrations.AddIndex(
            model_name="entrysubject",
            index=models.Index(fields=["tenant_id", "entry"], name="subjects_of_an_entry"),
        ),
    ]
