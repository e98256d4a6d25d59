"""Where alarms and dashboard meet the runbook and what the functions log."""

import re
from pathlib import Path

import pytest

from infra.monitoring_alarms import alarms
from infra.monitoring_dashboard import ROWS
from infra.monitoring_metrics import METRICS
from infra.placement import SIDES

REPOSITORY = Path(__file__).parents[2]
RUNBOOK = (REPOSITORY / "docs" / "operations.md").read_text()
SECTIONS = dict(re.findall(r"^### Alarm ([\w-]+)\n(.*?)(?=^##|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
ALARMS = alarms("primary")


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_the_runbook_has_a_section_for_each_alarm_that_says_what_missing_data_means(alarm):
    said = SECTIONS.get(alarm.name, "")
    assert f"- Missing data: `{alarm.missing}`, because {alarm.reason}." in said, (
        f"docs/operations.md needs a section `### Alarm {alarm.name}`, to which the alarm's description points, "
        "with this line"
    )


def test_the_runbook_has_no_section_of_an_alarm_that_is_gone():
    assert set(SECTIONS) == {alarm.name for alarm in ALARMS} | {"both", "serving"}


def test_every_alarm_stands_for_a_promise():
    table = RUNBOOK[RUNBOOK.index("| promise |") : RUNBOOK.index("### Alarm")]
    assert set(re.findall(r"\(#alarm-([\w-]+)\)", table)) == set(SECTIONS)


def test_the_functions_log_every_metric_that_is_watched():
    watched = [metric for alarm in ALARMS for metric in alarm.metrics]
    watched += [line.metric for row in ROWS for line in row.lines("primary")]
    names = {metric.name for metric in watched if metric.namespace == METRICS}
    code = "\n".join(file.read_text() for file in (REPOSITORY / "lambda").rglob("*.py"))
    assert names
    assert not {name for name in names if f'metric("{name}"' not in code}
    assert f'NAMESPACE = "{METRICS}"' in code


def test_the_functions_have_the_dependencies_that_are_watched():
    dependencies = {
        line.metric.dimensions["dependency"]
        for row in ROWS
        for line in row.lines("primary")
        if "dependency" in line.metric.dimensions
    }
    code = "\n".join(file.read_text() for file in (REPOSITORY / "lambda").rglob("*.py"))
    assert dependencies == set(re.findall(r'Circuit\("([\w ]+)"', code))


def test_both_regions_have_the_same_alarms():
    assert [[alarm.name for alarm in alarms(side)] for side in SIDES] == [[alarm.name for alarm in ALARMS]] * 2
