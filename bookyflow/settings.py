"""All settings, read from the environment. docs/operations.md lists the variables."""

from __future__ import annotations

import base64
import hashlib
import secrets
import sys
from email.utils import formataddr
from http import HTTPStatus
from importlib.util import find_spec
from logging import LogRecord
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import reset_tzpath

from django.core.exceptions import ImproperlyConfigured

from bookyflow.core import env
from bookyflow.core.dev_secret import secret_in
from bookyflow.core.seldom import load_when_used
from bookyflow.plugins.loading import find_features

load_when_used("requests")  # the toolkit's and DRF's, for what is not used here: five megabytes

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("BOOKYFLOW_VAR", str(BASE_DIR / "var")))
RUN_DIR = VAR_DIR / "run"  # ids of running processes

ENVIRONMENT = env.choice("BOOKYFLOW_ENV", ("development", "production"))
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.boolean("DEBUG", default=False)
# In production a missing one is an error (core.checks); building the image needs no lasting one.
SECRET_KEY = env.text("SECRET_KEY") or (
    secrets.token_urlsafe(50) if PRODUCTION else secret_in(VAR_DIR)
)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "*")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SITE_NAME = env.text("SITE_NAME", "BookyFlow")

INSTALLED_APPS = [
    "bookyflow.core",
    "bookyflow.events",
    "bookyflow.plugins",
    "bookyflow.accounts",
    "bookyflow.properties",
    "bookyflow.favourites",
    "bookyflow.rooms",
    "bookyflow.guests",
    "bookyflow.mailing",
    "bookyflow.team",
    "bookyflow.tariffs",
    "bookyflow.pictures",
    "bookyflow.availability",
    "bookyflow.reservations",
    "bookyflow.property_lifecycle",
    "bookyflow.billing",
    "bookyflow.payments",
    "bookyflow.booking_sessions",
    "bookyflow.reviews",
    "bookyflow.messaging",
    "bookyflow.privacy",
    "bookyflow.channels",
    "bookyflow.ari",
    "bookyflow.webhooks",
    "bookyflow.calendars",
    "bookyflow.api",
    "bookyflow.auditing",
    "bookyflow.importing",
    "bookyflow.demo",
    "bookyflow.web",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "oauth2_provider",
    "procrastinate.contrib.django",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *(["django_linear_migrations"] if find_spec("django_linear_migrations") else []),
]
# Features are Django apps found on disk and among the installed packages (docs/developers.md).
# In safe mode the site starts without the packages.
SAFE_MODE = env.boolean("BOOKYFLOW_SAFE_MODE", default=False)
FEATURES, BROKEN_FEATURES = find_features(
    BASE_DIR / "features",
    beside=INSTALLED_APPS,
    kept=VAR_DIR / "packages.json",
    safe_mode=SAFE_MODE,
)
INSTALLED_APPS += [feature.module for feature in FEATURES]

MIDDLEWARE = [
    "bookyflow.api.http.middleware.ForwardedProtoMiddleware",
    "bookyflow.api.http.middleware.RequestIdMiddleware",
    "bookyflow.api.http.access_log.AccessLogMiddleware",
    "bookyflow.api.http.request_log.RequestLogMiddleware",
    "bookyflow.web.page_middleware.PagePolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bookyflow.api.http.cors.CorsMiddleware",
    "bookyflow.api.http.language.LanguageMiddleware",
    "bookyflow.api.calls.limits.RefusalMiddleware",
    "bookyflow.api.http.middleware.ApiPathMiddleware",
    "bookyflow.api.calls.caching.RevalidationMiddleware",
    "bookyflow.api.http.middleware.HostMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bookyflow.api.http.shortcut.Shortcut",  # for calls of the API, past what is for pages
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bookyflow.web.page_middleware.PageWords",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bookyflow.web.admin_look.AdminPolicy",
    "bookyflow.api.http.shortcut.ShortcutEnd",
]

ROOT_URLCONF = "bookyflow.urls"
WSGI_APPLICATION = "bookyflow.wsgi.application"
APPEND_SLASH = False  # it would redirect API calls and drop their bodies
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bookyflow.web.pages.frame",
            ]
        },
    }
]


def files_of(package: str) -> list[str]:
    """The directories of an installed package that holds files and no code."""
    found = find_spec(package)
    return list(found.submodule_search_locations or []) if found else []


