"""The scenarios that a customer would sign, each run as a test."""

from pytest_bdd import scenarios

scenarios(".")
