from django.db import migrations


class Migration(migrations.Migration):
    """Where reminders are worded are all other mails, too: what stood here was moved there before."""

    dependencies = [
        ("methods", "0002_methods_and_reminders"),
        ("wording", "0003_reminders_are_worded_here"),
    ]

    operations = [
        migrations.RemoveField("reminderlevel", "subject_i18n"),
        migrations.RemoveField("reminderlevel", "text_i18n"),
    ]
