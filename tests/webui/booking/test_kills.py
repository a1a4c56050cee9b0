"""The web is killed while offices confirm: what was acknowledged stands. Small here, forty kills in tests/faults."""

from tests.webui.booking.chaos import Office, Web, kill_while_they_book
from tests.webui.booking.conftest import PASSWORD
from tests.webui.booking.crowd import Crowd, a_crowd, whole
from tests.webui.conftest import FRIDAY, Cast
from webui.actions.bookings_door import NewAccount, accept, invite
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import Store
from webui.store.person import doorstep


def offices_of(crowd: Crowd, config: Config, cast: Cast, port: int, count: int) -> list[Office]:
    """Offices that came in by invitation."""
    made = []
    for number in range(count):
        token = invite(crowd.store, f"C{number:03d}", "personnel", cast.ada)
        wanted = NewAccount(f"booker{number}", PASSWORD, PASSWORD)
        accept(crowd.store, Passwords(config.hashing), token, wanted, doorstep(FRIDAY))
        made.append(Office(port, wanted.login, PASSWORD, f"K{number:03d}"))
    return made


def kills_lose_nothing(store: Store, config: Config, cast: Cast, kills: int, offices: int) -> int:
    """So many kills; how many bookings and cancellations were acknowledged. All of them are as they were told."""
    crowd = a_crowd(store, cast, offices)
    web = Web(config)
    web.start()
    web.kill()
    web.kills = 0
    people = offices_of(crowd, config, cast, web.port, offices)
    kill_while_they_book(web, people, kills, seed=5)
    assert web.kills == kills + 1  # and the one that ended it
    found = whole(crowd)
    told = {request: stands for office in people for request, stands in office.stands.items()}
    for request, stands in told.items():
        assert (request in found) == stands, request
    return sum(office.acknowledged for office in people)


def test_three_kills_lose_no_acknowledged_booking(store: Store, config: Config, cast: Cast) -> None:
    assert kills_lose_nothing(store, config, cast, 3, 3) >= 3
