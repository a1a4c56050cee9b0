"""`python -m planner.sample FOLDER` writes the sample that is kept in data/sample: both seasons, seed 10."""

import sys
from pathlib import Path

from planner.sample import SEASONS, SEED, write_sample


def main(folder: Path) -> None:
    """Writes one folder for each season."""
    for season in SEASONS:
        write_sample(folder / season, season, SEED)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
