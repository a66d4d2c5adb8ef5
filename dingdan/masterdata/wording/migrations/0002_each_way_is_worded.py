from django.db import migrations, models
from django.db.models import Q

WAYS = ("mail", "sms", "line", "wechat", "push")


class Migration(migrations.Migration):
    dependencies = [
        ("wording", "0001_mails_are_worded_by_shops"),
    ]

    operations = [
        migrations.AddField("wording", "way", models.CharField(default="mail", max_length=10)),
        migrations.AddField(
            "wording",
            "level",
            models.SmallIntegerField(default=0, help_text="Of reminders: which one; 0 is all that are not worded by themselves"),
        ),
        migrations.AlterField("wording", "subject", models.CharField(blank=True, max_length=300)),
        migrations.AlterField("wording", "heading", models.CharField(blank=True, max_length=300)),
        migrations.AlterField("wordingversion", "subject", models.CharField(blank=True, max_length=300)),
        migrations.AlterField("wordingversion", "heading", models.CharField(blank=True, max_length=300)),
        migrations.RemoveConstraint("wording", "a_mail_is_worded_once_per_language"),
        migrations.AddConstraint(
            "wording",
            models.UniqueConstraint(
                fields=("tenant_id", "kind", "language", "way", "level"), name="a_notice_is_worded_once_per_language"
            ),
        ),
        migrations.AddConstraint(
            "wording", models.CheckConstraint(condition=Q(way__in=WAYS), name="ways_that_are_worded_are_real")
        ),
        migrations.AddConstraint(
            "wording",
            models.CheckConstraint(condition=Q(level__gte=0, level__lte=9), name="worded_levels_go_up_to_nine"),
        ),
    ]
