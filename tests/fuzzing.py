"""How parsers are fed what strangers might send: the same examples in every run, so that none of it ever flakes."""

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st


def steadily(examples: int) -> settings:
    return settings(
        derandomize=True, deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow]
    )


def damaged(kept: Sequence[bytes], longest: int = 1500) -> st.SearchStrategy[bytes]:
    """What is kept for a parser, with a few bytes of it changed, cut out, put in or doubled; or mere noise."""
    damages = st.lists(
        st.tuples(st.integers(0, longest), st.sampled_from(sorted(DAMAGES)), st.binary(min_size=1, max_size=8)),
        max_size=4,
    )
    return st.one_of(st.builds(damage, st.sampled_from(list(kept)), damages), st.binary(max_size=200))


def damage(data: bytes, damages: Sequence[tuple[int, str, bytes]]) -> bytes:
    for place, kind, junk in damages:
        at = place % (len(data) + 1)
        data = DAMAGES[kind](data, at, junk)
    return data


DAMAGES: dict[str, Callable[[bytes, int, bytes], bytes]] = {
    "cut off": lambda data, at, junk: data[:at],
    "cut out": lambda data, at, junk: data[:at] + data[at + len(junk) :],
    "put in": lambda data, at, junk: data[:at] + junk + data[at:],
    "change": lambda data, at, junk: data[:at] + junk + data[at + len(junk) :],
    "double": lambda data, at, junk: data[:at] + data[at:] * 2,
}
