"""The programme as open data: a catalogue of one data set by DCAT-AP.de 2.0, as JSON-LD with its context inside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.feeds import calendars, linked_data, tables
from events.feeds.reading import Entry, last_change
from events.programme import EditionCard
from kultour.answers import tidy

Node = dict[str, Any]
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EU = "http://publications.europa.eu/resource/authority"
LICENCES = {
    "dl-de/by-2-0": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    "dl-de/zero-2-0": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    "cc-by-4.0": "http://dcat-ap.de/def/licenses/cc-by/4.0",
    "cc0-1.0": "http://dcat-ap.de/def/licenses/cc-zero",
}
LANGUAGES = {"de": "DEU", "en": "ENG"}
FORMS = (
    ("programme_ics", "iCalendar", calendars.MEDIA_TYPE, None),
    ("programme_jsonld", "schema.org (JSON-LD)", linked_data.MEDIA_TYPE, "JSON_LD"),
    ("programme_csv", "CSV", tables.MEDIA_TYPE, "CSV"),
)
"""Address, title, media type, and the EU's name of the format where it has one."""


def catalogue(edition: EditionCard | None, found: Sequence[Entry], site: str) -> Node:
    home = site + reverse("catalogue")
    return {
        "@context": CONTEXT,
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": _text(_("Open data {town}").format(town=settings.TOWN)),
        "dct:description": _text(_("The cultural programme as data: free to use under the licence named.")),
        "dct:publisher": _publisher(site),
        "dct:language": _language(),
        "foaf:homepage": {"@id": site + "/"},
        "dcat:dataset": [_dataset(edition, found, site, home)] if edition else [],
    }


def _dataset(edition: EditionCard, found: Sequence[Entry], site: str, home: str) -> Node:
    node = {
        "@id": f"{home}#kulturprogramm",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{home}#kulturprogramm",
        "dct:title": _text(_("Cultural programme: {title}").format(title=tidy(edition.title))),
        "dct:description": _text(
            _("What is played where and when: performances with place, time, act, access and what has changed.")
        ),
        "dct:publisher": _publisher(site),
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": settings.PUBLISHER,
            "vcard:hasURL": {"@id": site + reverse("imprint")},
        },
        "dcat:theme": {"@id": f"{EU}/data-theme/EDUC"},
        "dcat:keyword": [_text(word) for word in (_("culture"), _("events"), _("programme"))],
        "dct:language": _language(),
        "dct:accrualPeriodicity": {"@id": f"{EU}/frequency/UPDATE_CONT"},
        "dct:modified": _moment(last_change(found).astimezone(edition.zone)),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _moment(edition.opens.astimezone(edition.zone)),
            "dcat:endDate": _moment(edition.closes.astimezone(edition.zone)),
        },
        "dcat:landingPage": {"@id": site + reverse("programme")},
        "dcat:distribution": [_distribution(site, *form) for form in FORMS],
    }
    if settings.ARS:
        area = {"@id": f"http://dcat-ap.de/def/politicalGeocoding/regionalKey/{settings.ARS}"}
        node["dcatde:politicalGeocodingURI"] = area
        node["dcatde:politicalGeocodingLevelURI"] = {
            "@id": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality"
        }
    return node


def _distribution(site: str, name: str, title: str, media_type: str, form: str | None) -> Node:
    address = site + reverse(name)
    node: Node = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _text(title),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type.split(';')[0]}"},
        "dct:license": {"@id": LICENCES[settings.DATA_LICENCE]},
        "dcatde:licenseAttributionByText": settings.PUBLISHER,
    }
    if form:
        node["dct:format"] = {"@id": f"{EU}/file-type/{form}"}
    return node


def _publisher(site: str) -> Node:
    return {"@id": f"{site}/#publisher", "@type": "foaf:Organization", "foaf:name": settings.PUBLISHER}


def _text(text: str) -> Node:
    return {"@value": text, "@language": get_language()}


def _language() -> Node:
    return {"@id": f"{EU}/language/{LANGUAGES[get_language()]}"}


def _moment(moment: datetime) -> Node:
    return {"@value": moment.isoformat(timespec="seconds"), "@type": "xsd:dateTime"}
