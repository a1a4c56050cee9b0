"""`doorstep audit verify`: whole, with an older head, and with a head that is gone."""

from click.testing import CliRunner

from tests.webui.conftest import Cast
from webui.__main__ import main
from webui.config import Config
from webui.store import audit
from webui.store.engine import Store


def test_the_chain_is_followed_and_a_lost_end_is_found(config: Config, store: Store, cast: Cast) -> None:
    environment = {"DOORSTEP_DATA": str(config.data), "DOORSTEP_DATABASE": config.database}
    with store.read() as session:
        head = audit.head(session)
    whole = CliRunner().invoke(main, ["audit", "verify", "--head", head], env=environment)
    assert whole.exit_code == 0, whole.output
    assert head in whole.output
    lost = CliRunner().invoke(main, ["audit", "verify", "--head", "f" * 64], env=environment)
    assert lost.exit_code == 1
    assert "the end of the chain was cut off" in lost.output
