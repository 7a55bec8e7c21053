"""What the programme remembers. Written by `publishing` (and loaded by `demo`), read through `programme`."""

from events.models.acts import Act, Engagement, Invitation
from events.models.duties import CalendarAddress, Fee, FeeData, HeadCount, Incident, LevyRate, SetlistColumns, Settled
from events.models.edits import Edit
from events.models.hands import InHand
from events.models.intake import PlanningList
from events.models.items import Access, Change, Performance, Production
from events.models.pictures import Picture
from events.models.places import Edition, PlaceAccess, Route, Stage, Station, Venue
from events.rights import Consent, Setlist, Work

__all__ = [
    "Access",
    "Act",
    "CalendarAddress",
    "Change",
    "Consent",
    "Edit",
    "Edition",
    "Engagement",
    "Fee",
    "FeeData",
    "HeadCount",
    "InHand",
    "Incident",
    "Invitation",
    "LevyRate",
    "Performance",
    "Picture",
    "PlaceAccess",
    "PlanningList",
    "Production",
    "Route",
    "Setlist",
    "SetlistColumns",
    "Settled",
    "Stage",
    "Station",
    "Venue",
    "Work",
]
