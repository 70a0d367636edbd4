from .agreements import Agreement, Side, Signatory
from .articles import Article
from .cities import City
from .clearances import Clearance
from .documents import Document
from .engagements import Engagement, FollowUp, Participant, Purpose
from .memberships import Membership
from .milestones import Milestone, MilestoneMove
from .obligations import Obligation
from .organisations import Organisation
from .promises import Promises
from .themes import Theme

__all__ = [
    "Agreement",
    "Article",
    "City",
    "Clearance",
    "Document",
    "Engagement",
    "FollowUp",
    "Membership",
    "Milestone",
    "MilestoneMove",
    "Obligation",
    "Organisation",
    "Participant",
    "Promises",
    "Purpose",
    "Side",
    "Signatory",
    "Theme",
]
