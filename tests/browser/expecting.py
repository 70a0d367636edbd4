"""Playwright's `expect`, which waits for a page to become what is expected of it.

Taken from here, a module of tests is skipped where Playwright is not installed.
"""

import pytest

REASON = "Playwright is not installed: make browser-test"

expect = pytest.importorskip("playwright.sync_api", reason=REASON).expect
