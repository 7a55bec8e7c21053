"""Every setting of Kultour: read from the environment once, strictly, and nowhere else.

A typo stops the start, not the concert. The README lists each variable in one table; a test fails on a missing one.
"""

import sys
from datetime import date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate

from kultour.log import is_no_polite_refusal

env = Env(prefix="KULTOUR_")
ROOT = Path(__file__).resolve().parent.parent

PRODUCTION: bool = env.bool("PRODUCTION", False)
DATA = Path(env.str("DATA", str(ROOT / "data"))).resolve()
"""Everything that must outlive a restart and is not in a database server or in S3."""
DEBUG = False
TIME_ZONE = "Europe/Berlin"
ROLES = {"office", "control_room", "moderator", "captioner", "interpreter"}
"""What KULTOUR_OIDC_ROLES may name. Written out: kultour.accounts.roles needs Django, which needs these settings."""


def required_in_production(name: str, fallback: str) -> str:
    """A value without which a public installation would be unsafe or unlawful."""
    value = env.str(name, "" if PRODUCTION else fallback)
    if PRODUCTION and not value.strip():
        raise ImproperlyConfigured(f"KULTOUR_{name} must be set in production (see the settings table in README.md).")
    return value


def own_secret() -> str:
    """The secret `run` made for this data directory; a throw-away one where nothing is served."""
    kept = DATA / "secret_key"
    return kept.read_text().strip() if kept.exists() else "only-for-commands-that-serve-nothing-" + "x" * 20


def announced(entries: str) -> list[str]:
    """The relay reads them itself, but only once its doors open."""
    if not entries.strip():
        return []
    from streaming.relay.announced import Announced  # here, since the whole relay comes with it

    try:
        return [str(Announced.read(entry.strip())) for entry in entries.split(",")]
    except ValueError as error:
        raise ImproperlyConfigured(f"KULTOUR_ANNOUNCE names IP addresses, some with a port: {error}.") from error


def reviewed_on(day: str, today: date) -> date | None:
    """A day as 2027-03-31, on which somebody did review the page: not one that is still to come."""
    try:
        reviewed = date.fromisoformat(day.strip()) if day.strip() else None
    except ValueError as error:
        raise ImproperlyConfigured("KULTOUR_ACCESSIBILITY_REVIEWED must be a day, as 2027-03-31.") from error
    if reviewed and reviewed > today:
        raise ImproperlyConfigured(
            f"KULTOUR_ACCESSIBILITY_REVIEWED names {reviewed}, and today is {today}: a review is named once it is done."
        )
    return reviewed


