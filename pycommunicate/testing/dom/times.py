"""Dates and times as fields hold them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta, timezone

__all__ = ["is_time", "time_number", "time_text"]

_date = re.compile(r"(\d{4,})-(\d\d)-(\d\d)").fullmatch
_month = re.compile(r"(\d{4,})-(\d\d)").fullmatch
_week = re.compile(r"(\d{4,})-W(\d\d)").fullmatch
_time = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?").fullmatch
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def is_time(type: str, text: str) -> bool:
    """Return whether *text* is a valid value of an input of that type."""
    return time_number(type, text) is not None


def time_number(type: str, text: str) -> int | None:
    """Return the number that stands for a date or time: `valueAsNumber`; None if the text is none."""
    try:
        match type:
            case "date":
                return _day(text)
            case "month":
                found = _month(text)
                if found is None or not 1 <= int(found[2]) <= 12 or not 1 <= int(found[1]) <= 275760:
                    return None
                return (int(found[1]) - 1970) * 12 + int(found[2]) - 1
            case "week":
                found = _week(text)
                if found is None:
                    return None
                return _since_epoch(
                    datetime.combine(date.fromisocalendar(int(found[1]), int(found[2]), 1), datetime.min.time())
                )
            case "time":
                return _clock(text)
            case _:
                day, separator, clock = text.replace(" ", "T").partition("T")
                number, rest = _day(day), _clock(clock)
                return number + rest if separator and number is not None and rest is not None else None
    except ValueError:
        return None


def _day(text: str) -> int | None:
    found = _date(text)
    if found is None or not 1 <= int(found[2]) <= 12:
        return None
    year, month, day = map(int, found.groups())
    if not 1 <= year <= 9999 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return _since_epoch(datetime(year, month, day))


def _clock(text: str) -> int | None:
    found = _time(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 1000 + int((found[4] or "0").ljust(3, "0"))


def _since_epoch(moment: datetime) -> int:
    return (moment.replace(tzinfo=timezone.utc) - _EPOCH) // timedelta(milliseconds=1)


def time_text(type: str, number: float) -> str:
    """Return the value of an input of that type that stands for *number*."""
    if type == "month":
        return f"{1970 + int(number) // 12:04}-{int(number) % 12 + 1:02}"
    moment = _EPOCH + timedelta(milliseconds=int(number))
    clock = moment.strftime("%H:%M")
    if moment.second or moment.microsecond:
        clock += moment.strftime(":%S")
    if moment.microsecond:
        clock += f".{moment.microsecond // 1000:03}".rstrip("0")
    match type:
        case "date":
            return moment.strftime("%Y-%m-%d")
        case "time":
            return clock
        case "week":
            year, week, _ = moment.isocalendar()
            return f"{year:04}-W{week:02}"
        case _:
            return f"{moment:%Y-%m-%d}T{clock}"
