"""The shop's own wording of its mails, every version of it, and which kinds it does without."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dingdan.kernel.models import JournalEntry, append_only
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel
from dingdan.masterdata.wording.lifecycle import LANGUAGES, MAIL, MOST_LEVELS, WAYS, WORDING_LIFE


class Wording(TenantModel):
    """How the shop words a kind of notice in a language and in one way. Short ways have no heading and no closing."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=16)
    way = models.CharField(max_length=10, default=MAIL)
    level = models.SmallIntegerField(default=0, help_text="Of reminders: which one; 0 is all that are not worded by themselves")
    subject = models.CharField(max_length=300, blank=True)
    heading = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    closing = models.TextField(blank=True)
    version = models.IntegerField()
    state = models.CharField(max_length=10, default=WORDING_LIFE.initial)
    fault = models.CharField(max_length=200, blank=True, help_text="Why a mail went out in the program's words instead")
    failed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "kind", "language", "way", "level"), name="a_notice_is_worded_once_per_language"
            ),
            models.CheckConstraint(condition=Q(way__in=WAYS), name="ways_that_are_worded_are_real"),
            models.CheckConstraint(condition=Q(level__gte=0, level__lte=MOST_LEVELS), name="worded_levels_go_up_to_nine"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="wording_languages_are_ours"),
            models.CheckConstraint(condition=Q(state__in=WORDING_LIFE.states), name="wording_state_is_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="versions_of_wording_count_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.way} {self.level or ''}".strip()


class WordingVersion(AppendedModel):
    """A wording as it was saved once. Never edited: whoever goes back to it saves it anew."""

    wording = TenantForeignKey(Wording, related_name="versions")
    entry = TenantForeignKey(JournalEntry, related_name="+")
    version = models.IntegerField()
    subject = models.CharField(max_length=300, blank=True)
    heading = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    closing = models.TextField(blank=True)

    class Meta(AppendedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "wording", "version"), name="a_wording_has_each_version_once"),
        )
        triggers = append_only("wording_versions")

    def __str__(self) -> str:
        return f"{self.wording_id} {self.version}"


class MailSwitch(TenantModel):
    """Whether mails of a kind are written. Where there is no row, they are."""

    kind = models.CharField(max_length=40)
    is_on = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=("tenant_id", "kind"), name="a_mail_is_switched_once"),)

    def __str__(self) -> str:
        return self.kind
