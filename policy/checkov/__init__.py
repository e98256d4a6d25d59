"""Checks for checkov; it looks for this file in a folder of checks."""
