"""Source of the Terraform modules: Python constructs. Pure: no network, no clock, no environment."""

from infra import bindings

bindings.register()
