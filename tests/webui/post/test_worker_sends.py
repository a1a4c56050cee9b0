"""The worker's process sends what waits, beside its solving, and ends in order."""

import os
import signal
import subprocess
import sys
import time

from tests.webui.conftest import Cast
from tests.webui.post.test_mail import notices, states
from webui.config import Config
from webui.store.engine import Store


def test_the_worker_sends_what_waits_until_it_is_asked_to_end(store: Store, cast: Cast, config: Config) -> None:
    notices(store, 3, cast)
    settings = {"DOORSTEP_DATA": str(config.data), "DOORSTEP_DATABASE": config.database}
    worker = subprocess.Popen([sys.executable, "-m", "webui", "worker"], env={**os.environ, **settings})
    try:
        end = time.monotonic() + 30
        while states(store) != ["sent"] * 3:
            assert time.monotonic() < end
            assert worker.poll() is None
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0
    finally:
        worker.kill()
        worker.wait()
    assert len(list((config.data / "outbox").glob("*.eml"))) == 3
