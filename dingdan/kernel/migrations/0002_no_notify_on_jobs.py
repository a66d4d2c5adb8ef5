from django.db import migrations


class Migration(migrations.Migration):
    """Switch off the NOTIFY of procrastinate on insert: NOTIFY takes a global lock at commit."""

    dependencies = [("kernel", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(
            "DROP TRIGGER IF EXISTS procrastinate_jobs_notify_queue_job_inserted_v1 ON procrastinate_jobs",
            """
            CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
                AFTER INSERT ON procrastinate_jobs FOR EACH ROW WHEN (NEW.status = 'todo'::procrastinate_job_status)
                EXECUTE PROCEDURE procrastinate_notify_queue_job_inserted_v1()
            """,
        )
    ]
