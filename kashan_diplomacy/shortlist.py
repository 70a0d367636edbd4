"""The to-do list in short: how many items there are, and the first of them.

Items that the same people may see and have to see to make one share. So the whole list
is counted once for everybody, and each person's is put together from the shares.
"""

import datetime
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import chain

from .todo import Item, Stage, by_urgency

FIRST = 5


@dataclass
class Shortlist:
    """How many items, and the most urgent ones of them."""

    count: int = 0
    first: list[Item] = field(default_factory=list)

    def add(self, item: Item) -> None:
        self.count += item.stands_for
        if len(self.first) < FIRST:
            self.first.append(item)


def together(lists: Iterable[Shortlist | None]) -> Shortlist:
    """One list of several; of None nothing."""
    found = [each for each in lists if each]
    first = by_urgency(chain.from_iterable(each.first for each in found))
    return Shortlist(sum(each.count for each in found), first[:FIRST])


@dataclass(frozen=True)
class Share:
    """The items of the same people, see `Item`: by stage, and by day."""

    permission: str
    role: str
    owner_id: int | None
    stages: dict[Stage, Shortlist] = field(default_factory=dict)
    days: dict[datetime.date, Shortlist] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(each.count for each in self.stages.values())


def shares_of(items: Iterable[Item], days: Container[datetime.date]) -> list[Share]:
    """`items` come in the order of their urgency; `days` are those to sort them by."""
    shares: dict[tuple[str, str, int | None], Share] = {}
    for item in items:
        whose = item.permission, item.role, item.owner_id
        share = shares.setdefault(whose, Share(*whose))
        share.stages.setdefault(item.stage, Shortlist()).add(item)
        if item.day in days:
            share.days.setdefault(item.day, Shortlist()).add(item)
    return list(shares.values())
