"""What stands in every table of the programme and of the live side, so that a test can say what did not change."""

from django.apps import apps
from django.db.models import Model


def every_table(*but: type[Model]) -> dict[type[Model], list[dict]]:
    """All rows of all tables, in order; without some tables."""
    models = [model for app in ("events", "streaming") for model in apps.get_app_config(app).get_models()]
    return {model: list(model.objects.order_by("pk").values()) for model in models if model not in but}


def counts() -> dict[str, int]:
    """How many rows every table has, by its name."""
    return {model.__name__: len(rows) for model, rows in every_table().items()}
