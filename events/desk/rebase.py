"""When two people edit the same thing: what the second one typed, set upon what the first one has saved meanwhile.

Pure functions of what stands in the fields of a form.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Inputs = Mapping[str, list[str]]
"""What a form's fields hold, as a browser sends it."""


@dataclass(frozen=True)
class Rebased:
    inputs: dict[str, list[str]]
    """The form as it goes on: nothing typed is lost, and nothing saved is overwritten unseen."""
    beside: frozenset[str]
    """Fields that both have changed: the other one's text is to be shown beside."""


def rebase(typed: Inputs, seen: Inputs, saved: Inputs) -> Rebased:
    """`typed` began with `seen` in front; `saved` stands there now. A field left untouched takes what is saved."""
    untouched = {name for name in saved if _same(typed.get(name, []), seen.get(name, []))}
    beside = {name for name in saved if name not in untouched and not _same(saved[name], seen.get(name, []))}
    kept = {name: values for name, values in typed.items() if name not in untouched}
    return Rebased(
        inputs={**kept, **{name: list(saved[name]) for name in untouched}},
        beside=frozenset(name for name in beside if not _same(saved[name], typed.get(name, []))),
    )


def _same(one: list[str], other: list[str]) -> bool:
    return _as_sent(one) == _as_sent(other)


def _as_sent(values: list[str]) -> list[str]:
    """Browsers send every line's end as two signs; an empty field is like none."""
    return [value.replace("\r\n", "\n").strip() for value in values if value.strip()]
