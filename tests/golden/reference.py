"""Print what our library computes for each id of a file of reference values, as JSON.

usage: python tests/golden/reference.py EXPECTED.json > GOT.json

The data files named in EXPECTED.json lie beside it. The reference values themselves are never read.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # runs from any folder

from tests.golden.producers import producer_of
from tests.golden.producers.data import DataSet


def computed(data: DataSet) -> dict[str, Any]:
    """Our value of every id that we know."""
    return {name: produce(data) for name in data.ids if (produce := producer_of(name))}


if __name__ == "__main__":
    print(json.dumps(computed(DataSet(Path(sys.argv[1]))), allow_nan=False))
