"""Memory that is freed and asked for again in every step."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # <malloc.h>


def keep_freed_memory() -> bool:
    """Lets this process keep the memory it frees, for its next step, where the C library is glibc; says whether it is.

    By default blocks above a threshold go back to the system, and a training step of the default sizes then waited for 4,600 pages
    to be mapped and cleared anew, a tenth of its time.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, 32 << 20)) and bool(mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1))
