"""Sockets, as Python's `socket`, `asyncio` and `multiprocessing.connection` have them."""
