from . import expenses, fees, ledger, plan

__all__ = ["expenses", "fees", "ledger", "plan"]