# Where the server's machine is gone and does not even refuse: how many seconds a new connection may
# take, and after how many one in use is given up that gets no sign of life (user_timeout in ms).
ON_THE_WIRE: dict[str, object] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# A transaction that is left open keeps rows locked and, once it has written, all feeds waiting.
IDLE_IN_TRANSACTION = "-c idle_in_transaction_session_timeout=60s"
# Plans that are kept are thought to be dearer than they are; to compile one, which packages of
# PostgreSQL do from a certain price on, would take longer than it runs.
NOT_COMPILED = "-c jit=off"
# A page that an index leads to is in memory or on a solid state disk, and hardly dearer than the
# next one: else small tables are read whole for each row that is looked for.
BY_INDEX = "-c random_page_cost=1.1"
TOLD = f"{IDLE_IN_TRANSACTION} {NOT_COMPILED} {BY_INDEX}"
READ_ONLY = "-c default_transaction_read_only=on"  # also when it is a standby no more
LONGEST_READ = "-c statement_timeout=10s"  # of a replica: then the primary is asked


def database(
    url: str, *, is_shared: bool = False, told: str = TOLD, patience: int = 3
) -> dict[str, object]:
    """Django's description of postgresql://user:password@host:port/name?option=value.

    `told`: what the server is told at the beginning of each connection. `is_shared`: a pooler
    answers there that gives its connections to others with each transaction. Nothing is prepared on
    them then, and they are told nothing. `patience`: seconds in which there must be a connection.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must be postgresql://user:password@host:port/name")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    begin_with = f"{'' if is_shared else told} {options.pop('options', '')}".strip()
    return {
        "ENGINE": "bookyflow.core.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": False,  # core.database drops broken ones when one shows
        "OPTIONS": ON_THE_WIRE
        | options
        | {
            "pool": {
                "min_size": 0,
                "max_size": env.integer("DATABASE_POOL", 16, least=1),
                "timeout": patience,  # where all connections are in use or none is to be had
            },
            "application_name": f"bookyflow-{ROLE}",
            "prepare_threshold": prepare_threshold(
                options.get("prepare_threshold", "none" if is_shared else "2")
            ),
        }
        | ({"options": begin_with} if begin_with else {}),
    }


def replica(url: str) -> dict[str, object]:
    """The same of a server that only reads, and that another one stands in for."""
    return database(url, told=f"{TOLD} {READ_ONLY} {LONGEST_READ}", patience=1)


def prepare_threshold(text: object) -> int | None:
    """How often a statement is run before the server keeps it prepared; None for never.

    By default two times: for the statements bound in the server (bookyflow.api). Zero means never
    to some programs and at once to others, so that it is refused.
    """
    value = str(text)
    if value == "none":
        return None
    if not (value.isascii() and value.isdigit() and int(value)):
        raise ImproperlyConfigured(
            f"prepare_threshold={value!r} in DATABASE_URL is neither none (never prepare, as is "
            "needed behind a pooler in transaction mode) nor a whole number from 1 up"
        )
    return int(value)


# What this process is, as the server's own views of its connections tell it.
ROLE = "worker" if sys.argv[1:2] == ["worker"] else "web"
if Path(sys.argv[0]).name == "manage.py" and ROLE == "web":
    ROLE = "manage"
DATABASE_POOLER = env.choice("DATABASE_POOLER", ("session", "transaction"))
DATABASE_URL = env.text("DATABASE_URL")
if ROLE == "worker" and (own := env.text("WORKER_DATABASE_URL")):
    DATABASE_URL, DATABASE_POOLER = own, "session"  # its own, by which it hears of jobs
if not DATABASE_URL and not PRODUCTION:
    from bookyflow.embedded.sharing import database_url

    DATABASE_URL = database_url(VAR_DIR / "postgres")
DATABASES = {
    "default": database(
        DATABASE_URL or "postgresql:///bookyflow", is_shared=DATABASE_POOLER == "transaction"
    )
}
# A server that follows this one by streaming, and answers reads that may be a moment old.
REPLICA_LAG = env.integer("REPLICA_LAG", 3, least=2)  # seconds that it may be behind
if REPLICA_DATABASE_URL := env.text("REPLICA_DATABASE_URL"):
    DATABASES["replica"] = replica(REPLICA_DATABASE_URL) | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["bookyflow.core.database.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def cache_at(url: str) -> dict[str, object]:
    """Django's description of a Redis; without a URL, of a cache in each process."""
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # a counter for each caller, and some minutes
        }
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        # Counting is worth no longer a wait: without an answer a call goes on without a limit.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }


CACHES = {"default": cache_at(env.text("CACHE_URL"))}

