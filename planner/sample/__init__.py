"""The sample: a September and a quiet fortnight in Chongqing, made from the demand tables.

Places are real and public, everything that is counted or dated is made up (see data/README.md).
"""

from planner.sample.make import make_sample
from planner.sample.season import SEASONS, Season, SeasonName
from planner.sample.tables import write_sample

SEED = 10
"""The seed of the sample that is kept in data/sample."""

__all__ = ["SEASONS", "SEED", "Season", "SeasonName", "make_sample", "write_sample"]