def mail_server(url: str) -> dict[str, object]:
    """Django's settings for `smtp://user:password@host:587` (STARTTLS where a password travels) or `smtps://…:465`."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or port == 0:
        raise ImproperlyConfigured(
            "KULTOUR_SMTP_URL must read smtp://user:password@host:587 or smtps://user:password@host:465."
        )
    implicit, user = parts.scheme == "smtps", unquote(parts.username or "")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if implicit else 587 if user else 25),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": bool(user) and not implicit,
    }


try:
    # --- who we are -----------------------------------------------------------------------------------------------
    SECRET_KEY = required_in_production("SECRET_KEY", own_secret())
    SECRET_KEY_FALLBACKS: list[str] = [key.strip() for key in env.str("OLD_SECRET_KEYS", "").split(",") if key.strip()]
    """Earlier keys: what they signed or sealed is still believed, nothing new is."""
    ALLOWED_HOSTS: list[str] = [h for h in required_in_production("HOSTS", "*").split(",") if h]
    IMPRESSUM = required_in_production("IMPRESSUM", "")
    """Lines of the legal notice (§ 5 DDG), separated by `|`: name, street, town, represented by, mail, telephone."""
    ACCESSIBILITY_REVIEWED: date | None = reviewed_on(
        env.str("ACCESSIBILITY_REVIEWED", ""), datetime.now(ZoneInfo(TIME_ZONE)).date()
    )
    """When the operator last reviewed the statement on accessibility; None: the page names only the makers' day."""
    SECURITY_CONTACT: str = env.str(
        "SECURITY_CONTACT", "", validate=validate.Regexp(r"((mailto:[^\s@]+@[^\s@]+)|(https://\S+)|(tel:\+?[\d-]+))?$")
    )
    """Whom to tell of a weakness, for /.well-known/security.txt (RFC 9116); empty: there is no such file."""
    PUBLIC_ADDRESS: str = env.str("PUBLIC_ADDRESS", "").rstrip("/")
    """`https://buehne.example.org`; empty: the address of the running program, kept in run.json."""
    SECURE: bool = PUBLIC_ADDRESS.startswith("https://") or env.bool("HTTPS", False)
    TOWN: str = env.str("TOWN", "Kultour")
    """The name in the page's head."""
    PUBLISHER: str = env.str("PUBLISHER", "").strip() or IMPRESSUM.split("|")[0].strip() or TOWN
    """Who answers for the programme's data: named in feeds and in the catalogue of open data."""
    DATA_LICENCE: str = env.str(
        "DATA_LICENCE",
        "dl-de/by-2-0",
        validate=validate.OneOf(["dl-de/by-2-0", "dl-de/zero-2-0", "cc-by-4.0", "cc0-1.0"]),
    )
    """Under which others may use the programme as data (DCAT-AP.de)."""
    ARS: str = env.str("ARS", "", validate=validate.Regexp(r"(\d{12})?$"))
    """The municipality's Regionalschlüssel of twelve figures; empty: the catalogue of open data names no area."""

    # --- where things are kept ------------------------------------------------------------------------------------
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA / 'kultour.sqlite3'}")}
    REDIS_URL: str = env.str("REDIS_URL", "")
    S3_ENDPOINT: str = env.str("S3_ENDPOINT", "")
    S3_BUCKET: str = env.str("S3_BUCKET", "kultour")
    S3_REGION: str = env.str("S3_REGION", "us-east-1")
    S3_ACCESS_KEY: str = env.str("S3_ACCESS_KEY", "")
    S3_SECRET_KEY: str = env.str("S3_SECRET_KEY", "")
    S3_KEY_FOR: str = env.str(
        "S3_KEY_FOR", "everything", validate=validate.OneOf(["everything", "reading", "writing", "removing"])
    )
    """What this process does in the bucket, so that `check` can tell whether its key may, and whether it may more."""
    SPOOL_FREE_MB: int = env.int("SPOOL_FREE_MB", 1000, validate=validate.Range(0, 1_000_000))
    """MB of the data directory's disk that stay free: below, local copies of stored recordings go at once."""

    # --- the relay ------------------------------------------------------------------------------------------------
    UDP_PORT: int = env.int("UDP_PORT", 40000, validate=validate.Range(0, 65535))
    ANNOUNCE: list[str] = announced(env.str("ANNOUNCE", ""))
    """Addresses in the ICE candidates, each with a port where that is another; empty: every address of the machine."""
    SEATS: int = env.int("SEATS", 400, validate=validate.Range(1, 5000))
    """Sub-second seats of this relay; who comes later watches by HLS."""
    STAGE_MBIT: int = env.int("STAGE_MBIT", 8, validate=validate.Range(1, 50))
    """Mbit/s that one stage may send; above, its picture stops until the next keyframe."""

    # --- recording ------------------------------------------------------------------------------------------------
    REWIND_MINUTES: int = env.int("REWIND_MINUTES", 120, validate=validate.Range(1, 120))
    """How far the audience may rewind while a stage is on air, whether it is kept or not; more is not allowed."""

    # --- people ---------------------------------------------------------------------------------------------------
    REQUIRE_SECOND_FACTOR: bool = env.bool("REQUIRE_SECOND_FACTOR", PRODUCTION)
    """Whether office, control room, captioners and moderators need a passkey or a code besides their password."""

    OIDC_ISSUER: str = env.str("OIDC_ISSUER", "")
    """The city's own login (OpenID Connect), as it names itself; empty: there is none."""
    OIDC_CLIENT: str = env.str("OIDC_CLIENT", "")
    OIDC_SECRET: str = env.str("OIDC_SECRET", "")
    OIDC_CLAIM: str = env.str("OIDC_CLAIM", "groups")
    OIDC_ACR: list[str] = env.str("OIDC_ACR", "").split()
    """How strongly people have to have signed in there (claim `acr`), one of these; empty: the provider's business."""
    OIDC_ROLES: dict[str, str] = env.dict("OIDC_ROLES", {})
    """The city's groups and our roles; of several the first counts. Whoever is in none does not come in."""

    # --- the demo -------------------------------------------------------------------------------------------------
    DEMO: bool = env.bool("DEMO", not PRODUCTION)
    """The pages say that all people and groups are invented."""
    WHIT_SUNDAY: bool = env.bool("WHIT_SUNDAY", DEMO)
    """The event comes back every Whit Sunday: the calendar of the editions computes the years to come."""
    WORKER_INSIDE: bool = env.bool("WORKER_INSIDE", True)
    """Whether the web process also forgets and deletes; false where `python3 -m kultour work` does."""
    UPLOADER_INSIDE: bool = env.bool("UPLOADER_INSIDE", True)
    """Whether the web process also carries recordings to S3; false where `python3 -m kultour upload` does."""
    LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO")

    # --- the office's post ----------------------------------------------------------------------------------------
    SMTP_URL: str = env.str("SMTP_URL", "")
    """Where the office's mails go out; empty: nothing is sent, the office copies them into its own mail program."""
    MAIL_FROM: str = env.str("MAIL_FROM", "")
except EnvError as error:
    raise ImproperlyConfigured(str(error)) from error

if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("KULTOUR_HOSTS must name the hosts in production; * is not a name.")
if PRODUCTION and not SECURE:
    raise ImproperlyConfigured("KULTOUR_PUBLIC_ADDRESS must begin with https:// in production: cookies travel by it.")
if bool(SMTP_URL) != bool(MAIL_FROM):
    raise ImproperlyConfigured("KULTOUR_SMTP_URL and KULTOUR_MAIL_FROM belong together: set both, or neither.")
