"""Days and hours by a shop's clock. Pure."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def day_of(at: datetime, zone: str) -> date:
    """Which day it is by a clock."""
    return at.astimezone(ZoneInfo(zone)).date()


def hour_of(at: datetime, zone: str) -> int:
    """Which hour it is by a clock."""
    return at.astimezone(ZoneInfo(zone)).hour


def begins(day: date, zone: str) -> datetime:
    """When a day begins by a clock."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
