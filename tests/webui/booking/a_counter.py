"""The booking application as a process of its own, to be killed.

python -m tests.webui.booking.a_counter DATA DATABASE PORT

Its clock stands at the tests' Friday. Prints its port once it listens.
"""

import sys
from pathlib import Path

from werkzeug.serving import make_server

from tests.webui.conftest import FRIDAY, QUICK_HASHES
from webui.app import create_app
from webui.config import Config


def main() -> None:
    """Serves until it is killed."""
    data, database, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    app = create_app(Config(data=data, database=database, hashing=QUICK_HASHES), "public", now=lambda: FRIDAY)
    server = make_server("127.0.0.1", port, app, threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
