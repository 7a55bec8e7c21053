"""What is no password here, though it is long enough."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kultour.accounts.models import User
from tests.kultour.accounts.conftest import PASSWORD


@pytest.fixture(autouse=True)
def town(settings):
    settings.TOWN, settings.PUBLISHER = "Quellstadt", "Stadt Quellstadt, Kulturamt"
    settings.PUBLIC_ADDRESS = "https://buehne.quellstadt.example"


@pytest.mark.parametrize(
    "password", ["Kulturamt-2027!", "quellstadt123456", "Willkommen2027!", "Regie!Regie!Regie!", "BuehneQuellstadt1"]
)
def test_the_words_of_the_house_and_a_year_are_guessed(password):
    with pytest.raises(ValidationError, match=r"Somebody who knows your office|Wer Ihr Amt kennt"):
        validate_password(password)


@pytest.mark.parametrize("password", [PASSWORD, "Kulturamt und drei Kraniche", "194883920174", "тихая вода бежит"])
def test_other_words_beside_them_are_fine(password):
    validate_password(password, User(username="ida.fluss@example.org", first_name="Ida", last_name="Fluss"))


@pytest.mark.parametrize("password", ["elf Zeichen", "qwertyuiop123", "ida.fluss@example"])
def test_what_is_short_common_or_ones_own_name_is_none(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="ida.fluss@example.org"))
