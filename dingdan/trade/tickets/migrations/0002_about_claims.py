from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="ticket", name="a_ticket_is_about_a_known_kind_of_thing"),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("about_id", None), ("about_kind", "")),
                    models.Q(("about_id__isnull", False), ("about_kind__in", ["order", "line", "shipment", "return", "claim"])),
                    _connector="OR",
                ),
                name="a_ticket_is_about_a_known_kind_of_thing",
            ),
        ),
    ]
