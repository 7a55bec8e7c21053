"""Whit Sunday, on which the town celebrates: no rule of a calendar's recurrence can say it, for it follows the moon."""

from datetime import date, timedelta


def easter_sunday(year: int) -> date:
    """In the Gregorian calendar (J.-M. Oudin 1940, as in the Explanatory Supplement to the Astronomical Almanac)."""
    century = year // 100
    golden = year % 19
    epact = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    days = epact - weekday
    month = 3 + (days + 40) // 44
    return date(year, month, days + 28 - 31 * (month // 4))


def whit_sunday(year: int) -> date:
    """Pfingstsonntag, seven weeks after Easter."""
    return easter_sunday(year) + timedelta(weeks=7)


def next_whit_sunday(after: date) -> date:
    """The first one after that day."""
    this_year = whit_sunday(after.year)
    return this_year if this_year > after else whit_sunday(after.year + 1)
