"""Routes of the person's own pages."""

from __future__ import annotations

from django.urls import path

from accounts import key_views, notice_views, session_views

app_name = "accounts"
urlpatterns = [
    path("sessions", session_views.sessions_page, name="sessions"),
    path("sessions/others/end", session_views.end_others, name="end_others"),
    path("sessions/<str:digest>/end", session_views.end_session, name="end_session"),
    path("notices", notice_views.notices_page, name="notices"),
    path("keys", key_views.keys_page, name="keys"),
    path("keys/<uuid:pk>/revoke", key_views.revoke, name="revoke_key"),
]
