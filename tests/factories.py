"""Plain functions that make one valid row each; name only what the test is about."""

import datetime
import itertools
from decimal import Decimal

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile

from agreements.models import (
    Agreement,
    City,
    Clearance,
    Document,
    Engagement,
    FollowUp,
    Gift,
    Membership,
    Milestone,
    Obligation,
    Organisation,
    Outcome,
    RightUsed,
    Theme,
)
from agreements.models.documents import OWNERS
from budget import ledger
from budget.models import (
    BudgetLine,
    ExchangeRate,
    Expense,
    FiscalYear,
    MembershipFee,
    Voucher,
)

_numbers = itertools.count(1)

LONG_AGO = datetime.date(2021, 3, 21)
IN_1401 = datetime.date(2022, 7, 22)  # 31 Tir 1401


def make_user(username=None, role=None, **fields):
    username = username or f"user{next(_numbers)}"
    user = User.objects.create(username=username, is_staff=bool(role), **fields)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def make_city(**fields):
    number = next(_numbers)
    defaults = {
        "name_fa": f"شهر {number}",
        "name_en": f"City {number}",
        "slug": f"city-{number}",
        "country": "BG",
        "published_on": LONG_AGO,
    }
    return City.objects.create(**(defaults | fields))


def make_theme(**fields):
    defaults = {
        "name_fa": "مدیریت پسماند",
        "name_en": "Waste management",
        "slug": "waste",
    }
    return Theme.objects.create(**(defaults | fields))


def make_organisation(**fields):
    number = next(_numbers)
    defaults = {
        "name_fa": f"نهاد {number}",
        "name_en": f"Organisation {number}",
        "kind": Organisation.Kind.INTERNATIONAL_BODY,
    }
    return Organisation.objects.create(**(defaults | fields))


def make_agreement(**fields):
    defaults = {
        "kind": Agreement.Kind.SISTER_CITY,
        "title_fa": "پیمان خواهرخواندگی",
        "title_en": "Sister-city agreement",
        "signed_on": LONG_AGO,
        "published_on": LONG_AGO,
    }
    if fields.get("signed_on", LONG_AGO) or fields.get("is_signing_date_unknown"):
        defaults["clearance_exemption"] = "پیش از این برنامه امضا شده است"
    fields.setdefault("city", None)
    fields["city"] = fields["city"] or make_city()
    return Agreement.objects.create(**(defaults | fields))


def make_document(agreement=None, *, content=b"%PDF-1.7 text", **fields):
    """A text of an agreement, unless another owner is named."""
    if agreement or not fields.keys() & set(OWNERS):
        fields["agreement"] = agreement or make_agreement()
    name = fields.pop("file_name", "text.pdf")
    defaults = {"kind": Document.Kind.TEXT, "language": "fa"}
    return Document.objects.create(
        file=ContentFile(content, name=name), **(defaults | fields)
    )


def make_authorities():
    """Ministry of Foreign Affairs and City Council; the latter for Iran, too."""
    ministry = make_organisation(kind="ministry", clears_foreign=True)
    council = make_organisation(
        kind="council", clears_foreign=True, clears_domestic=True
    )
    return ministry, council


def make_clearance(agreement, authority, **fields):
    """Granted for the agreement's text, unless told otherwise."""
    defaults = {
        "document": agreement.text,
        "requested_on": LONG_AGO,
        "decided_on": IN_1401,
        "decision": "granted",
        "letter_number": "۱۲۳",
    }
    return Clearance.objects.create(
        agreement=agreement, authority=authority, **(defaults | fields)
    )


def make_obligation(**fields):
    defaults = {
        "side": "kashan",
        "category": Obligation.Category.FESTIVAL,
        "title_fa": "برگزاری هفته فرهنگی",
        "title_en": "Hold a cultural week",
    }
    if "agreement" not in fields:
        fields["agreement"] = make_agreement()
    return Obligation.objects.create(**(defaults | fields))


def make_milestone(**fields):
    if "obligation" not in fields:
        fields["obligation"] = make_obligation()
    due_on = IN_1401
    while fields["obligation"].milestones.filter(original_due_on=due_on).exists():
        due_on -= datetime.timedelta(days=1)  # one milestone a day
    return Milestone.objects.create(**({"due_on": due_on} | fields))


