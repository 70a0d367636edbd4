"""Partners and what is agreed and done with them, in bulk and always the same.

For one city there are 2.5 agreements, 25 obligations and 50 engagements. Rows are
written past save(), which only makes the search keys and what those rows cannot break.
"""

import datetime
import random

from agreements.models import (
    Agreement,
    City,
    Engagement,
    FollowUp,
    Membership,
    Milestone,
    Obligation,
    Organisation,
    Outcome,
    Participant,
)

FIRST_DAY, LAST_DAY = datetime.date(2007, 3, 21), datetime.date(2026, 9, 22)
DAYS = (LAST_DAY - FIRST_DAY).days
AT_A_TIME = 2_000

PLACES = ["آران", "نطنز", "گلاب‌دره", "چشمه", "کوهپایه", "باغ‌شهر", "نوش‌آباد", "ژرف‌رود"]
SUBJECTS = ["فرش", "گلاب", "آب", "پسماند", "گردشگری", "صنایع دستی", "فضای سبز", "مترو"]
DEEDS = ["هفته فرهنگی", "دوره آموزشی", "نمایشگاه", "کارگاه", "نشست", "تبادل تجربه"]
COUNTRIES = [
    "BG",
    "CN",
    "BR",
    "JP",
    "KE",
    "IQ",
    "SN",
    "IT",
    "FR",
    "DE",
    "TR",
    "AM",
    "GE",
    "UZ",
    "IN",
    "PK",
    "MY",
    "ES",
    "PT",
    "HU",
]


def day(chance, first=FIRST_DAY, last=LAST_DAY):
    return first + datetime.timedelta(days=chance.randint(0, (last - first).days))


