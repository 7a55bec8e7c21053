"""Whether an answer of the server is still for the page that the visitor looks at."""

from tests.frontend.pure import ask


def test_a_page_stays_the_same_wherever_in_it_its_address_points_and_another_stage_is_another():
    here = "https://kultour.example/buehne/dom"
    others = [
        here,
        f"{here}#chat",
        "https://kultour.example/buehne/hof",
        f"{here}?tag=2",
        "https://kultour.example/en/buehne/dom",
    ]
    script = "return given.others.map((other) => ours.isPage(`${given.here}#programm`, other));"
    assert ask("shared/fresh.ts", script, {"here": here, "others": others}) == [True, True, False, False, False]
