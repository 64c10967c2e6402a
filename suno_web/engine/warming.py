"""Getting a process ready to render before anybody asks."""

import gc
import logging
import time

from suno_web.engine import musician

logger = logging.getLogger(__name__)


def warm() -> None:
    """Load everything a render needs, so that workers forked from here share it and begin at once."""
    started = time.monotonic()
    musician.warm()
    # Keeps the collector from touching, and so copying, what the workers share.
    gc.collect()
    gc.freeze()
    logger.info("the engine is warm after %.1f s", time.monotonic() - started)
