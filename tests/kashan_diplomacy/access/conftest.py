import pytest


@pytest.fixture
def as_in_production(settings):
    """Codes required and failures counted; passwords hashed fast."""
    settings.REQUIRE_OTP = True
    settings.AXES_ENABLED = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