# Personal data. The development keys follow from SECRET_KEY; production must name its own, and can
# neither read nor write such data without.
ENCRYPTION_KEYS = env.words("ENCRYPTION_KEYS")
HASH_KEY = env.text("HASH_KEY")
if not PRODUCTION:
    _derived = hashlib.sha256(b"encrypt" + SECRET_KEY.encode()).digest()
    ENCRYPTION_KEYS = ENCRYPTION_KEYS or [
        f"aesgcm:{_derived.hex()}",
        base64.urlsafe_b64encode(_derived).decode(),  # of what older versions have written
    ]
    HASH_KEY = HASH_KEY or hashlib.sha256(b"hash" + SECRET_KEY.encode()).hexdigest()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["bookyflow.accounts.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "web:sign_in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:sign_in"
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a day at the desk
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a link to a new password works

# Second factors, sessions and the stages of signing in are allauth's; passwords, addresses and
# limits are ours (bookyflow.accounts, bookyflow.team). The public makes no accounts.
ACCOUNT_ADAPTER = "bookyflow.web.account.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # bookyflow.accounts.attempts, in the database
ACCOUNT_FORMS = {"reauthenticate": "bookyflow.web.account.forms.ConfirmPasswordForm"}
MFA_ADAPTER = "bookyflow.web.account.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "bookyflow.web.account.forms.CodeForm",
    "reauthenticate": "bookyflow.web.account.forms.ConfirmCodeForm",
    "activate_totp": "bookyflow.web.account.forms.AppForm",
    "add_webauthn": "bookyflow.web.account.passkeys.PasskeyForm",
    "edit_webauthn": "bookyflow.web.account.passkeys.PasskeyNameForm",
    "login_webauthn": "bookyflow.web.account.passkeys.PasskeyAloneForm",
    "authenticate_webauthn": "bookyflow.web.account.passkeys.PasskeyAfterwardsForm",
    "reauthenticate_webauthn": "bookyflow.web.account.passkeys.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by staff, not by who signs up
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # codes before and after, for clocks that are half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]  # compiled by bookyflow.core.catalogues
FORMAT_MODULE_PATH = ["bookyflow.core.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
reset_tzpath(to=())  # time zones are those of the locked package tzdata, not the machine's

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing one
STATICFILES_DIRS = [("bootstrap", Path(path)) for path in files_of("bootstrap")]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = env.text("MEDIA_URL", "/media/")  # or where a proxy or bucket serves them: https://…/
WHITENOISE_USE_FINDERS = not PRODUCTION  # no collectstatic step while developing
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "webp", "woff2", "map")
if PRODUCTION:  # names that change with what is in them, so that browsers keep them for ever
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "bookyflow.web.static_files.HashedFiles"},
    }

# HTTPS is the operator's proxy's work; these follow from running behind one.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = PRODUCTION and env.boolean("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Limits of a request (DESIGN.md section 5)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000
FILE_UPLOAD_MAX_SIZE = 20 * 1024 * 1024

# Calls a minute, 0 for no limit: of a key pair, of an address where none is needed, of a key pair
# for its tokens, and of an address that are refused before a key pair is known.
RATE_LIMITS = {
    "reads": env.integer("RATE_LIMIT_READS", 600 if PRODUCTION else 0),
    "writes": env.integer("RATE_LIMIT_WRITES", 300 if PRODUCTION else 0),
    "public": env.integer("RATE_LIMIT_PUBLIC", 120 if PRODUCTION else 0),
    "tokens": env.integer("RATE_LIMIT_TOKENS", 60 if PRODUCTION else 0),
    "failures": env.integer("RATE_LIMIT_FAILURES", 60 if PRODUCTION else 0),
}

# What anybody may hold, or book without paying, in room-nights, 0 for no limit: one address, one
# key pair, and all addresses together, in per cent of a property's rooms on the nights for sale.
ROOM_NIGHTS_PER_ADDRESS = env.integer("ROOM_NIGHTS_PER_ADDRESS", 90 if PRODUCTION else 0)
ROOM_NIGHTS_PER_KEY = env.integer("ROOM_NIGHTS_PER_KEY", 10_000 if PRODUCTION else 0)
ROOM_NIGHTS_SHARE = env.integer("ROOM_NIGHTS_SHARE", 25 if PRODUCTION else 0)
# What is held for anybody: at most so many nights, beginning at most so many days ahead.
HOLD_LONGEST_NIGHTS = env.integer("HOLD_LONGEST_NIGHTS", 30 if PRODUCTION else 0)
HOLD_FURTHEST_DAYS = env.integer("HOLD_FURTHEST_DAYS", 500 if PRODUCTION else 0)
# A visitor's booking whose deposit has not come by then ends by itself; 0: it stays.
REVISION_DEADLINE_MINUTES = env.integer("REVISION_DEADLINE_MINUTES", 60)
UNPAID_BOOKING_HOURS = env.integer("UNPAID_BOOKING_HOURS", 72)

