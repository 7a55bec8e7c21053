"""What the programme remembers. Written by `publishing` (and loaded by `demo`), read through `programme`."""

from events.models.acts import Act, Engagement, Invitation
from events.models.hands import InHand
from events.models.intake import PlanningList
from events.models.items import Access, Change, Performance, Production
from events.models.places import Edition, PlaceAccess, Route, Stage, Station, Venue
from events.rights import Consent, Setlist, Work

__all__ = [
    "Access",
    "Act",
    "Change",
    "Consent",
    "Edition",
    "Engagement",
    "InHand",
    "Invitation",
    "Performance",
    "PlaceAccess",
    "PlanningList",
    "Production",
    "Route",
    "Setlist",
    "Stage",
    "Station",
    "Venue",
    "Work",
]
