"""Getting a process ready to render before anybody asks, and lean again afterwards."""

import ctypes
import gc
import logging
import time

from suno_web.engine import musician

logger = logging.getLogger(__name__)


def warm() -> None:
    """Load everything a render needs, so that workers forked from here share it and begin at once."""
    started = time.monotonic()
    musician.warm()
    give_back_memory()
    # Keeps the collector from touching, and so copying, what the workers share.
    gc.freeze()
    logger.info("the engine is warm after %.1f s", time.monotonic() - started)


def give_back_memory() -> None:
    """Return what a render used to the machine: more than 100 MB a worker, which the C library would keep."""
    gc.collect()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