def make_engagement(*, cities=(), **fields):
    defaults = {
        "kind": Engagement.Kind.MEETING,
        "purpose": "exploration",
        "title_fa": "دیدار",
        "title_en": "Meeting",
        "starts_on": IN_1401,
        "published_on": LONG_AGO,
    }
    engagement = Engagement.objects.create(**(defaults | fields))
    engagement.cities.set(cities)
    return engagement


def make_membership(**fields):
    if "organisation" not in fields:
        fields["organisation"] = make_organisation()
    return Membership.objects.create(**({"published_on": LONG_AGO} | fields))


def make_year(year=1401, **fields):
    return FiscalYear.objects.create(
        **({"year": year, "published_on": LONG_AGO} | fields)
    )


def make_line(*, approved=0, **fields):
    """A line; `approved` rial are brought in through the ledger."""
    number = next(_numbers)
    defaults = {
        "code": f"{number:03}",
        "title_fa": f"ردیف {number}",
        "title_en": f"Line {number}",
        "heading": BudgetLine.Heading.MEETINGS,
    }
    if "fiscal_year" not in fields:
        fields["fiscal_year"] = FiscalYear.objects.first() or make_year()
    line = BudgetLine.objects.create(**(defaults | fields))
    if approved:
        starts_on = line.fiscal_year.starts_on
        ledger.approve(line=line, amount=approved, by=make_user(), dated_on=starts_on)
        line.refresh_from_db()
    return line


def make_expense(**fields):
    defaults = {
        "title": "پذیرایی از هیئت",
        "payee": "هتل",
        "purpose": "protocol",
        "requested": 10_000_000,
        "requested_on": IN_1401,
    }
    if "line" not in fields:
        fields["line"] = make_line(approved=100_000_000)
    if "requested_by" not in fields:
        fields["requested_by"] = make_user()
    return Expense.objects.create(**(defaults | fields))


def make_rate(currency="USD", rial_per_unit="500000", **fields):
    defaults = {"valid_on": LONG_AGO, "source": "بانک مرکزی"}
    return ExchangeRate.objects.create(
        currency=currency, rial_per_unit=Decimal(rial_per_unit), **(defaults | fields)
    )


def make_fee(**fields):
    defaults = {"period": "2022", "currency": "USD", "due_on": IN_1401}
    if "membership" not in fields:
        fields["membership"] = make_membership()
    fields["amount"] = Decimal(fields.get("amount", "100.00"))
    return MembershipFee.objects.create(**(defaults | fields))


def make_foreign_expense(foreign_amount="100.00", rate=None, **fields):
    """A request in foreign currency, at `rate`."""
    rate = rate or make_rate()
    amount = Decimal(foreign_amount)
    requested = rate.to_rial(amount)
    return make_expense(foreign_amount=amount, rate=rate, requested=requested, **fields)


def make_voucher(expense, content=b"%PDF-1.7 bill", name="bill.pdf"):
    return Voucher.objects.create(
        expense=expense,
        file=ContentFile(content, name=name),
        name=name,
        uploaded_by=make_user(),
    )


def make_follow_up(**fields):
    if not fields.keys() & {"engagement", "obligation", "membership"}:
        fields["engagement"] = make_engagement()
    return FollowUp.objects.create(**({"action": "فرستادن اطلاعات"} | fields))


def make_gift(**fields):
    defaults = {
        "direction": Gift.Direction.RECEIVED,
        "description_fa": "بشقاب مینا",
        "description_en": "Enamel plate",
        "given_on": IN_1401,
        "giver": "سفیر",
        "receiver": "شهردار کاشان",
        "published_on": LONG_AGO,
    }
    return Gift.objects.create(**(defaults | fields))


def make_outcome(**fields):
    """Know-how adopted from a city, claimed by somebody."""
    defaults = {
        "kind": Outcome.Kind.KNOW_HOW,
        "description_fa": "روش تفکیک پسماند",
        "description_en": "A way of separating waste",
        "realised_on": IN_1401,
        "evidence": "گزارش",
        "published_on": LONG_AGO,
    }
    if not fields.keys() & {"city", "agreement", "engagement"}:
        fields["city"] = make_city()
    if "claimed_by" not in fields:
        fields["claimed_by"] = make_user()
    return Outcome.objects.create(**(defaults | fields))


def make_right_used(**fields):
    defaults = {
        "kind": "training",
        "used_on": IN_1401,
        "used_by": "کارشناس",
        "description_fa": "دوره آموزشی",
        "evidence": "گواهی",
    }
    if "membership" not in fields:
        fields["membership"] = make_membership()
    return RightUsed.objects.create(**(defaults | fields))
