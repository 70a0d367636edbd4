from .closings import Closing
from .expenses import Expense
from .fees import Currency, ExchangeRate, MembershipFee
from .ledger import Entry, Kind, Place
from .plan import BudgetLine, FiscalYear
from .vouchers import Voucher

__all__ = [
    "BudgetLine",
    "Closing",
    "Currency",
    "Entry",
    "ExchangeRate",
    "Expense",
    "FiscalYear",
    "Kind",
    "MembershipFee",
    "Place",
    "Voucher",
]
