"""What several duties are told with: the council's report."""

import pytest
from django.utils.translation import override

from events.duties import council
from events.models import Edition
from tests.events.conftest import at


@pytest.fixture
def told(evening, live_side):
    """The report of the demo edition in German: section → label → value."""

    def tell(**counted: object) -> dict[str, dict[str, str]]:
        live_side(**counted)
        edition = Edition.objects.get()
        with override("de"):
            sections = council.report(council.facts(edition, at("23:59")), edition)
        return {section.title: {line.label: line.value for line in section.lines} for section in sections}

    return tell
