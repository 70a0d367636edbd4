"""What happens that somebody may have to answer for, one JSON object a line.

`event("sign_in", user="head")` is all the code says. The formatter writes it, and
whatever else is logged, so that nothing in a name or a path can begin a line of its
own: JSON escapes line breaks, and everything beyond ASCII with them.
"""

import json
import logging
import re
from datetime import UTC, datetime

LOGGER = logging.getLogger("kashan.events")

#: The address of a calendar is its key.
_SECRET_PATH = re.compile(r"(/calendar/)[^/\s]+(\.ics)")


def event(name: str, **fields: object) -> None:
    """Log `name` with these fields. None of them may be a secret."""
    LOGGER.info("%s %s", name, fields, extra={"event": {"event": name, **fields}})


def tell_published(user, row, name="published_on"):
    """`user` made `row` public, or took it from the public, by its field `name`."""
    event(
        "publish",
        user=user.get_username(),
        model=row._meta.label_lower,
        id=row.pk,
        **{name: getattr(row, name)},
    )


def said_of(request):
    """What is worth knowing of a request: who, from where, which page."""
    user = getattr(request, "user", None)
    return {
        "user": user.get_username() if user else "",
        "address": request.META.get("REMOTE_ADDR", ""),
        "method": request.method,
        "path": request.path,
    }


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
        }
        entry |= getattr(record, "event", None) or {"message": record.getMessage()}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return _SECRET_PATH.sub(r"\1***\2", json.dumps(entry, default=str))
