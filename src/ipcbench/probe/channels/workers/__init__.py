"""Processes that are given tasks: who sends starts who answers."""
