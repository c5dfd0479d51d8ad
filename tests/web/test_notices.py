"""What a person is told on the site: listed, counted in the masthead, seen."""

from __future__ import annotations

from accounts import notices
from accounts.models import Notice


def masthead(client) -> str:
    return client.get("/").content.decode().partition("</header>")[0]


def test_a_notice_is_counted_until_it_is_seen(client, ada):
    notices.tell(user=ada, text="Grace invites you to Vision Lab.", address="/teams")
    client.force_login(ada)
    assert "ada, your account, new notices" in masthead(client)
    assert "1 new" in masthead(client)
    page = client.get("/settings/notices").content.decode()
    assert '<a href="/teams">Grace invites you to Vision Lab.</a>' in page
    assert "· new" in page
    assert "new notices" not in masthead(client)
    assert "· new" not in client.get("/settings/notices").content.decode()


def test_the_newest_stands_first_and_all_are_text(client, ada):
    notices.tell(user=ada, text="the older")
    notices.tell(user=ada, text="<b>second</b>")
    client.force_login(ada)
    page = client.get("/settings/notices").content.decode()
    assert page.index("&lt;b&gt;second") < page.index("the older")


def test_one_not_listed_is_not_seen(client, ada):
    for number in range(notices.SHOWN + 1):
        notices.tell(user=ada, text=f"notice {number}")
    client.force_login(ada)
    client.get("/settings/notices")
    assert notices.unseen(user=ada) == 1
    assert Notice.objects.get(seen_at=None).text == "notice 0"


def test_nobody_reads_anothers(client, ada, charlie):
    notices.tell(user=ada, text="for Ada alone")
    client.force_login(charlie)
    assert "for Ada alone" not in client.get("/settings/notices").content.decode()
    assert "new notices" not in masthead(client)
    assert notices.unseen(user=ada) == 1


def test_they_need_an_account(client, db):
    answer = client.get("/settings/notices")
    assert answer["Location"] == "/settings/sign-in?next=/settings/notices"


def asked_of_notices(client, django_assert_max_num_queries) -> int:
    with django_assert_max_num_queries(100) as asked:
        client.get("/")
    return sum("accounts_notice" in query["sql"] for query in asked.captured_queries)


def test_the_count_costs_one_question_and_none_of_strangers(
    client, ada, django_assert_max_num_queries
):
    assert asked_of_notices(client, django_assert_max_num_queries) == 0
    client.force_login(ada)
    assert asked_of_notices(client, django_assert_max_num_queries) == 1
