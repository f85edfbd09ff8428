"""The settings of the processes that these tests start: the product's own, but no collected static files are needed."""

from poverty.settings import *  # noqa: F403 - a served test differs from the product only in what stands below

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # a browser asks for scripts and styles too
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The county is made once for all tests, so its "just typed" password may be some minutes old.
PASSWORD_RECHECK_SECONDS = 3600
