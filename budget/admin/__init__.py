from . import expenses, ledger, plan

__all__ = ["expenses", "ledger", "plan"]
