"""Stars: setting and taking them, the count, and one's own list."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from rows import listing
from shelves import opened

from accounts.services import create_user
from catalog.models import Algorithm, IndexOutbox, Star
from catalog.services import stars

PEOPLE = 6


def count_on(algorithm):
    return Algorithm.objects.get(pk=algorithm.pk).star_count


def test_a_star_is_set_and_taken_without_script(client, charlie, sentiment):
    client.force_login(charlie)
    page = client.get("/nlp/GetSentiment").content.decode()
    assert 'aria-pressed="false"' in page
    answer = client.post("/nlp/GetSentiment/star", {"star": "on"})
    assert answer["Location"] == "/nlp/GetSentiment"
    assert count_on(sentiment) == 1
    assert 'aria-pressed="true"' in client.get("/nlp/GetSentiment").content.decode()
    client.post("/nlp/GetSentiment/star", {"star": "off"})
    assert count_on(sentiment) == 0


def test_with_script_the_button_alone_is_swapped(client, charlie, sentiment):
    client.force_login(charlie)
    answer = client.post(
        "/nlp/GetSentiment/star", {"star": "on"}, headers={"HX-Request": "true"}
    )
    part = answer.content.decode()
    assert "<html" not in part
    assert 'value="off"' in part
    assert 'aria-pressed="true"' in part
    assert "1<span" in part


def test_twice_counts_once(charlie, sentiment):
    assert stars.star(viewer=charlie, algorithm=sentiment) == 1
    assert stars.star(viewer=charlie, algorithm=sentiment) == 1
    assert stars.unstar(viewer=charlie, algorithm=sentiment) == 0
    assert stars.unstar(viewer=charlie, algorithm=sentiment) == 0


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, sentiment):
    page = client.get("/nlp/GetSentiment").content.decode()
    assert "/settings/sign-in?next=/nlp/GetSentiment" in page
    assert client.post("/nlp/GetSentiment/star").status_code == 401
    assert client.get("/nlp/GetSentiment/star")["Location"] == "/nlp/GetSentiment"
    assert client.get("/settings/stars")["Location"].startswith("/settings/sign-in")
    assert not Star.objects.exists()


def test_what_is_private_is_not_there_to_be_starred(client, charlie, adas_private):
    client.force_login(charlie)
    missing = client.post("/ada/Nothing/star")
    private = client.post("/ada/AdasSecret/star")
    assert (private.status_code, private.content) == (404, missing.content)
    assert not Star.objects.exists()


def test_ones_own_private_listing_can_be_starred(client, ada, adas_private):
    client.force_login(ada)
    client.post("/ada/AdasSecret/star")
    assert "AdasSecret" in client.get("/settings/stars").content.decode()


def test_the_list_has_the_newest_star_first(client, charlie, sentiment, vision_lab):
    other = opened(listing(vision_lab.owner, "Other"))
    for algorithm in (sentiment, other):
        stars.star(viewer=charlie, algorithm=algorithm)
    client.force_login(charlie)
    rows = client.get("/settings/stars").context["rows"]
    assert [listed.row.algorithm.name for listed in rows] == ["Other", "GetSentiment"]


def test_who_loses_sight_of_it_loses_it_from_the_list(client, charlie, adas_private):
    opened(adas_private)
    stars.star(viewer=charlie, algorithm=adas_private)
    adas_private.visibility = "private"
    adas_private.save()
    client.force_login(charlie)
    page = client.get("/settings/stars")
    assert page.status_code == 200
    assert "AdasSecret" not in page.content.decode()
    assert "You have starred nothing yet" in page.content.decode()


def test_the_index_hears_of_a_star(charlie, sentiment):
    IndexOutbox.objects.all().delete()
    stars.star(viewer=charlie, algorithm=sentiment)
    assert IndexOutbox.objects.filter(algorithm_id=sentiment.pk).exists()
    IndexOutbox.objects.all().delete()
    stars.star(viewer=charlie, algorithm=sentiment)
    assert not IndexOutbox.objects.exists(), "nothing changed"


def test_a_person_who_leaves_takes_the_stars_along(charlie, ada, sentiment):
    stars.star(viewer=charlie, algorithm=sentiment)
    stars.star(viewer=ada, algorithm=sentiment)
    charlie.delete()
    assert count_on(sentiment) == Star.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_count_is_right_when_many_star_at_once(vision_lab):
    algorithm = opened(listing(vision_lab.owner, "Popular"))
    people = [
        create_user(username=f"p{number}", password="correct horse battery")
        for number in range(PEOPLE)
    ]
    # The first three come twice at the same time; the last one goes again.
    jobs = [(stars.star, user) for user in [*people, *people[:3]]]
    jobs += [(stars.unstar, people[-1])] * 2
    failures = []

    def run(change, user):
        try:
            change(viewer=user, algorithm=Algorithm.objects.get(pk=algorithm.pk))
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count_on(algorithm) == Star.objects.filter(algorithm=algorithm).count()
    assert count_on(algorithm) in {PEOPLE - 1, PEOPLE}
