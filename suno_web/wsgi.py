"""WSGI entry point, for servers that cannot speak ASGI. Live streams need `suno_web.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suno_web.settings")
application = get_wsgi_application()
