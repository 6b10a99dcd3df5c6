"""The pytest plugin, one module a feature; it does nothing without --data and without check files."""

from __future__ import annotations

from holdfast.plugin.collecting import (
    pytest_collect_file,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_generate_tests,
    pytest_ignore_collect,
    pytest_pycollect_makemodule,
)
from holdfast.plugin.measuring import pytest_runtestloop, pytest_sessionstart, pytest_unconfigure
from holdfast.plugin.options import pytest_addoption, pytest_configure
from holdfast.plugin.outcome import (
    pytest_collectreport,
    pytest_internalerror,
    pytest_runtest_logreport,
    pytest_runtest_makereport,
    pytest_sessionfinish,
)
from holdfast.plugin.terminal import pytest_report_header, pytest_report_teststatus, pytest_terminal_summary

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_collectreport",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_ignore_collect",
    "pytest_internalerror",
    "pytest_pycollect_makemodule",
    "pytest_report_header",
    "pytest_report_teststatus",
    "pytest_runtest_logreport",
    "pytest_runtest_makereport",
    "pytest_runtestloop",
    "pytest_sessionfinish",
    "pytest_sessionstart",
    "pytest_terminal_summary",
    "pytest_unconfigure",
]
