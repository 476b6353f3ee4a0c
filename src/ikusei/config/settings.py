"""Django's settings. What a city sets comes from the environment: docs/configuration.md is its one table."""

from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from ikusei.config import environment, listeners

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_dir()
LISTENERS = listeners.LISTENERS
NODE_MODULES = Path(
    environment.words("IKUSEI_NODE_MODULES", default=[str(PACKAGE.parent.parent / "node_modules")])[0]
)

SECRET_KEY = environment.secret_key(DATA_DIR)
DEBUG = environment.flag("IKUSEI_DEBUG")
# The demonstration signs in with one click per persona: never on a city's own data.
DEMONSTRATION = environment.flag("IKUSEI_DEMONSTRATION")
ALLOWED_HOSTS = environment.words("IKUSEI_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
HTTPS = environment.flag("IKUSEI_HTTPS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

DATABASES = {"default": environment.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "ikusei.demo",
    "ikusei.portal",
    "ikusei.growth",
    "ikusei.rotation",
    "ikusei.skills",
    "ikusei.org",
    "ikusei.accounts",
    "ikusei.notices",
    "ikusei.files",
    "ikusei.jobs",
    "ikusei.audit",
    "ikusei.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "dj_queue",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ikusei.accounts.middleware.AfterResponseMiddleware",
    "ikusei.accounts.middleware.ReadingMiddleware",
    "ikusei.org.middleware.ViewerMiddleware",
]

ROOT_URLCONF = "ikusei.config.urls"
WSGI_APPLICATION = "ikusei.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ikusei.portal.context.frame",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["ikusei.org.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "demo:choose" if DEMONSTRATION else "account_login"
LOGIN_REDIRECT_URL = "portal:home"

ACCOUNT_ADAPTER = "ikusei.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
# Codes asked for, known addresses and unknown ones alike; what is not named here keeps allauth's own limit.
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,200/h/ip,3/m/key,12/h/key"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# A session lasts a working day (SESSION_COOKIE_AGE), whichever way it began; nobody is asked to be remembered.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = 12 * 60 * 60
# Supervisors at a host, who sign in by mailed code alone, are asked again sooner.
CODE_ONLY_SESSION_AGE = environment.number("IKUSEI_HOST_SESSION_MINUTES", default=120) * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Ikusei] "
ACCOUNT_FORMS = {
    "login": "ikusei.accounts.forms.LoginForm",
    "request_login_code": "ikusei.accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "ikusei.accounts.forms.ConfirmLoginCodeForm",
    "reset_password": "ikusei.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "ikusei.accounts.forms.ResetPasswordKeyForm",
    "change_password": "ikusei.accounts.forms.ChangePasswordForm",
    "set_password": "ikusei.accounts.forms.SetPasswordForm",
    "reauthenticate": "ikusei.accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "ikusei.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "ikusei.accounts.forms.SecondFactorForm",
    "reauthenticate": "ikusei.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "ikusei.accounts.forms.ActivateTOTPForm",
    "login_webauthn": "ikusei.accounts.forms.KeySignInForm",
    "authenticate_webauthn": "ikusei.accounts.forms.KeySecondFactorForm",
    "reauthenticate_webauthn": "ikusei.accounts.forms.KeyAgainForm",
    "add_webauthn": "ikusei.accounts.forms.AddKeyForm",
    "edit_webauthn": "ikusei.accounts.forms.EditKeyForm",
}
# The city gives the addresses: nobody has to prove them before setting up a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Ikusei"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# Only sign-in counts its attempts here, so that all web processes count together; ordinary pages never ask it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.flag("IKUSEI_BEHIND_PROXY") else 0

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "ikusei.org.middleware.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("IKUSEI_BEHIND_PROXY") else None
)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "lib" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    (f"vendor/{name}", NODE_MODULES / folder)
    for name, folder in {
        "htmx": "htmx.org/dist",
        "echarts": "echarts/dist",
        "tokens": "@digital-go-jp/design-tokens/dist",
        "noto-sans-jp": "@fontsource-variable/noto-sans-jp",
    }.items()
    if (NODE_MODULES / folder).is_dir()
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "ikusei.config.static.StaticStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o600

MAILERS = environment.mailers()
DEFAULT_FROM_EMAIL = environment.words("IKUSEI_MAIL_FROM", default=["ikusei@localhost"])[0]
# Where reports about mails that could not be delivered go: a mailbox that takes mailbox+anything@domain.
MAIL_BOUNCES = environment.words("IKUSEI_MAIL_BOUNCES", default=[""])[0]
MAIL_RATE = environment.number("IKUSEI_MAIL_RATE", default=600)
MAIL_KEEP_DAYS = environment.number("IKUSEI_MAIL_KEEP_DAYS", default=730)
# The address of this site as it stands in mails.
SITE_URL = environment.words(
    "IKUSEI_SITE_URL", default=[f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"]
)[0]

# Background work (docs/adr/0008-job-queue.md). Our own code speaks to `django.tasks` only, so that a city with a broker
# of its own changes this one entry. Two kinds of workers: long jobs never hold up the housekeeping.
TASKS = {
    "default": {
        "BACKEND": "dj_queue.backend.DjQueueBackend",
        "QUEUES": ["jobs", "housekeeping"],
        "OPTIONS": {
            "workers": [
                {
                    "queues": ["jobs"],
                    "processes": environment.number("IKUSEI_WORKER_PROCESSES", default=1),
                    "threads": 1,
                    "prefetch_multiplier": 1,
                    "polling_interval": 0.5,
                },
                {"queues": ["housekeeping"], "threads": 1, "prefetch_multiplier": 1, "polling_interval": 0.5},
            ],
            "dispatchers": [{"polling_interval": 5, "concurrency_maintenance": False}],
            "scheduler": {"polling_interval": 5},
            "recurring": {
                "tick": {
                    "task_path": "ikusei.jobs.housekeeping.tick",
                    "schedule": "*/15 * * * * *",
                    "queue_name": "housekeeping",
                },
                "seal": {
                    "task_path": "ikusei.jobs.housekeeping.seal_audit",
                    "schedule": "*/10 * * * *",
                    "queue_name": "housekeeping",
                },
                "mails": {
                    "task_path": "ikusei.notices.messages.look_for_due_letters",
                    "schedule": "30 * * * * *",
                    "queue_name": "housekeeping",
                },
                "nightly": {
                    "task_path": "ikusei.jobs.housekeeping.nightly_checks",
                    "schedule": f"30 2 * * * {TIME_ZONE}",
                    "queue_name": "housekeeping",
                },
            },
            "process_heartbeat_interval": 20,
            "process_alive_threshold": 120,
            "shutdown_timeout": 8,
            "clear_finished_jobs_after": 3600,
            "clear_failed_jobs_after": 7 * 86_400,
            "clear_recurring_executions_after": 86_400,
        },
    },
}
# A job whose worker gave no sign of life for so many seconds is taken to be dead and runs once more.
JOBS_DEAD_AFTER = environment.number("IKUSEI_JOB_DEAD_AFTER", default=30)
JOBS_LEASES = DATA_DIR / "leases"

# The malware scanner that every upload passes: the path of a function (file) -> str, "" for clean or what was found.
# The largest file that proves a skill: a scanned certificate or a small report, not a video.
EVIDENCE_BYTES = environment.number("IKUSEI_EVIDENCE_MEGABYTES", default=10) << 20
FILES_SCANNER = environment.words("IKUSEI_FILE_SCANNER", default=[""])[0]
