"""A recording in the words of schema.org; `expires` is the end of the consent."""

from typing import Any

from django.utils import timezone

from events.programme import plain
from streaming.mediathek.cards import Kept
from streaming.models import Recording

IN_THE_PICTURE = {"DGS": "signLanguage", "AD": "audioDescription"}
"""What a performance offers and its recording has too; live captions are not part of it."""


def video(recording: Recording, shown: Kept, site: str) -> dict[str, Any]:
    """Needs `session` and its performance loaded."""
    performance = recording.session.performance
    page = site + shown.url
    node: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "@id": f"{page}#video",
        "url": page,
        "name": shown.title,
        "description": plain(shown.text) or shown.title,
        "uploadDate": timezone.localtime(shown.started).isoformat(timespec="seconds"),
        "duration": f"PT{shown.seconds}S",
        "contentUrl": site + shown.playlist,
        "encodingFormat": "application/vnd.apple.mpegurl",
        "isAccessibleForFree": True,
    }
    if recording.public_until:
        node["expires"] = timezone.localtime(recording.public_until).isoformat(timespec="seconds")
    if shown.poster:
        node["thumbnailUrl"] = site + shown.poster
    if shown.act_name:
        node["creator"] = {"@type": "PerformingGroup", "name": shown.act_name}
    features = [IN_THE_PICTURE[code] for code in (performance.access if performance else []) if code in IN_THE_PICTURE]
    if features:
        node["accessibilityFeature"] = features
    return node