def make_partnerships(count, officer):
    """`count` cities and all that belongs to them; the rows that money can be spent
    on: agreements, obligations and engagements."""
    chance = random.Random(1401)  # noqa: S311 - the same rows each time
    organisations = _organisations(chance)
    cities = _cities(chance, count)
    agreements = _agreements(chance, cities, count * 5 // 2)
    obligations = _obligations(chance, agreements, organisations, count * 25)
    engagements = _engagements(chance, cities, agreements, count * 50)
    _milestones(chance, obligations, officer)
    _small_things(chance, engagements, cities, officer)
    return {
        "agreement": agreements,
        "obligation": obligations,
        "engagement": engagements,
    }


def _bulk(model, rows):
    return model._default_manager.bulk_create(rows, batch_size=AT_A_TIME)


def _organisations(chance):
    rows = [
        Organisation(
            name_fa=f"نهاد {SUBJECTS[n % 8]} {n}",
            name_en=f"Body {n}",
            kind=Organisation.Kind.INTERNATIONAL_BODY,
        )
        for n in range(40)
    ]
    rows = _bulk(Organisation, rows)
    joined = [
        Membership(organisation=row, joined_on=FIRST_DAY, published_on=FIRST_DAY)
        for row in rows[:10]
    ]
    _bulk(Membership, joined)
    return rows


def _cities(chance, count):
    rows = [
        City(
            name_fa=f"{chance.choice(PLACES)} {chance.choice(PLACES)} {n}",
            name_en=f"City {n}",
            slug=f"city-{n}",
            country=chance.choice(COUNTRIES),
            latitude=chance.uniform(-60, 60),
            longitude=chance.uniform(-170, 170),
            shares_fa=f"{chance.choice(SUBJECTS)} و {chance.choice(SUBJECTS)}",
            published_on=FIRST_DAY,
        )
        for n in range(1, count + 1)
    ]
    return _bulk(City, rows)


def _agreements(chance, cities, count):
    kinds = Agreement.Kind.values
    rows = []
    for n in range(count):
        signed_on = day(chance)
        subject = chance.choice(SUBJECTS)
        rows.append(
            Agreement(
                city=cities[n % len(cities)],
                kind=kinds[n % len(kinds)],
                title_fa=f"تفاهم‌نامه همکاری در زمینه {subject} {n}",
                title_en=f"Memorandum {n}",
                clearance_exemption="برای سنجش",
                signed_on=signed_on,
                expires_on=signed_on + datetime.timedelta(days=1825),
                renews_for_months=24 if n % 3 else None,
                notice_days=90,
                summary_fa=f"همکاری دو شهر در زمینه {subject} و {chance.choice(DEEDS)}",
                published_on=signed_on,
            )
        )
    return _bulk(Agreement, rows)


def _obligations(chance, agreements, organisations, count):
    categories, sides = Obligation.Category.values, ("kashan", "partner", "both")
    rows = [
        Obligation(
            agreement=agreements[n % len(agreements)],
            article=str(n // len(agreements) + 1),
            side=sides[n % 3],
            category=chance.choice(categories),
            title_fa=f"برگزاری {chance.choice(DEEDS)} {chance.choice(SUBJECTS)}",
            title_en=f"Obligation {n}",
            responsible_organisation=chance.choice(organisations),
        )
        for n in range(count)
    ]
    return _bulk(Obligation, rows)


def _milestones(chance, obligations, officer):
    """Two to an obligation: seven in ten were met, some were not, some are open."""
    rows = []
    for n, obligation in enumerate(obligations):
        signed_on = obligation.agreement.signed_on
        for months in (6, 18):
            due_on = signed_on + datetime.timedelta(days=30 * months + n % 28)
            row = Milestone(
                obligation=obligation, due_on=due_on, original_due_on=due_on
            )
            fate = chance.random()
            if due_on < LAST_DAY and fate < 0.7:
                row.verdict, row.met_on, row.evidence = "met", due_on, "گزارش"
            elif due_on < LAST_DAY and fate < 0.9:
                row.verdict, row.verdict_reason = "not_met", "اعتبار نبود"
                row.reviewed_on = due_on + datetime.timedelta(days=20)
            if row.verdict:
                row.verdict_by = officer
            rows.append(row)
    _bulk(Milestone, rows)


def _engagements(chance, cities, agreements, count):
    kinds = Engagement.Kind.values
    purposes = ("obligation", "membership_right", "exploration", "protocol")
    rows = []
    for n in range(count):
        starts_on = day(chance)
        about = f"{chance.choice(DEEDS)} {chance.choice(SUBJECTS)}"
        agreement = agreements[chance.randrange(len(agreements))]
        rows.append(
            Engagement(
                kind=chance.choice(kinds),
                purpose=chance.choice(purposes),
                title_fa=f"{about} {n}",
                title_en=f"Engagement {n}",
                starts_on=starts_on,
                ends_on=starts_on + datetime.timedelta(days=n % 4),
                place=chance.choice(PLACES),
                agreement=agreement if n % 2 else None,
                summary_fa=f"در این {about} درباره {chance.choice(SUBJECTS)} گفت‌وگو شد",
                report="برگزار شد",
                result="پیگیری می‌شود",
                next_steps="نامه" if n % 5 else "",
                published_on=starts_on,
            )
        )
    rows = _bulk(Engagement, rows)
    link = Engagement.cities.through
    _bulk(
        link,
        [
            link(
                engagement=row,
                city=row.agreement.city if row.agreement else chance.choice(cities),
            )
            for row in rows
        ],
    )
    return rows


def _small_things(chance, engagements, cities, officer):
    """Participants, follow-ups and outcomes, for some of the engagements."""
    participants, follow_ups, outcomes = [], [], []
    for n, row in enumerate(engagements):
        participants.append(
            Participant(
                engagement=row, side="partner", name=f"میهمان {n}", post="شهردار"
            )
        )
        if n % 4 == 0:
            done_on = row.starts_on + datetime.timedelta(days=25) if n % 12 else None
            follow_ups.append(
                FollowUp(
                    engagement=row,
                    action=f"فرستادن اطلاعات {chance.choice(SUBJECTS)}",
                    due_on=row.starts_on + datetime.timedelta(days=30),
                    done_on=done_on,
                    what_was_done="فرستاده شد" if done_on else "",
                )
            )
        if n % 20 == 5:  # of odd numbers, which serve an agreement
            outcomes.append(
                Outcome(
                    kind=Outcome.Kind.KNOW_HOW,
                    description_fa=f"روش {chance.choice(SUBJECTS)} {n}",
                    realised_on=row.starts_on,
                    evidence="گزارش",
                    city=chance.choice(cities) if n % 120 in (25, 105) else None,
                    agreement_id=row.agreement_id if n % 60 == 5 else None,
                    engagement=row if n % 40 == 5 else None,
                    claimed_by=officer,
                    published_on=row.starts_on,
                )
            )
    _bulk(Participant, participants)
    _bulk(FollowUp, follow_ups)
    _bulk(Outcome, outcomes)
