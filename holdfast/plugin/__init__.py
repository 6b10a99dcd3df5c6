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
from holdfast.plugin.outcome import pytest_runtest_makereport
from holdfast.plugin.page import pytest_html_report_title
from holdfast.plugin.showing import pytest_report_header, pytest_terminal_summary

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_html_report_title",
    "pytest_ignore_collect",
    "pytest_pycollect_makemodule",
    "pytest_report_header",
    "pytest_runtest_makereport",
    "pytest_runtestloop",
    "pytest_sessionstart",
    "pytest_terminal_summary",
    "pytest_unconfigure",
]
