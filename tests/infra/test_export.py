"""The exporter's parts, each on a small module in Terraform's JSON syntax."""

import json
import textwrap

import pytest

from infra import export

TERRAFORM = {"required_version": ">= 1.9", "required_providers": {"aws": {"source": "hashicorp/aws"}}}


def written(body, type_="aws_lambda_function", *, section="resource"):
    """HCL of a module with one block in it, without the header."""
    configuration = {"terraform": TERRAFORM, "variable": {}, "output": {}, section: {type_: {"this": body}}}
    address = f"{'data.' if section == 'data' else ''}{type_}.this"
    text = export.files(configuration, {address: "main"})["main.tf"]
    return text.removeprefix(export.HEADER)


def hcl(text):
    return textwrap.dedent(text).removeprefix("\n")


def test_a_nested_key_is_a_block_or_an_attribute_as_the_provider_has_it():
    assert written({"environment": {"variables": {"LEVEL": "INFO"}}, "tags": {"team": "orders"}}) == hcl("""
        resource "aws_lambda_function" "this" {
          tags = { team = "orders" }

          environment {
            variables = { LEVEL = "INFO" }
          }
        }
        """)


def test_a_list_of_a_block_becomes_one_block_for_each():
    assert (
        written(
            {
                "network_configuration": {"awsvpc_configuration": {}},
                "run_command_targets": [{"key": "a", "values": ["x"]}, {"key": "b", "values": ["y"]}],
            },
            "aws_cloudwatch_event_target",
        ).count("run_command_targets {")
        == 2
    )


def test_a_block_of_dynamic_repeats_its_content():
    body = {"dynamic": {"vpc_config": {"for_each": "${var.vpc}", "content": {"subnet_ids": "${vpc_config.value}"}}}}
    assert written(body) == hcl("""
        resource "aws_lambda_function" "this" {
          dynamic "vpc_config" {
            for_each = var.vpc

            content {
              subnet_ids = vpc_config.value
            }
          }
        }
        """)


def test_references_to_resources_are_bare():
    body = {
        "provider": "aws.primary",
        "depends_on": ["aws_iam_role.this", "terraform_data.link"],
        "lifecycle": {"replace_triggered_by": ["aws_iam_role.this.arn"], "ignore_changes": ["tags"]},
    }
    assert written(body) == hcl("""
        resource "aws_lambda_function" "this" {
          provider = aws.primary

          lifecycle {
            ignore_changes = [
              tags,
            ]
            replace_triggered_by = [
              aws_iam_role.this.arn,
            ]
          }

          depends_on = [
            aws_iam_role.this,
            terraform_data.link,
          ]
        }
        """)


def test_conditions_of_a_lifecycle_are_blocks():
    checks = [{"condition": "${var.a != var.b}", "error_message": "Equal: ${var.a}."}, {"condition": "${var.c}"}]
    assert written({"lifecycle": {"create_before_destroy": True, "precondition": checks}}) == hcl("""
        resource "aws_lambda_function" "this" {
          lifecycle {
            create_before_destroy = true

            precondition {
              condition     = var.a != var.b
              error_message = "Equal: ${var.a}."
            }

            precondition {
              condition = var.c
            }
          }
        }
        """)


def test_a_provisioner_is_labelled_by_its_kind():
    body = {"provisioner": [{"local-exec": {"command": "sh link.sh", "environment": {"A": "${self.id}"}}}]}
    assert written(body, "terraform_data") == hcl("""
        resource "terraform_data" "this" {
          provisioner "local-exec" {
            command     = "sh link.sh"
            environment = { A = self.id }
          }
        }
        """)


def test_repetition_and_provider_come_first_and_apart():
    assert written({"name": "x", "count": "${var.on ? 1 : 0}", "provider": "aws.primary"}, "aws_iam_role") == hcl("""
        resource "aws_iam_role" "this" {
          provider = aws.primary
          count    = var.on ? 1 : 0

          name = "x"
        }
        """)


def test_comments_stand_at_the_head_of_their_block():
    assert written({"//": ["checkov:skip=CKV_AWS_50:why"], "handler": "api.handler"}) == hcl("""
        resource "aws_lambda_function" "this" {
          # checkov:skip=CKV_AWS_50:why

          handler = "api.handler"
        }
        """)


