"""What a visitor chose on the programme page: `?art=concert&zugang=DGS&buehne=dom&alter=6`."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.models import Access, Production
from events.programme import Item


@dataclass(frozen=True)
class Choice:
    """Empty fields choose everything."""

    kind: str = ""
    access: str = ""
    stage: str = ""
    age: int | None = None
    """Nothing that is for older people than this."""

    @property
    def is_made(self) -> bool:
        return self != Choice()

    def takes(self, item: Item) -> bool:
        return (
            self.kind in ("", item.kind)
            and (not self.access or self.access in item.access)
            and self.stage in ("", item.stage.slug)
            and (self.age is None or item.age <= self.age)
        )


def chosen(query: Mapping[str, str]) -> Choice:
    """The choice in an address; what nobody could have chosen on the page is left out."""
    age = query.get("alter", "")
    return Choice(
        kind=_known(query.get("art", ""), Production.Kind.values),
        access=_known(query.get("zugang", ""), Access.values),
        stage=query.get("buehne", ""),
        age=int(age) if age in {str(label) for label in Production.Age.values} else None,
    )


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""
