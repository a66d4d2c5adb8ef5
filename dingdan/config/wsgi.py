"""Django as a WSGI application: what `front` calls, and what any other WSGI server may call."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dingdan.config.settings")
application = get_wsgi_application()
