"""When Whit Sunday is: no rule of a calendar's recurrence can say it, for it follows the moon."""

from datetime import date, timedelta


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous computus of 1876, as Meeus gives it)."""
    moon = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    drift = (century - (century + 8) // 25 + 1) // 3
    full_moon = (19 * moon + century - leap_centuries - drift + 15) % 30
    leaps, year_rest = divmod(rest, 4)
    weekday = (32 + 2 * century_rest + 2 * leaps - full_moon - year_rest) % 7
    late = (moon + 11 * full_moon + 22 * weekday) // 451
    month, day = divmod(full_moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def whit_sunday(year: int) -> date:
    """Pfingstsonntag, seven weeks after Easter."""
    return easter(year) + timedelta(weeks=7)