if OIDC_ISSUER and not (OIDC_CLIENT and OIDC_SECRET and OIDC_ROLES):
    raise ImproperlyConfigured("With KULTOUR_OIDC_ISSUER go KULTOUR_OIDC_CLIENT, KULTOUR_OIDC_SECRET and _ROLES.")
if PRODUCTION and OIDC_ISSUER and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("KULTOUR_OIDC_ISSUER must begin with https:// in production.")
if unknown := set(OIDC_ROLES.values()) - ROLES:
    raise ImproperlyConfigured(f"KULTOUR_OIDC_ROLES knows the roles {', '.join(sorted(ROLES))}, not {unknown.pop()}.")
for name, keys in (("SECRET_KEY", [SECRET_KEY]), ("OLD_SECRET_KEYS", SECRET_KEY_FALLBACKS)):
    if PRODUCTION and any(len(key) < 40 for key in keys):
        raise ImproperlyConfigured(f"KULTOUR_{name} must have 40 characters or more.")

INSTALLED_APPS = [
    "kultour.accounts",
    "events",
    "streaming",
    "kultour",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "channels",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kultour.middleware.guard_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kultour.accounts.sessions.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "kultour.urls"
ASGI_APPLICATION = "kultour.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "csp.context_processors.nonce",
                "kultour.context.house",
                "kultour.context.words",
            ],
            "builtins": ["django.templatetags.i18n", "kultour.templatetags.house"],
        },
    }
]

# --- database and channel layer -----------------------------------------------------------------------------------
_database = DATABASES["default"]
if "sqlite3" in _database["ENGINE"]:
    # In memory, threads would share one cache and its table locks; a file behaves as in service.
    _database["TEST"] = {"NAME": DATA / "test.sqlite3"}
    _database["OPTIONS"] = {
        # Two writers must queue, not fail: take the write lock at BEGIN and wait for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

CACHES: dict[str, dict[str, object]] = {
    # Attempts to sign in are counted in it: by all processes together, where there are several.
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "kultour",
        "OPTIONS": {
            "serializer": "kultour.short_memory.AsJson",
            # Seconds; without an answer nobody signs in, and nobody guesses.
            "socket_connect_timeout": 2,
            "socket_timeout": 2,
        },
    }
    if REDIS_URL
    # The usual 300 entries would be pushed out, with their counts, by whoever guesses at 300 names.
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
}

# --- language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["kultour.formats"]
LOCALE_PATHS = [ROOT / "kultour" / "locale"]
USE_TZ = True

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
ACCOUNT_ADAPTER = "kultour.accounts.adapter.HouseAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
SOCIALACCOUNT_ADAPTER = "kultour.accounts.city_login.CityAccounts"
MFA_ADAPTER = "kultour.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "kultour.accounts.codes.CodeForm",
    "reauthenticate": "kultour.accounts.codes.ProofByCodeForm",
    "add_webauthn": "kultour.accounts.passkeys.AddPasskeyForm",
    "edit_webauthn": "kultour.accounts.passkeys.RenamePasskeyForm",
    "authenticate_webauthn": "kultour.accounts.passkeys.AnswerForm",
    "login_webauthn": "kultour.accounts.passkeys.SignInForm",
    "reauthenticate_webauthn": "kultour.accounts.passkeys.ProofForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
"""A passkey asks for finger, face or PIN: only then it is two factors in one."""
MFA_TOTP_TOLERANCE = 1
"""Half a minute before and after: phones' clocks are not ours."""
MFA_ALLOW_UNVERIFIED_EMAIL = True
"""allauth's reason against it is somebody signing up with a stranger's address; here nobody signs up."""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/buero/"
LOGOUT_REDIRECT_URL = "/"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP_URL else 'console'}.EmailBackend"
EMAIL_TIMEOUT = 10
"""Seconds; somebody of the office is waiting."""
if SMTP_URL:
    globals().update(mail_server(SMTP_URL))
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
"""Words for the signed-in travel in their session; a cookie of its own would need a name in the privacy page."""
# Behind the proxy everybody has its address; it overwrites X-Forwarded-For with the visitor's.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "kultour.accounts.passwords.NotOfTheHouse"},
]

# --- cookies and headers ------------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-kultour" if SECURE else "kultour"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CHAT_COOKIE_NAME = "__Host-chat" if SECURE else "chat"
KNOWN_COOKIE_NAME = "__Host-known" if SECURE else "known"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION and SECURE else 0
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS] if PUBLIC_ADDRESS else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# The largest form of the house; the ASGI guard refuses larger bodies before Django spools them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "frontend" / "dist"] if (ROOT / "frontend" / "dist").exists() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/.+-[A-Za-z0-9_-]{8}\."

# --- log: no address, no token, no query string -------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kultour.log.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "filters": {"faults": {"()": "django.utils.log.CallbackFilter", "callback": is_no_polite_refusal}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["faults"]},
        # What a stranger's malformed request did to it; the answer says so too, and a log must not grow with each.
        "django.security": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "daphne.http_protocol": {"level": "CRITICAL"},
        "daphne.ws_protocol": {"level": "CRITICAL"},
        "aioice": {"level": "WARNING"},
        "aiortc": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
    },
}
