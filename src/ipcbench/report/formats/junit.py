"""Verdicts as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from ipcbench.report.verdicts import Comparisons, sentence
from ipcbench.statistics.decision import Verdict
from ipcbench.visible import replaced


def verdicts_junit(comparisons: Comparisons) -> str:
    """Return JUnit XML: a test case for each comparison; a regression is a failure, the undecided skipped."""
    suite = Xml.Element(
        "testsuite",
        name="ipcbench",
        tests=str(len(comparisons.rows)),
        failures=str(comparisons.count(Verdict.REGRESSED)),
        errors=str(comparisons.failed),
        skipped=str(comparisons.count(Verdict.INCONCLUSIVE)),
        time=f"{sum(row.seconds for row in comparisons.rows):.3f}",
    )
    told = Xml.SubElement(suite, "properties")
    for name, text in (
        *(("differs", line) for line in comparisons.warnings),
        *comparisons.told_arms,
        ("conditions", comparisons.conditions),
    ):
        Xml.SubElement(told, "property", name=name, value=replaced(text))
    kinds = {"regressed": "failure", "failed": "error", "missing": "error", "inconclusive": "skipped"}
    for row in comparisons.rows:
        case = Xml.SubElement(
            suite,
            "testcase",
            classname=f"ipcbench.{row.arm}",
            name=replaced(row.cell),
            time=f"{row.seconds:.3f}",
        )
        if row.word in kinds:
            Xml.SubElement(case, kinds[row.word], message=replaced(sentence(row, comparisons)))
    return Xml.tostring(suite, encoding="unicode", xml_declaration=True)
