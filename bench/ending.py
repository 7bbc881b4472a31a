"""How a long run ends before its time: SIGTERM clears away as Ctrl-C does, and what it started does not outlive it."""

from __future__ import annotations

import ctypes
import signal
import sys

# linux/prctl.h
PR_SET_PDEATHSIG = 1
# Found beforehand: between fork and exec only the call itself is safe.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def ended_by_sigterm() -> None:
    """From now on SIGTERM raises SystemExit, so that servers are stopped and folders removed on the way out."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def end_with_parent() -> None:
    """In a child, before its program begins: SIGTERM comes when whoever started it is gone, be it killed. On Linux alone."""
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
