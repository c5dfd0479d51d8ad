"""Routes of the person's own pages."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import key_views, views

app_name = "accounts"
urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("sign-up", views.sign_up, name="sign_up"),
    path("keys", key_views.keys_page, name="keys"),
    path("keys/<uuid:pk>/revoke", key_views.revoke, name="revoke_key"),
]
