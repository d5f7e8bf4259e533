"""ipcbench: how fast messages cross a process boundary in Python, and where the time goes.

This module stays empty and importable by Python 3.9: a probe imports it in the measured interpreter.
"""