def test_a_data_source_has_its_own_blocks():
    assert written({"provider": "aws.primary"}, "aws_region", section="data") == hcl("""
        data "aws_region" "this" {
          provider = aws.primary
        }
        """)


def test_a_variable_keeps_its_type_its_default_and_its_validation():
    variable = {
        "type": "object({ a = optional(string) })",
        "default": None,
        "nullable": False,
        "description": "What it does.",
        "validation": [{"condition": '${var.x != "a"}', "error_message": "`x` must not be a."}],
    }
    text = export.files({"terraform": TERRAFORM, "variable": {"x": variable}, "output": {}}, {})["variables.tf"]
    assert text.removeprefix(export.HEADER) == hcl("""
        variable "x" {
          description = "What it does."
          type        = object({ a = optional(string) })
          default     = null
          nullable    = false

          validation {
            condition     = var.x != "a"
            error_message = "`x` must not be a."
          }
        }
        """)


def test_locals_stand_before_the_resources_of_their_room():
    configuration = {
        "terraform": TERRAFORM,
        "variable": {},
        "output": {},
        "locals": {"name": "${var.name}"},
        "resource": {"aws_iam_role": {"this": {"name": "${local.name}"}}},
    }
    text = export.files(configuration, {"aws_iam_role.this": "roles", "local.name": "roles"})["roles.tf"]
    assert text.index("locals {") < text.index('resource "aws_iam_role"')
    assert "  name = local.name\n" in text


def test_aliases_that_a_caller_must_pass_are_references():
    aliases = {"aws": {**TERRAFORM["required_providers"]["aws"], "configuration_aliases": ["aws.primary"]}}
    configuration = {"terraform": {**TERRAFORM, "required_providers": aliases}, "variable": {}, "output": {}}
    text = export.files(configuration, {})["versions.tf"]
    assert "aws.primary,\n" in text
    assert '"aws.primary"' not in text


@pytest.mark.parametrize("syntax", export.FORMATS)
def test_two_runs_write_the_same_bytes(tmp_path, syntax):
    for run in ("first", "second"):
        export.write(tmp_path / run, syntax)
    first, second = (
        {path.relative_to(tmp_path / run): path.read_bytes() for path in (tmp_path / run).rglob("*") if path.is_file()}
        for run in ("first", "second")
    )
    assert first == second
    assert len(first) > 6


def test_json_is_one_file_that_has_everything(tmp_path):
    export.write(tmp_path, "json")
    files = {path.name for path in (tmp_path / "database").iterdir() if path.is_file()}
    assert files == {"README.md", "link.sh", "main.tf.json"}
    module = json.loads((tmp_path / "database" / "main.tf.json").read_text())
    assert sorted(module) == ["data", "locals", "output", "resource", "terraform", "variable"]


def test_each_suppressed_finding_reaches_its_resource_with_a_reason(tmp_path):
    export.write(tmp_path)
    lines = (tmp_path / "application" / "functions.tf").read_text().splitlines()
    function = lines.index('resource "aws_lambda_function" "primary" {')
    assert lines[function + 1].startswith("  # checkov:skip=CKV_AWS_50:")
    assert all(len(line.split(":", 2)[2]) > 20 for line in lines if "checkov:skip=" in line)


def test_the_command_writes_tells_what_is_stale_and_compares_hcl_alone(tmp_path, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["export", *arguments, "--destination", str(tmp_path / "modules")])
        return export.main()

    assert run() == 0
    assert capsys.readouterr().out.endswith("modules\n")
    (tmp_path / "modules" / "events" / "events.tf").write_text("# by hand\n")
    (tmp_path / "modules" / "events" / "more.tf").write_text("")
    assert run("--check") == 1
    said = "modules/ is stale: events/events.tf, events/more.tf; run `make modules` and commit the result\n"
    assert capsys.readouterr().err == said
    with pytest.raises(SystemExit):
        run("--check", "--format", "json")
    assert "leave --format out" in capsys.readouterr().err
