"""Routes of the Algorithmia-compatible edge."""

from __future__ import annotations

from django.urls import re_path

from catalog.wire import views

app_name = "wire"
urlpatterns = [re_path(r"^algo/(?P<ref>.*)$", views.call, name="call")]
