"""The tables of the ground."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel


def append_only(what: str) -> list[pgtrigger.Trigger]:
    """Triggers by which the database refuses to edit history."""
    return [
        pgtrigger.Protect(name=f"{what}_are_never_edited", operation=pgtrigger.Update | pgtrigger.Delete),
        never_truncated(what),
    ]


def never_truncated(what: str) -> pgtrigger.Trigger:
    """A statement-level refusal of TRUNCATE, which row triggers never see."""
    return pgtrigger.Trigger(
        name=f"{what}_are_never_truncated",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{what.replace('_', ' ')} are history and are never truncated';",
    )


class Tenant(models.Model):
    """A business that runs on Dingdan; shown to people as a shop. Shared by all, small; a command changes its own alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=63)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=16, default="en")
    country = models.CharField(max_length=2, default="GB")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug"], name="tenant_slug_is_unique")]

    def __str__(self) -> str:
        return self.name


class JournalEntry(TenantModel):
    """Audit record, outbox, idempotency key and timeline line in one row; closed once its event is written."""

    command = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(help_text="Business time")
    recorded_at = models.DateTimeField(db_default=Now(), help_text="The database's time")
    quiet = models.BooleanField(default=False, help_text="Brought over from elsewhere: no notice, no schedule")
    event_kind = models.CharField(max_length=80, null=True)  # noqa: DJ001 - null while the entry is open
    event = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "key"], name="each_key_happens_once")]
        triggers = [
            pgtrigger.Protect(
                name="closed_entries_are_never_edited",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__event__isnull=False),
            ),
            never_truncated("entries"),
        ]


class EntrySubject(AppendedModel):
    """What an entry is about, so that a timeline needs no key pointing up."""

    entry = TenantForeignKey(JournalEntry)
    kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()

    class Meta(AppendedModel.Meta):
        indexes = [
            # Serves the timeline of one thing, in order.
            models.Index(fields=["tenant_id", "subject_id", "id"], name="subject_timeline"),
            # Serves consumers of the feed: what are these entries about?
            models.Index(fields=["tenant_id", "entry"], name="subjects_of_an_entry"),
        ]
        triggers = append_only("entry_subjects")


class FeedPending(AppendedModel):
    """An entry that committed and has no position yet; its id follows the order of the locks."""

    entry = TenantForeignKey(JournalEntry)


class FeedItem(TenantModel):
    """The position of an entry in its tenant's history, chained by hash to the one before."""

    id = models.BigIntegerField(primary_key=True, help_text="Position, counted from 1 without gaps")  # type: ignore[assignment]
    entry = TenantForeignKey(JournalEntry)
    digest = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "entry"], name="an_entry_has_one_position")]
        triggers = append_only("feed_items")


class FeedHead(TenantModel):
    """Where the tenant's history ends; its row lock decides who sequences. Its id is the tenant's."""

    position = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes(32))


class Checkpoint(TenantModel):
    """How far all laws were proved: the tenant's last audit in full that found nothing. Its id is the tenant's."""

    position = models.BigIntegerField(help_text="The last one in the feed that was proved")
    digest = models.BinaryField(max_length=32, help_text="The one written there")
    proved_at = models.DateTimeField(help_text="When the audit began")
    marks = models.JSONField(default=dict, help_text="How far tables that only grow were proved, by name")


class ProvedSum(AppendedModel):
    """A sum over rows that are never edited, up to the checkpoint's marks: what came later is added to it."""

    name = models.CharField(max_length=32)
    key = models.CharField(max_length=160)
    value = models.BigIntegerField()

    class Meta(AppendedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "name", "key"], name="a_sum_is_proved_once")]


class FeedCursor(TenantModel):
    """How far a consumer of the feed has come."""

    consumer = models.CharField(max_length=64)
    position = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "consumer"], name="a_consumer_has_one_cursor")]


class NumberSeries(TenantModel):
    """The next number of a kind of document."""

    name = models.CharField(max_length=64)
    prefix = models.CharField(max_length=16, blank=True)
    next = models.BigIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="a_number_series_has_one_row"),
            models.CheckConstraint(condition=Q(next__gte=1), name="document_numbers_start_at_one"),
        ]


class RegisterVersion(TenantModel):
    """Counts the changes to a tenant's registers, so that a cache of them can be proved fresh. Its id is the tenant's."""

    version = models.BigIntegerField(default=0)


class GuessCount(TenantModel):
    """How often something secret was guessed at in vain, by whom or where, and when the next try is possible."""

    scope = models.CharField(max_length=80, help_text="What is guessed at, and a digest of who does")
    tries = models.IntegerField()
    tried_at = models.DateTimeField()
    free_at = models.DateTimeField(help_text="When the next try is possible")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "scope"], name="guesses_are_counted_in_one_row")]
