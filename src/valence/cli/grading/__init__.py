"""The doctor of elements: what an element can do, found out by doing it against the sandbox.

`checks.py` holds the checks, `subject.py` the element with an instance of its own, `examples.py`
the calls that definitions bring along, `table.py` how the grades are shown."""

from valence.cli.grading.checks import CHECKS
from valence.cli.grading.grades import Finding, Grade, Report
from valence.cli.grading.grading import grade_all
from valence.cli.grading.table import as_lines, as_page

__all__ = ["CHECKS", "Finding", "Grade", "Report", "as_lines", "as_page", "grade_all"]
