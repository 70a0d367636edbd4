from . import expenses, fees, ledger, periods, plan

__all__ = ["expenses", "fees", "ledger", "periods", "plan"]
