"""Lists of ids in questions, times in answers, and rows without their whole width."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection

from dingdan.kernel.ids import new_id
from dingdan.kernel.models import EntrySubject, JournalEntry, Tenant
from tests.conftest import Shop


def test_ids_are_asked_for_as_one_array(shop: Shop) -> None:
    wanted = [new_id(), new_id()]
    sql = str(JournalEntry.objects.filter(id__in=wanted).values("id").query)
    assert sql.count("= ANY(") == 1
    assert " IN (" not in sql


def test_it_finds_what_in_finds(shop: Shop) -> None:
    ids = list(JournalEntry.objects.values_list("id", flat=True))
    assert ids
    assert set(JournalEntry.objects.filter(id__in=ids).values_list("id", flat=True)) == set(ids)
    assert JournalEntry.objects.filter(id__in=[str(id_) for id_ in ids]).count() == len(ids)
    assert JournalEntry.objects.filter(id__in=JournalEntry.objects.filter(id=ids[0]).values("id")).count() == 1
    assert JournalEntry.objects.exclude(id__in=ids[:1]).count() == len(ids) - 1
    assert Tenant.objects.filter(id__in=[shop.tenant_id, None]).count() == 1
    subjects = EntrySubject.objects.filter(entry__in=ids)
    assert subjects.count() == EntrySubject.objects.count() == EntrySubject.objects.filter(entry_id__in=ids).count()


def test_no_ids_find_nothing(shop: Shop) -> None:
    assert JournalEntry.objects.filter(id__in=[]).count() == 0
    assert JournalEntry.objects.filter(id__in=[None]).count() == 0
    assert EntrySubject.objects.filter(entry_id__in=[]).count() == 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2010-12-01 08:26:00+00", datetime(2010, 12, 1, 8, 26, tzinfo=UTC)),
        ("2010-12-01 08:26:00.5+08", datetime(2010, 12, 1, 0, 26, 0, 500_000, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_come_as_moments_in_utc(text: str, moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        assert cursor.fetchone() == (moment,)


def test_rows_that_were_read_in_part_read_the_rest_when_asked(shop: Shop) -> None:
    row = JournalEntry.objects.only("command").order_by("id")[0]
    assert row.get_deferred_fields() == {"key", "fingerprint", "actor_kind", "actor_id", "at", "recorded_at", "quiet"} | {
        "event_kind", "event", "tenant_id"
    }  # fmt: skip
    assert row.key.startswith("setup:")
    assert isinstance(row.id, UUID)
