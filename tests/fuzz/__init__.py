"""Inputs that nobody would write, by the thousand: `make fuzz`.

The engine is our own, not hypothesis or atheris: an input here is a whole command in a process of its own,
of which memory, time, status and every byte of output are asked, and what it reads is a real record with a
change or two. hypothesis makes values for a function within this process, and shrinks by calling it a
thousand times; atheris wants one process whose code is instrumented.
"""
