"""Delivery: package the functions, synthesize the stack, and take it to AWS or to the embedded cloud with Terraform."""
