"""The parts of the report that not every file can carry: decisions, model, fairness, effort."""

from __future__ import annotations

from html import escape

import numpy as np

from app.cli.stats.figures import RASCH_N, Figures
from app.cli.stats.html import table
from app.cli.stats.plots import Plot
from app.cli.stats.words import Words
from app.psychometrics import irt
from app.psychometrics.classification import Replication
from app.review import LEAST_N_EXAM

REACH = 4.0  # abilities shown


def decisions(figures: Figures, say: Words) -> str:
    """How often another exam would decide alike."""
    if not figures.decisions:
        return section(say("decisions"), say("few", least=LEAST_N_EXAM, n=figures.n_persons), "")
    rows = []
    for name, found in figures.decisions.items():
        again = say("same-form" if found.replication is Replication.SAME_FORM else "random-form")
        said = say.reason(found.reason) if found.reason else again
        rows.append([say(name), said, *map(say.number, (found.consistency, found.kappa, found.accuracy))])
    head = [say(name) for name in ("method", "again", "consistency", "kappa", "accuracy")]
    return section(say("decisions"), say("decisions.lead"), table(head, rows, numeric=(2, 3, 4)))


def model(figures: Figures, say: Words) -> str:
    """Difficulties on one scale, fit, information, and the equity of forms."""
    found = figures.model
    if found.calibration is None or found.fit is None:
        few = say("model.few", least=RASCH_N, n=found.typical_n)
        return section(say("model"), few if found.typical_n < RASCH_N else say.reason(found.reason), "")
    calibration = found.calibration
    lead = say("model.lead", theta=say.number(found.theta_cut), variance=say.number(calibration.variance))
    errors = calibration.se_difficulty
    rows = []
    for place, item in enumerate(figures.items):
        fitted, reason = found.fit[place], calibration.reasons[place]
        values = [calibration.difficulty[place], None if errors is None or reason else float(errors[place])]
        values += [fitted.infit.value, fitted.outfit.value]
        rows.append([str(item.item), *map(say.number, values), say.reason(reason) if reason else ""])
    head = [say("item"), say("difficulty"), say("se"), "Infit", "Outfit", ""]
    return section(
        say("model"), lead, _information(figures, say) + _equity(figures, say) + table(head, rows, numeric=(1, 2, 3, 4))
    )


def _information(figures: Figures, say: Words) -> str:
    assert figures.model.calibration is not None
    theta = np.linspace(-REACH, REACH, 81)
    values = irt.test_information(figures.model.calibration.parameters, theta)
    top = float(values.max()) * 1.08
    plot = Plot(
        say("information"),
        say("ability"),
        say("information"),
        (-REACH, REACH),
        (0.0, top),
        height=220,
        decimal=say.decimal,
    )
    plot.line(list(zip(theta.tolist(), values.tolist(), strict=True)))
    cut = figures.model.theta_cut
    if cut is not None:
        plot.line([(cut, 0.0), (cut, top)], kind="mark")
        plot.text((cut, top), say("cut"))
    return plot.svg()


def _equity(figures: Figures, say: Words) -> str:
    equity = figures.model.equity
    if equity is None or equity.minimum is None or equity.maximum is None:
        return ""
    said = say(
        "equity",
        within=equity.n_within,
        forms=equity.n_forms,
        low=say.number(equity.minimum, 1),
        high=say.number(equity.maximum, 1),
        flips=equity.flips,
    )
    return f"<p>{escape(said)}</p>"


def fairness(figures: Figures, say: Words) -> str:
    """Items that favour one of two groups."""
    found = figures.fairness
    if found is None:
        return ""
    tested = sum(one.reason is None for one in found.items)
    lead = say(
        "fairness.lead",
        reference=found.reference,
        focal=found.focal,
        n_reference=found.n_reference,
        n_focal=found.n_focal,
        tested=tested,
        chance=say.number(0.05 * tested, 0),
    )
    rows = []
    classes = [found.shown_class(place) for place in range(len(found.items))]
    for item, one, shown in zip(figures.items, found.items, classes, strict=True):
        value, interval = say.estimate(one.delta)
        counts = [str(one.n_reference), str(one.n_focal)]
        rows.append([str(item.item), *counts, value, interval, say.chance(one.q), shown or "–"])
    head = [say("item"), found.reference, found.focal, say("delta"), say("interval"), say("q"), say("class")]
    marked = [shown in ("B", "C") for shown in classes]
    return section(say("fairness"), lead, table(head, rows, numeric=(1, 2, 3, 4, 5), marked=marked))


def effort(figures: Figures, say: Words) -> str:
    """Candidates whose times say that they did not read."""
    found = figures.effort
    if found is None:
        return ""
    if not found.low:
        return section(say("effort"), say("effort.none"), "")
    rows = [[str(label), say.number(share)] for label, share in found.low]
    body = table([say("candidate"), say("with_effort")], rows, numeric=(1,))
    return section(say("effort"), say("effort.lead", n=len(found.low)), body)


def section(title: str, lead: str, body: str) -> str:
    """A heading, a sentence, and what follows."""
    return f"<h2>{escape(title)}</h2><p>{escape(lead)}</p>{body}"
