from .agreements import Agreement, Side, Signatory
from .cities import City
from .engagements import Engagement, FollowUp, Participant, Purpose
from .memberships import Membership
from .obligations import Milestone, Obligation, Promises
from .organisations import Organisation
from .themes import Theme

__all__ = [
    "Agreement",
    "City",
    "Engagement",
    "FollowUp",
    "Membership",
    "Milestone",
    "Obligation",
    "Organisation",
    "Participant",
    "Promises",
    "Purpose",
    "Side",
    "Signatory",
    "Theme",
]
