"""The composition root: settings, routes and the WSGI application."""
