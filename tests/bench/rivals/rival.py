"""usage: python rival.py PACKAGE TASK FOLDER"""

import csv
import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path


def main(package: str, task: str, folder: Path) -> int:
    if find_spec(package) is None:
        return 3
    import numpy as np

    with (folder / "scores.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    scores = np.array([[float(cell or "nan") for cell in row] for row in rows])
    job = JOBS.get((package, task))
    if job is None:
        return 4
    print(json.dumps(job(scores)))
    return 0


def pingouin_alpha(scores):
    import pandas
    import pingouin

    frame = pandas.DataFrame(scores)
    pingouin.cronbach_alpha(frame)  # imports are not what is measured
    return timed(lambda: pingouin.cronbach_alpha(frame), lambda found: {"value": [found[0]]})


def mirt_2pl(scores):
    return mirt_fit(scores, "2PL")


def mirt_rasch(scores):
    return mirt_fit(scores, "1PL")


def mirt_fit(scores, model):
    import mirt
    import numpy as np

    whole = np.where(np.isnan(scores), -1, scores).astype(int)

    def parameters(result):
        found = result.model.parameters
        slope = np.broadcast_to(found["discrimination"], whole.shape[1]).astype(float)
        return {"slope": slope.tolist(), "intercept": (-slope * found["difficulty"]).tolist(), "variance": [1.0]}

    mirt.fit_mirt(whole[:50, :5], model=model, n_quadpts=21, compute_standard_errors=False)
    return timed(
        lambda: mirt.fit_mirt(whole, model=model, n_quadpts=61, tol=1e-5, compute_standard_errors=False), parameters
    )


def girth_2pl(scores):
    import girth

    whole = scores.T.astype(int)
    girth.twopl_mml(whole[:4, :50])
    return timed(
        lambda: girth.twopl_mml(whole),
        lambda found: {
            "slope": found["Discrimination"].tolist(),
            "intercept": (-found["Discrimination"] * found["Difficulty"]).tolist(),
            "variance": [1.0],
        },
    )


def girth_cml(scores):
    import girth

    whole = scores.T.astype(int)
    return timed(lambda: girth.rasch_conditional(whole), lambda found: {"value": found["Difficulty"].tolist()})


def girth_items(scores):
    import girth

    whole = scores.T.astype(int)
    return timed(
        lambda: girth.classical_test_statistics(whole, start_value=0, stop_value=1),
        lambda found: {"value": [float(value) for value in found.get("Average", [])] or [0.0]},
    )


def timed(call, answer):
    before = time.process_time()
    found = call()
    cpu = time.process_time() - before
    return {"cpu": cpu, **answer(found)}


JOBS = {
    ("pingouin", "alpha"): pingouin_alpha,
    ("mirt", "2pl"): mirt_2pl,
    ("mirt", "2pl-sparse"): mirt_2pl,
    ("mirt", "rasch-sparse"): mirt_rasch,
    ("girth", "2pl"): girth_2pl,
    ("girth", "cml"): girth_cml,
    ("girth", "items"): girth_items,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
