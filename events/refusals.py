"""Why something cannot be done to the programme."""

from events.schedule import Rule


class Refused(Exception):
    """Something cannot be done to the programme; the sentences say why, and what can be done instead."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Conflicting(Refused):
    """The wish collides with the rest of the programme or with a rule; `rules` in the order of the sentences."""

    def __init__(self, rules: tuple[Rule, ...], *sentences: str) -> None:
        super().__init__(*sentences)
        self.rules = rules


class ChangedMeanwhile(Refused):
    """Somebody else has changed the performance since it was looked at."""


class TooLate(Refused):
    """The half-minute for undoing is over."""
