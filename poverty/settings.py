"""Settings. Everything that differs between places comes through poverty/env.py; nothing else reads the environment."""

import secrets
from pathlib import Path

import dj_database_url
from csp.constants import SELF
from django.core.exceptions import ImproperlyConfigured

from poverty import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
# The embedded default (SQLite, filesystem broker) is for trying out and for development; it may make its own keys.
EMBEDDED = not DATABASE_URL
DEBUG = env.flag("DEBUG", default=False)
DEMO = env.flag("DEMO", default=False)
BUSINESS_DATE = env.day("BUSINESS_DATE")


def _made(name: str, make) -> str:
    value = env.secret(name)
    if value:
        return value
    if not EMBEDDED:
        raise ImproperlyConfigured(f"{name} (or {name}_FILE) must be set outside the embedded default")
    return env.keep_secret(VAR_DIR / "keys" / name.lower(), make)


SECRET_KEY = _made("SECRET_KEY", lambda: secrets.token_urlsafe(64))
# "id:hex64,id:hex64;hash:hex64" - newest encryption key first, then the key of the search hashes (common/vault.py).
DATA_KEYS = _made("DATA_KEYS", lambda: f"k1:{secrets.token_hex(32)};hash:{secrets.token_hex(32)}")

ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if EMBEDDED else "")
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.items("TRUSTED_PROXIES", "127.0.0.1")
# Where phones reach this system; on printed codes. Empty: the address of the request that prints them.
PUBLIC_URL = env.origin("PUBLIC_URL")

INSTALLED_APPS = [
    "poverty.apps.PovertyConfig",
    "reporting.apps.ReportingConfig",
    "proceedings.apps.ProceedingsConfig",
    "monitoring.apps.MonitoringConfig",
    "funds.apps.FundsConfig",
    "projects.apps.ProjectsConfig",
    "households.apps.HouseholdsConfig",
    "exchange.apps.ExchangeConfig",
    "policies.apps.PoliciesConfig",
    "accounts.apps.AccountsConfig",
    "villages.apps.VillagesConfig",
    "common.apps.CommonConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "simple_history",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.reference.ReferenceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionRulesMiddleware",
    "accounts.middleware.LoginEverywhereMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "accounts.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "poverty.urls"
WSGI_APPLICATION = "poverty.wsgi.application"
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
                "accounts.context.frame",
            ],
            "builtins": ["common.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: Django's default (deferred) loses writes under load with "database is locked" (ADR 0011).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;"
        # Temporary tables are memory: only the file is overwritten where something is deleted (as Debian's SQLite does).
        "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA temp.secure_delete=OFF;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FILES_DIR = VAR_DIR / "files"  # private: served by checked views only, never below static

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_COOKIE_AGE = 7 * 24 * 3600  # field roles; others end after 30 idle minutes (accounts/middleware.py)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
PASSWORD_RECHECK_SECONDS = 600
IDLE_SECONDS = 1800
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
# One shared office address must not lock a whole bureau out: count user and address together.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "accounts.actor.client_address"
CSRF_FAILURE_VIEW = "accounts.errors.csrf_failed"

# The open self-application pages: (tries, seconds) by address, by village code, by receipt number. Whole villages stand
# behind one address of a mobile network, so the limit by address is generous and the one by receipt is tight.
APPLY_LIMITS = {
    "send_address": (30, 3600),
    "send_code": (200, 86400),
    "status_address": (30, 3600),
    "status_receipt": (6, 86400),
}

# --- web ------------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 30 * 1024 * 1024
VISIT_PHOTOS_MOST = env.whole("VISIT_PHOTOS_MOST", 9, least=1)
FORMAT_MODULE_PATH = "common.formats"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL = env.flag("SECURE_SSL", default=False)
if SECURE_SSL:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PAGINATION_CLASS": "common.api.NewestFirstCursor",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "防止返贫监测帮扶 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # Lists whose fields share a name; without this the schema would call them by a piece of a hash.
    "ENUM_NAME_OVERRIDES": {
        "VisitKindEnum": "households.models.Visit.Kind",
        "IncomeKindEnum": "households.models.IncomeRecord.Kind",
        "PackStateEnum": "policies.models.PolicyPack.State",
    },
}

# --- work in the background -------------------------------------------------------------------------------------------
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "visibility_timeout": 3600,
        "socket_timeout": 3,
        "socket_connect_timeout": 2,
        # Who sends a message tries twice at once and gives up; kombu's own patience holds a request for seven seconds.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    }
else:
    QUEUE_DIR = VAR_DIR / "queue"
    for _name in ("messages", "processed", "control"):
        (QUEUE_DIR / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"  # it has no host; without a name kombu warns in every log
    CELERY_BROKER_TRANSPORT = "poverty.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "processed_folder": str(QUEUE_DIR / "processed"),
        "store_processed": False,
        "control_folder": str(QUEUE_DIR / "control"),
    }
# After this long without a sign of life a run, or the message that announces it, counts as lost (common/runs.py). The
# sweeper looks twice as often, so another worker takes over after one and a half times this.
RUN_SILENCE_SECONDS = env.whole("RUN_SILENCE_SECONDS", 60, least=5)
# A county with more living households than this is screened township by township: its facts are then filled in many short
# transactions instead of one long one, and several workers share them (docs/adr/0018).
SCREENING_SPLIT_HOUSEHOLDS = env.whole("SCREENING_SPLIT_HOUSEHOLDS", 1_000_000, least=1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = (
    False  # a lost broker must not hold a clerk's form: the row stays queued, the sweeper sends it
)
CELERY_TIMEZONE = TIME_ZONE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"reference": {"()": "common.reference.ReferenceFilter"}},
    "formatters": {
        "line": {
            "format": "%(asctime)s %(levelname)s %(name)s ref=%(reference)s user=%(user_id)s %(message)s"
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["reference"]}
    },
    "root": {
        "handlers": ["console"],
        "level": env.one_of("LOG_LEVEL", {"DEBUG", "INFO", "WARNING", "ERROR"}, "INFO"),
    },
    "loggers": {
        # Request lines of these loggers carry query strings, which may hold names: our own middleware logs instead.
        "django.server": {"level": "ERROR", "propagate": True},
        "axes": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
