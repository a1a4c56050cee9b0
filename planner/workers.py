"""Who improves the parts of a large plan: threads of this process, or a Dask cluster that a setting names.

Both are a `concurrent.futures.Executor`. What a part becomes depends on the part, its seed and its steps
alone, so the plan is the same whoever does the work. A worker of the cluster that dies has its parts done by
another; a cluster that is lost is replaced by threads, with a warning in the log.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import Any

from planner.errors import BadInput, Mistake
from planner.parts import Better, Part, improve

LOG = logging.getLogger("doorstep.workers")
LOST = "the cluster is lost (%s: %s); this machine goes on alone 集群已失联,改由本机继续"
CONNECT_SECONDS = 10
LOOK_SECONDS = 0.01
"""How often somebody looks whether the work is no longer wanted."""


class Workers:
    """Improves parts, several at a time. Use it as a context."""

    def __init__(self, threads: int, cluster: str | None = None) -> None:
        """`cluster` is the address of a Dask scheduler, e.g. tcp://10.0.0.5:8786.

        Raises BadInput where the cluster cannot be reached or Dask is not installed.
        """
        self._threads = ThreadPoolExecutor(threads)
        self._client: Any = _client(cluster) if cluster else None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._leave()

    def improve(
        self,
        parts: Sequence[Part],
        seeds: Sequence[int],
        steps: Sequence[int],
        heat: float,
        goes_on: Callable[[], bool],
    ) -> list[Better | None]:
        """Every part improved, in order; None for one that was not ready when `goes_on` said no."""
        jobs = list(zip(parts, seeds, steps, strict=True))
        if self._client is not None:
            try:
                executor: Executor = self._client.get_executor(retries=3)
                return _collect([executor.submit(improve, *job, heat) for job in jobs], goes_on)
            except Exception as error:  # noqa: BLE001 - whatever a cluster dies of, the plan goes on without it
                self._leave()
                LOG.warning(LOST, type(error).__name__, error)
        return _collect([self._threads.submit(improve, *job, heat, goes_on) for job in jobs], goes_on, finishes=True)

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close(timeout=1)


def _collect(futures: list[Future[Better]], goes_on: Callable[[], bool], finishes: bool = False) -> list[Better | None]:
    """The results; with `finishes` the work itself looks whether it shall stop, so it is waited for."""
    ended = False
    while not all(one.done() for one in futures):
        wait(futures, timeout=LOOK_SECONDS)
        if not ended and not goes_on():
            ended = True
            for one in futures:
                one.cancel()
        if ended and not finishes:
            break
    # A cluster that is lost cancels too: that is no end, and is told by `result`.
    return [None if ended and (one.cancelled() or not one.done()) else one.result() for one in futures]


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        raise BadInput(
            [
                Mistake(
                    "cluster",
                    "needs the extra: pip install 'doorstep[cluster]'",
                    "需要安装扩展:pip install 'doorstep[cluster]'",
                    address,
                )
            ]
        ) from error
    client: Any = distributed.Client
    try:
        return client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BadInput([Mistake("cluster", f"cannot be reached: {error}", f"无法连接:{error}", address)]) from error
