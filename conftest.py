"""README and docs are tests, too: what they show is parsed by what they show it of."""

from tests.support.documented import DOCUMENTATION

pytest_collect_file = DOCUMENTATION.pytest()
