"""A test that hangs fails within its time, and the tests after it are run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HANGING = """
import subprocess, sys, threading, time

def test_alone():
    while True:
        time.sleep(0.01)

def test_with_a_child():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=True)

def test_with_a_thread():
    hanging = threading.Thread(target=time.sleep, args=(600,), daemon=True)
    hanging.start()
    hanging.join()

def test_after_them():
    pass
"""
UNREACHED = """
import time

def test_that_holds_on():
    while True:
        try:
            time.sleep(600)
        except BaseException:
            pass
"""


def run(folder: Path, text: str, *settings: str) -> subprocess.CompletedProcess[str]:
    """Run tests with the settings of this suite, but for those that are given."""
    file = folder / "test_hanging.py"
    file.write_text(text)
    given = [part for setting in settings for part in ("-o", setting)]
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "setup.cfg"), "--rootdir", str(folder)]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", "--noconftest", *given, str(file)],
        capture_output=True, text=True, check=False, cwd=folder, timeout=120,
    )  # fmt: skip


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    """Five minutes, and half an hour for what no signal reaches."""
    assert float(pytestconfig.getini("timeout")) == 300
    assert float(pytestconfig.getini("faulthandler_timeout")) == 1800
    assert pytestconfig.getini("faulthandler_exit_on_timeout") is True


@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal to interrupt a test with")
def test_a_test_that_hangs_fails_and_the_next_is_run(tmp_path: Path) -> None:
    """Whatever it waits for: itself, another process, a thread; warnings are still errors."""
    done = run(tmp_path, HANGING, "timeout=0.5")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 failed, 1 passed" in done.stdout
    assert done.stdout.count("Timeout (>0.5s) from pytest-timeout") >= 3


def test_what_cannot_be_interrupted_ends_the_run(tmp_path: Path) -> None:
    """It is said where it stood."""
    done = run(tmp_path, UNREACHED, "timeout=0.5", "faulthandler_timeout=2")
    assert done.returncode not in {0, 5}
    assert "test_that_holds_on" in done.stdout + done.stderr
