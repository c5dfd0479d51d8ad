"""Routes of the Algorithmia-compatible edge."""

from __future__ import annotations

from django.urls import re_path

from catalog.wire import batches, data, management_urls, organizations, people, views

app_name = "wire"
PERSON = r"^users/(?P<username>[^/]+)"
TEAM = r"^organizations/(?P<name>[^/]+)"
#: an algorithm may be named "batch" (`algo/demo/batch`); a version cannot
BATCH = (
    r"^algo/(?P<ref>(?:algo:/+)?(?:[^/]+/[^/]+(?:/[^/]+)?|[0-9a-fA-F-]{36}))/batch/?$"
)
urlpatterns = [
    re_path(r"^algo/(?P<ref>.*)(?<!/batch)(?<!/batch/)$", views.call, name="call"),
    re_path(BATCH, batches.batch, name="batch"),
    re_path(r"^algo/(?P<ref>.*)$", views.call),
    re_path(r"^web/algo/(?P<ref>.*)$", views.web_call, name="web_call"),
    re_path(r"^data(?:/(?P<path>(?s:.*)))?$", data.data, name="data"),
    re_path(
        r"^connector/(?P<name>[^/]+)(?:/(?P<path>(?s:.*)))?$",
        data.connector,
        name="connector",
    ),
    re_path(r"^hostedData/?$", data.hosted_data, name="hosted_data"),
    re_path(r"^users/?$", people.users, name="users"),
    re_path(rf"{PERSON}/?$", people.user, name="user"),
    re_path(rf"{PERSON}/errors/?$", people.user_errors, name="user_errors"),
    re_path(r"^organization/types/?$", organizations.types, name="organization_types"),
    re_path(
        r"^organizations/?$", organizations.organizations_page, name="organizations"
    ),
    re_path(
        r"^organizations/externalId/(?P<external>[^/]+)/?$",
        organizations.by_external_id,
        name="organization_by_external_id",
    ),
    re_path(rf"{TEAM}/?$", organizations.organization, name="organization"),
    re_path(rf"{TEAM}/members/?$", organizations.members, name="organization_members"),
    re_path(
        rf"{TEAM}/members/(?P<username>[^/]+)/?$",
        organizations.member,
        name="organization_member",
    ),
    re_path(
        rf"{TEAM}/errors/?$",
        organizations.organization_errors,
        name="organization_errors",
    ),
    *management_urls.urlpatterns,
]
