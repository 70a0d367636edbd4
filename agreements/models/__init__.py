from .agreements import Agreement, Side, Signatory
from .articles import Article
from .cities import City
from .clearances import Clearance
from .documents import Document
from .engagements import Ceremony, Engagement, Participant, Purpose
from .followups import FollowUp, FollowUpMove
from .gifts import Gift
from .memberships import Membership, MembershipDecision
from .milestones import Milestone, MilestoneMove
from .obligations import Obligation
from .organisations import Organisation
from .outcomes import Outcome
from .promises import Promises, promises_of
from .reminders import CalendarFeed, Reminder
from .rights import MembershipRight, Right, RightUsed
from .themes import Theme

__all__ = [
    "Agreement",
    "Article",
    "CalendarFeed",
    "Ceremony",
    "City",
    "Clearance",
    "Document",
    "Engagement",
    "FollowUp",
    "FollowUpMove",
    "Gift",
    "Membership",
    "MembershipDecision",
    "MembershipRight",
    "Milestone",
    "MilestoneMove",
    "Obligation",
    "Organisation",
    "Outcome",
    "Participant",
    "Promises",
    "Purpose",
    "Reminder",
    "Right",
    "RightUsed",
    "Side",
    "Signatory",
    "Theme",
    "promises_of",
]
