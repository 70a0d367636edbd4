from .expenses import Expense
from .ledger import Entry, Kind, Place
from .plan import BudgetLine, FiscalYear

__all__ = ["BudgetLine", "Entry", "Expense", "FiscalYear", "Kind", "Place"]