# Calls with `?wait=` that one process lets wait; each takes one of its threads. 0: none waits.
MOST_WAITING = env.integer("MOST_WAITING", 2)
# What one account may write in an hour, one side of a conversation in an hour, how many
# conversations an account may begin on a day, and how many files it may send; 0 for no limit.
MESSAGES_PER_ACCOUNT = env.integer("MESSAGES_PER_ACCOUNT", 120 if PRODUCTION else 0)
MESSAGES_PER_CONVERSATION = env.integer("MESSAGES_PER_CONVERSATION", 60 if PRODUCTION else 0)
CONVERSATIONS_PER_ACCOUNT = env.integer("CONVERSATIONS_PER_ACCOUNT", 20 if PRODUCTION else 0)
ATTACHMENTS_PER_ACCOUNT = env.integer("ATTACHMENTS_PER_ACCOUNT", 50 if PRODUCTION else 0)

SENTRY_DSN = env.text("SENTRY_DSN")  # with requirements-telemetry.txt
OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT")  # likewise; the package reads it, too
METRICS_DIR = env.text("PROMETHEUS_MULTIPROC_DIR")  # the same
METRICS_TOKEN = env.text("METRICS_TOKEN")  # who reads /metrics sends it; without one nobody reads
REQUEST_LOG = env.boolean("REQUEST_LOG", default=True)  # and when keys and secrets were last used
REQUEST_LOG_DAYS = env.integer("REQUEST_LOG_DAYS", 30, least=1)

# Webhooks: seconds that a receiver may take, the pauses between tries of a delivery, days for which
# the log of deliveries is kept, and hosts that need be neither public nor https.
WEBHOOK_TIMEOUT = env.integer("WEBHOOK_TIMEOUT", 15, least=1)
WEBHOOK_RETRIES = env.integers(
    "WEBHOOK_RETRIES", "5,60,300,1800,7200,18000,36000,50400,64800,79200", least=1
)
WEBHOOK_LOG_DAYS = env.integer("WEBHOOK_LOG_DAYS", 30, least=1)
WEBHOOK_ALLOWED_HOSTS = env.words("WEBHOOK_ALLOWED_HOSTS")

# Calendars of other platforms: seconds between two readings, and that their server may take. Hosts
# that need be neither public nor https are those of WEBHOOK_ALLOWED_HOSTS.
CALENDAR_INTERVAL = env.integer("CALENDAR_INTERVAL", 900, least=60)
CALENDAR_TIMEOUT = env.integer("CALENDAR_TIMEOUT", 15, least=1)

API_BASE = "/bookyflow/api"

# Public pages of a property, on whatever site shows them: https://www.example/places/{property_uid}
PROPERTY_PAGE_URL = env.text("PROPERTY_PAGE_URL")
BOOKING_PAGE_URL = env.text("BOOKING_PAGE_URL")

# Where Stripe's API is; another one only to test against
STRIPE_API_BASE = env.web_address("STRIPE_API_BASE")

# Tells country and region of a position, as Nominatim's reverse does
GEOCODER_URL = env.web_address("GEOCODER_URL")

UNFOLD = {
    "SITE_TITLE": f"{SITE_NAME} administration",
    "SITE_HEADER": SITE_NAME,
    "SITE_SUBHEADER": "Administration",
    "SITE_URL": "/bookyflow/",
    "SITE_SYMBOL": "hotel",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "bookyflow.web.admin_look.favicon"}
    ],
    "SHOW_HISTORY": False,
    "GLOBAL_CALLBACK": "bookyflow.web.admin_look.frame",
    "STYLES": ["bookyflow.web.admin_look.style"],
    "SCRIPTS": ["bookyflow.web.admin_look.script"],
    "SIDEBAR": {"show_search": True, "navigation": "bookyflow.web.admin_look.sidebar"},
}

