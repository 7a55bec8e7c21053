"""Two people, one form: nothing typed is lost, nothing saved is overwritten unseen."""

from events.desk.rebase import rebase

SEEN = {"title": ["Lieder"], "text": ["alt"], "access": ["UT"]}


def test_a_field_left_alone_takes_what_was_saved_meanwhile():
    typed = {**SEEN, "text": ["von Ida"]}
    rebased = rebase(typed, SEEN, {**SEEN, "title": ["Abendlieder"]})
    assert (rebased.inputs, rebased.beside) == (
        {"title": ["Abendlieder"], "text": ["von Ida"], "access": ["UT"]},
        frozenset(),
    )


def test_where_both_wrote_the_typed_stays_and_the_saved_stands_beside():
    rebased = rebase({**SEEN, "text": ["von Ida"]}, SEEN, {**SEEN, "text": ["von Paul"]})
    assert (rebased.inputs["text"], rebased.beside) == (["von Ida"], {"text"})


def test_who_typed_the_same_is_not_asked():
    both = {**SEEN, "title": ["Abendlieder"]}
    assert rebase(both, SEEN, both).beside == frozenset()


def test_the_ends_of_lines_that_browsers_send_are_no_change():
    seen = {"text": ["eins\nzwei\n"]}
    rebased = rebase({"text": ["eins\r\nzwei"]}, seen, {"text": ["drei"]})
    assert (rebased.inputs, rebased.beside) == ({"text": ["drei"]}, frozenset())


def test_a_tick_taken_away_by_both_is_agreement():
    gone = {**SEEN, "access": []}
    assert rebase({name: values for name, values in SEEN.items() if name != "access"}, SEEN, gone).beside == frozenset()
