"""Settings of Suno Web. Everything an operator may change comes from the environment; see the README's table."""

import hashlib
import hmac
from pathlib import Path

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from suno_web import environment

# Lets classes such as ModelForm say in their types which model they are about.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things live -----------------------------------------------------------------------------------------

DATA_DIR = environment.data_folder("SUNO_WEB_DATA", BASE_DIR / "data")
HOST = environment.text("SUNO_WEB_HOST", "127.0.0.1")
PORT = environment.integer("SUNO_WEB_PORT", 8000, least=1, most=65535)
# Where browsers and providers reach the studio. Empty means nobody said, and only this machine is assumed.
PUBLIC_URL = environment.url("SUNO_WEB_PUBLIC_URL")
EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - named, not bound to
_LOCAL_HOST = "127.0.0.1" if HOST in EVERY_ADDRESS else f"[{HOST}]" if ":" in HOST else HOST
LOCAL_URL = f"http://{_LOCAL_HOST}:{PORT}"
BASE_URL = PUBLIC_URL or LOCAL_URL

SECRET_KEY = environment.secret("SUNO_WEB_SECRET_KEY", DATA_DIR / "secret-key")
DEBUG = environment.boolean("SUNO_WEB_DEBUG")
ALLOWED_HOSTS = [host for host in environment.text("SUNO_WEB_ALLOWED_HOSTS", "*").split(",") if host]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

FIRST_ADMIN_EMAIL = environment.text("SUNO_WEB_ADMIN_EMAIL")
FIRST_ADMIN_PASSWORD = environment.text("SUNO_WEB_ADMIN_PASSWORD")

# --- The provider of the first team ------------------------------------------------------------------------------


def _derived_key(purpose: str) -> str:
    """A key that follows from the secret key: the studio and its embedded engine agree on it without storing it."""
    return hmac.new(SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).hexdigest()


ENGINE_URL = environment.url("SUNO_WEB_ENGINE_URL", f"{LOCAL_URL}/engine")
ENGINE_KEY = environment.text("SUNO_WEB_ENGINE_KEY", _derived_key("engine key"))
ENGINE_WEBHOOK_KEY = environment.text("SUNO_WEB_ENGINE_WEBHOOK_KEY", _derived_key("engine webhook key"))

SUNO_API_BASE_URL = environment.url("SUNO_API_BASE_URL")
SUNO_API_UPLOAD_URL = environment.url("SUNO_API_UPLOAD_URL")
SUNO_API_KEY = environment.text("SUNO_API_KEY")
SUNO_API_WEBHOOK_KEY = environment.text("SUNO_API_WEBHOOK_KEY")

# --- Django ------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_q",
    "template_partials",
    "suno_web.accounts",
    "suno_web.alerts",
    "suno_web.credits",
    "suno_web.live",
    "suno_web.studio",
    "suno_web.gateway",
    "suno_web.engine",
    "suno_web.operate",
    "suno_web.panel",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "suno_web.accounts.middleware.MemberMiddleware",
]

ROOT_URLCONF = "suno_web.urls"
ASGI_APPLICATION = "suno_web.asgi.application"
WSGI_APPLICATION = "suno_web.wsgi.application"

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
                "csp.context_processors.nonce",
                "suno_web.studio.context.frame",
            ],
        },
    },
]

DATABASES = {"default": environment.database("DATABASE_URL", DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits must hold across processes, so the cache is shared.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
}

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/files/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Accounts ----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "studio:home"
ACCOUNT_ADAPTER = "suno_web.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PRESERVE_USERNAME_CASING = False
# A reset asked for an address that nobody has looks like any other, and no mail goes out.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "suno_web.accounts.login_forms.LoginForm",
    "reset_password": "suno_web.accounts.login_forms.ResetPasswordForm",
    "reset_password_from_key": "suno_web.accounts.login_forms.ResetPasswordKeyForm",
    "change_password": "suno_web.accounts.login_forms.ChangePasswordForm",
    "reauthenticate": "suno_web.accounts.login_forms.ReauthenticateForm",
}
MFA_ADAPTER = "suno_web.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "suno_web.accounts.login_forms.CodeForm",
    "reauthenticate": "suno_web.accounts.login_forms.CodeAgainForm",
    "activate_totp": "suno_web.accounts.login_forms.ActivateForm",
}
# Whose word about a visitor's address to believe when rates are limited: so many proxies stand in front.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.integer(
    "SUNO_WEB_PROXIES", 1 if PUBLIC_URL else 0, least=0, most=10
)

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC_URL else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- Network -----------------------------------------------------------------------------------------------------

# Members and their programs may name addresses to fetch from and to call back. Whether such an address may be a
# private one, which is somebody's own network, is the operator's to say.
PRIVATE_ADDRESSES = environment.boolean("SUNO_WEB_PRIVATE_ADDRESSES", default=False)

# --- Mail --------------------------------------------------------------------------------------------------------

# Without a mail server, mail is printed to the log: the set-up works, and nothing is lost silently.
EMAIL_HOST = environment.text("SUNO_WEB_SMTP_HOST")
EMAIL_PORT = environment.integer("SUNO_WEB_SMTP_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = environment.text("SUNO_WEB_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("SUNO_WEB_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.boolean("SUNO_WEB_SMTP_TLS", default=True)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = environment.text("SUNO_WEB_MAIL_FROM", "Suno Web <studio@localhost>")

# --- Tasks -------------------------------------------------------------------------------------------------------

# Which cluster a process works for is chosen by django-q2 from Q_CLUSTER_NAME; the settings hold for both.
Q_CLUSTER = {
    "name": "studio",
    "label": "Tasks",
    "orm": "default",
    "workers": 2,
    # A large upload may take minutes to be sent to a distant provider.
    "timeout": 600,
    # Longer than any task may wait behind others in a worker's hands, or it would be handed out twice.
    "retry": 1400,
    "queue_limit": 2,
    "max_attempts": 3,
    "save_limit": -1,
    "catch_up": False,
    "poll": 0.1,
    # Heartbeats count as tasks too: a worker lives for about a day.
    "recycle": 20_000,
    "scheduler": False,
    "ack_failures": True,
    "ALT_CLUSTERS": {
        "engine": {
            "timeout": 900,
            "retry": 2000,
            "workers": 2,
            "queue_limit": 2,
            "poll": 0.1,
            "recycle": 20_000,
        },
    },
}

# --- What one process sends to browsers --------------------------------------------------------------------------

LIVE_AUDIENCES = "suno_web.studio.access.audiences"
LIVE_STREAM_SECONDS = 600
MEDIA_SERVE = environment.text("SUNO_WEB_MEDIA_SERVE", "self")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.text("SUNO_WEB_LOG_LEVEL", "INFO").upper()},
    "loggers": {"django.request": {"level": "ERROR"}, "fontTools": {"level": "WARNING"}},
}
