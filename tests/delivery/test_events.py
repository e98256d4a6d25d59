import json

from delivery.events import Counts, Diagnostic, Transcript

# Lines as Terraform 1.11.4 prints them, shortened to what is read.
SUMMARY = {"type": "change_summary", "changes": {"add": 2, "change": 1, "import": 0, "remove": 3, "operation": "plan"}}
COMPLETE = {
    "type": "apply_complete",
    "hook": {"resource": {"addr": "module.application.aws_iam_role.a[0]"}, "action": "create", "elapsed_seconds": 7},
}
FAILED = {
    "@level": "error",
    "type": "diagnostic",
    "diagnostic": {
        "severity": "error",
        "summary": "creating IAM Role (a): EntityAlreadyExists",
        "detail": "",
        "address": "aws_iam_role.a",
    },
}
WARNING = {"type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "deprecated", "detail": "use x"}}


def read(*events: object) -> Transcript:
    said = Transcript()
    for event in events:
        said.read(event if isinstance(event, str) else json.dumps(event))
    return said


def test_the_summary_gives_the_counts():
    assert read(SUMMARY).counts == Counts(added=2, changed=1, destroyed=3)
    assert str(read(SUMMARY).counts) == "2 to add, 1 to change, 3 to destroy"


def test_a_finished_resource_is_told_with_its_time():
    progress = Transcript().read(json.dumps(COMPLETE))
    assert str(progress) == "module.application.aws_iam_role.a[0]: created in 7 s"


def test_errors_are_kept_apart_from_warnings():
    said = read(WARNING, FAILED)
    assert said.errors == [Diagnostic("error", "creating IAM Role (a): EntityAlreadyExists", "", "aws_iam_role.a")]
    assert [str(found) for found in said.diagnostics] == [
        "deprecated\nuse x",
        "aws_iam_role.a: creating IAM Role (a): EntityAlreadyExists",
    ]


def test_a_crash_is_kept_as_it_is_printed():
    assert read("panic: runtime error", "goroutine 1 [running]:").other == [
        "panic: runtime error",
        "goroutine 1 [running]:",
    ]


def test_json_that_is_no_event_is_passed_over():
    assert read("[]", "3", {"type": "version"}) == Transcript()
