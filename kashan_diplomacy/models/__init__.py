"""Logs and indexes that belong to no app.

Tables of this package: whoever keeps the records of an app sees all of that app, and
these logs are for the head and the auditors alone (`roles.OVERSIGHT`).
"""

from .content import ContentVersion
from .downloads import Download
from .imports import Import
from .search import SearchTail
from .sign_ins import CodeReset, SignIn, SignInFailure

__all__ = [
    "CodeReset",
    "ContentVersion",
    "Download",
    "Import",
    "SearchTail",
    "SignIn",
    "SignInFailure",
]