OAUTH2_PROVIDER_APPLICATION_MODEL = "accounts.KeyPair"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "bookyflow.api.auth.oauth.KeyPairValidator",
    "OAUTH2_BACKEND_CLASS": "bookyflow.api.auth.oauth.KeyPairRequests",
    "OAUTH2_SERVER_CLASS": "bookyflow.api.auth.oauth.KeyPairServer",  # client credentials only
    "SCOPES_BACKEND_CLASS": "bookyflow.plugins.scopes.FeatureScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": env.integer("ACCESS_TOKEN_SECONDS", 3600, least=60),
    "ACCESS_TOKEN_GENERATOR": "bookyflow.accounts.generators.access_token",
    "CLIENT_ID_GENERATOR_CLASS": "bookyflow.accounts.generators.ClientIds",
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bookyflow.api.auth.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["bookyflow.api.auth.permissions.HasEndpointScope"],
    "DEFAULT_THROTTLE_CLASSES": ["bookyflow.api.calls.limits.CallThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["bookyflow.api.wire.envelope.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "bookyflow.api.wire.parsers.StrictJSONParser",
        "bookyflow.api.wire.parsers.BracketFormParser",
        "bookyflow.api.wire.parsers.BracketMultiPartParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "bookyflow.api.wire.envelope.AlwaysJSON",
    "DEFAULT_SCHEMA_CLASS": "bookyflow.api.schema.document.FeatureSchema",
    "EXCEPTION_HANDLER": "bookyflow.api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "BookyFlow API",
    "VERSION": "1.0.0",
    "DESCRIPTION": (BASE_DIR / "bookyflow/api/schema/introduction.md").read_text(encoding="utf-8"),
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SERVERS": [{"url": "http://127.0.0.1:8000"}],  # of the committed document
    "SORT_OPERATION_PARAMETERS": False,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": API_BASE,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {  # where several fields of one name have different words
        "AuthmethodEnum": "bookyflow.webhooks.models.AuthMethod.choices",
        "DeliveryStateEnum": ["waiting", "delivered", "failed", "dropped"],
        "KindEnum": ["booking", "block"],
        "InvoiceKindEnum": ["invoice", "credit_note"],
        "InvoiceRowOutImgColorEnum": ["red", "green", "black", "orange"],
    },
    "PREPROCESSING_HOOKS": ["bookyflow.api.schema.document.shown_routes"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "bookyflow.api.schema.refusals.share",
        "bookyflow.api.schema.tokens.add_tokens",
        "bookyflow.api.schema.clients.suit_clients",
        "bookyflow.api.schema.webhooks.add_webhooks",
    ],
    "GET_LIB_DOC_EXCLUDES": "bookyflow.api.schema.document.undescribed",
    "DEFAULT_GENERATOR_CLASS": "bookyflow.api.schema.document.BundledGenerator",
    "PATH_CONVERTER_OVERRIDES": {
        "uid": {"type": "integer", "format": "int64", "minimum": 1},
        "date": {"type": "string", "format": "date"},
        "flag": {"type": "integer", "minimum": 0, "maximum": 1},
        "lang": {"type": "string", "pattern": "^[a-z]{2}(-[A-Za-z]{2})?$"},
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
}

# Mails to one address on a day: those that somebody without an account has caused, and others
MAILS_PER_ADDRESS = env.integer("MAILS_PER_ADDRESS", 20 if PRODUCTION else 0)
STAFF_MAILS_PER_ADDRESS = env.integer("STAFF_MAILS_PER_ADDRESS", 1000 if PRODUCTION else 0)

# Mail: to a server where there is one, else to files while developing, and to nobody in production
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, least=1)
EMAIL_HOST_USER = env.text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD")
_EMAIL_SECURITY = env.choice("EMAIL_SECURITY", ("starttls", "tls", "none"))
EMAIL_USE_TLS, EMAIL_USE_SSL = _EMAIL_SECURITY == "starttls", _EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR_DIR / "mail"
_EMAIL_KIND = "smtp" if EMAIL_HOST else "dummy" if PRODUCTION else "filebased"
EMAIL_BACKEND = f"django.core.mail.backends.{_EMAIL_KIND}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM") or formataddr((SITE_NAME, "bookings@localhost"))


def is_no_refusal(record: LogRecord) -> bool:
    """Whether an answer that Django logs is something else than 503."""
    return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE


LOG_FORMAT = env.choice("LOG_FORMAT", ("plain", "json"))  # json: also a line for each request
LOG_LEVEL = env.choice("LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR"))
PLAIN_LINES = "%(asctime)s %(levelname)s %(name)s %(request_id)s%(message)s"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "bookyflow.core.logs.PlainFormatter", "fmt": PLAIN_LINES},
        "json": {"()": "bookyflow.core.logs.JsonLines"},
    },
    "filters": {
        "of_request": {"()": "bookyflow.core.logs.OfRequest"},
        # That the database is away is told once, and not with every call that is refused for it.
        "faults": {"()": "django.utils.log.CallbackFilter", "callback": is_no_refusal},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["of_request"],
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"level": LOG_LEVEL},
        "django.request": {"level": "ERROR", "filters": ["faults"]},  # refusals are answers
        "procrastinate": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},  # it writes down each call
        "factur-x": {"level": "WARNING"},  # it writes down each file
        "psycopg.pool": {"level": "ERROR"},  # core.outages tells of outages, once
    },
}
