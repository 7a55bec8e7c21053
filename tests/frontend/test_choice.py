"""What a visitor noted: kept as numbers, sixty at most, and readable whatever a hand has made of it."""

from tests.frontend.pure import ask

MODULE = "my_programme/choice.ts"


def test_what_cannot_be_read_is_nothing():
    texts = [None, "", "{", "{}", "null", '"12"', "[12,12,-1,0,1.5,null,31]"]
    assert ask(MODULE, "return given.map(ours.readChoice);", texts) == [[], [], [], [], [], [], [12, 31]]


def test_a_second_tap_takes_it_out_and_the_sixty_first_finds_no_room():
    full = list(range(1, 61))
    choices = [[[], 5], [[3, 5], 5], [full, 61], [full, 60]]
    answers = ask(MODULE, "return given.map(([choice, id]) => ours.toggled(choice, id));", choices)
    assert answers == [[5], [3], None, full[:-1]]


def test_an_address_and_a_list_are_the_same_thing():
    script = "return [ours.written(ours.asked(given)), ours.joined([1, 2], ours.asked(given))];"
    assert ask(MODULE, script, "2.31.x.-4.17") == ["2.31.17", [1, 2, 31, 17]]
