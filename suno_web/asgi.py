"""ASGI entry point: live streams and polls are answered here, file bodies sent here, the rest is Django's."""

import os
import warnings

from django.core.asgi import get_asgi_application

# WhiteNoise reads a style sheet or script whole; they are small, and a browser keeps them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suno_web.settings")
django = get_asgi_application()

# Models may be imported only once Django is set up.
from suno_web.live.streams import LiveStreams  # noqa: E402
from suno_web.media import Carrier  # noqa: E402
from suno_web.suno.polling import Polling  # noqa: E402

application = LiveStreams(Polling(Carrier(django)), path="/live/")
