"""Staff's pages for partnerships, in the order of the index."""

from . import (  # noqa: I001, F401
    cities,
    agreements,
    obligations,
    documents,
    clearances,
    engagements,
    followups,
    gifts,
    outcomes,
    memberships,
    organisations,
    themes,
)
