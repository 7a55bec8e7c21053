"""The texts: collected from code and templates, compiled for Django, both with Babel and without GNU gettext."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "kultour" / "locale"
SHOWN_FIRST = "de"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def catalogue_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def compile_catalogues() -> None:
    """Write each `.mo` whose `.po` is newer."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as texts, target.open("wb") as compiled:
            write_mo(compiled, read_po(texts, locale=source.parents[1].name))


def read(language: str) -> Catalog:
    with catalogue_file(language).open("rb") as texts:
        return read_po(texts, locale=language)


def write(catalogue: Catalog) -> None:
    with catalogue_file(str(catalogue.locale)).open("wb") as target:
        write_po(target, catalogue, width=120, sort_output=True, omit_header=False, no_location=True)


def collected() -> Catalog:
    """Every text that code and templates show, as an empty catalogue."""
    catalogue = Catalog()
    for _file, message, context in found():
        catalogue.add(message, context=context)
    return catalogue


def found() -> Iterator[tuple[Path, str | tuple[str, ...], str | None]]:
    """File, message (singular and plural together) and context of each text."""
    from django.utils.translation import templatize

    for folder in ("kultour", "events", "streaming"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield from texts_in(file, file.read_text())
    for file in sorted((ROOT / "frontend").rglob("*.html")):
        if "dist" not in file.parts:
            # What Django makes of a template looks like code, but its indentation means nothing.
            unindented = "\n".join(line.lstrip() for line in templatize(file.read_text(), origin=str(file)).split("\n"))
            yield from texts_in(file, unindented)


def texts_in(file: Path, source: str) -> Iterator[tuple[Path, str | tuple[str, ...], str | None]]:
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield file, message, context
