"""The machine's clock jumps back by months: books stay in order, pages are served."""

import shutil
import uuid

import pytest

from tests.faults.serving import (
    POSTING_PAGE,
    Posters,
    Visitor,
    assert_nothing_lost,
    posting,
    prepared,
    serving,
)
from tests.systems import new_system

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("faketime"), reason="needs faketime"),
]
#: The day the clock is set back to: in the middle of 1401.
BACK = ("faketime", "2022-07-22 12:00:00")


def test_clock_set_back_breaks_neither_books_nor_pages(tmp_path):
    with new_system(tmp_path) as system:
        line = prepared(system, tmp_path)
        with serving(system, tmp_path) as [server]:
            head = Visitor(server.port).sign_in("head")
            with Posters([head], line) as before:
                before.wait_for_more(5)
        with serving(system, tmp_path, wrapper=BACK) as [server]:
            for page in "/", "/en/", "/cities/", "/healthz", "/readyz":
                assert Visitor(server.port).get(page).status == 200, page
            head = Visitor(server.port).sign_in("head")
            with Posters([head], line) as after:
                after.wait_for_more(5)
            assert set(after.answers) == {302}
            later = posting(uuid.uuid4()) | {"dated_on": "۱۴۰۱/۰۵/۰۱"}
            refused = head.post(POSTING_PAGE.format(line), later)
            assert refused.status == 200  # a day that has not come, by that clock
        assert_nothing_lost(system, before.acknowledged | after.acknowledged)
