"""Every text the house shows exists in German and is plain."""

from kultour import translations


def messages_of(catalogue):
    return {(message.context, message.id): message for message in catalogue if message.id}


def test_every_text_has_its_german_translation():
    german = messages_of(translations.read("de"))
    wanted = messages_of(translations.collected())
    untranslated = {
        key for key in wanted if key not in german or not all(part for part in as_parts(german[key].string))
    }
    assert untranslated == set()


def test_the_catalogue_holds_no_text_that_nobody_shows():
    assert set(messages_of(translations.read("de"))) - set(messages_of(translations.collected())) == set()


def test_placeholders_survive_translation():
    lost = {
        message.id
        for message in translations.read("de")
        if message.id and message.python_format and list(message.check())
    }
    assert lost == set()


def as_parts(string):
    return [string] if isinstance(string, str) else list(string)
