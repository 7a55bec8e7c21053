"""What leaves the house as a file: a table for a program, under a name that says what and when."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from events import programme
from events.models import Edition
from kultour.tables import Value, write_csv, write_xlsx

Writer = Callable[[Sequence[str], Iterable[Sequence[Value]]], bytes]
WRITERS: dict[str, tuple[Writer, str]] = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def table_file(
    kind: str, name: str, heads: Sequence[object], rows: Iterable[Sequence[Value]], day: date
) -> HttpResponse:
    """A download in one of `WRITERS`."""
    write, media_type = WRITERS[kind]
    response = HttpResponse(write([str(head) for head in heads], rows), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{day.isoformat()}.{kind}"'
    return response


def asked_edition(request: HttpRequest, now: datetime) -> Edition | None:
    """The edition in the address (`?ausgabe=`), else the present one."""
    editions = Edition.objects.order_by("-opens")
    found = editions.filter(slug=request.GET.get("ausgabe", "")).first()
    if found:
        return found
    card = programme.edition_of(now)
    return editions.filter(pk=card.id).first() if card else None
