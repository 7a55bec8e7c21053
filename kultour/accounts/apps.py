from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kultour.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from kultour import retention
        from kultour.accounts import witness  # noqa: F401  it listens to Django's signals
        from kultour.accounts.retention import RULES

        retention.register("accounts", RULES)
