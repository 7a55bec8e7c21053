"""Template tags that every template has without loading them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kultour.accounts.roles import Right
from kultour.between_tags import between_tags

register = template.Library()
DIST = Path(settings.ROOT) / "frontend" / "dist"


@cache
def manifest() -> dict[str, Any]:
    """Vite's manifest: source file → what it became."""
    try:
        return json.loads((DIST / ".vite" / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise ImproperlyConfigured("The bundle is missing: run `npm ci && npm run build`.") from error


def entry(name: str) -> dict[str, Any]:
    try:
        return manifest()[f"frontend/{name}"]
    except KeyError as error:
        raise ImproperlyConfigured(f"frontend/{name} is not in the bundle.") from error


def styles_of(chunk: dict[str, Any]) -> list[str]:
    """The style sheets of a chunk and of what it imports, each once."""
    found = [sheet for name in chunk.get("imports", []) for sheet in styles_of(manifest()[name])]
    return list(dict.fromkeys([*found, *chunk.get("css", [])]))


@register.simple_tag(takes_context=True)
def bundle(context: template.Context, name: str) -> SafeString:
    """Script and styles of one screen: `{% bundle "watch/watch.ts" %}`."""
    chunk = entry(name)
    sheets = format_html_join(
        "", '<link rel="stylesheet" href="{}{}">', ((settings.STATIC_URL, sheet) for sheet in styles_of(chunk))
    )
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return format_html(
        '{}<script type="module" nonce="{}" src="{}{}"></script>', sheets, nonce, settings.STATIC_URL, chunk["file"]
    )


@register.simple_tag
def linked_data(data: Any) -> SafeString:
    """A block of JSON-LD: of values, or written by `between_tags` already. Browsers do not run it, so the policy for
    scripts does not ask it for a nonce."""
    text = data if isinstance(data, SafeString) else between_tags(data)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped by `between_tags`


@register.simple_tag
def bundle_css(name: str) -> SafeString:
    """One style sheet: `{% bundle_css "base.css" %}`."""
    return format_html('<link rel="stylesheet" href="{}{}">', settings.STATIC_URL, entry(name)["file"])


@register.filter
def may(person: Any, right: str) -> bool:
    """Whether somebody, signed in or not, has a right: `{% if request.user|may:"manage_people" %}`."""
    return person.is_authenticated and person.may(Right(right))
