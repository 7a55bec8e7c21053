"""What the programme remembers. Written by `publishing` (and loaded by `demo`), read through `programme`."""

from events.models.acts import Act, Engagement, Invitation
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
    "Change",
    "Consent",
    "Edit",
    "Edition",
    "Engagement",
    "InHand",
    "Invitation",
    "Performance",
    "Picture",
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
