"""Nothing unpublished is seen, wherever the public looks, and by whatever name.

Every unpublished row and every child of one holds the word SECRET; no public address
may ever answer with it.
"""
