from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_credit_that_expires"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="attempt", name="attempt_states_are_real"),
        migrations.RemoveIndex(model_name="attempt", name="attempt_open"),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("state__in", ("requested", "sent", "unknown"))),
                fields=["tenant_id", "requested_at"],
                name="attempt_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["requested", "sent", "unknown", "succeeded", "declined", "withdrawn"])),
                name="attempt_states_are_real",
            ),
        ),
    ]
