"""The programme as other programs read it: calendars, search engines, newsreaders, schedules, data portals."""
