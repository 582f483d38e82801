"""What a review goes by. Pure data; the committee approves it before the period."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewMethod:
    """Thresholds, least n, window and interval. The defaults are the proposal that a committee starts from.

    Shares are 0..1. `rate` is the share of false leads that is accepted among those of one family (false discovery rate).
    """

    version: str = "usulan"
    window_years: int = 3
    interval_months: int = 6
    quorum: int = 2
    # least n
    least_n_item: int = 100  # a verdict on an item
    least_n_key: int = 15  # a suspected key, which is a reason to look
    least_n_exam: int = 30  # reliability, decision consistency
    least_n_form: int = 100  # equating and comparing forms
    least_n_calibration: int = 200  # answers to an item, for the Rasch model
    least_n_group: int = 200  # the smaller group, for DIF
    least_n_groups: int = 500  # both groups together, for DIF
    least_n_drift: int = 100  # answers to an item in each of two periods
    least_periods: int = 12  # before a run chart gets limits
    # thresholds
    below_guessing: float = 0.25
    nearly_all: float = 0.95
    mis_key_share: float = 0.45  # the key chosen by fewer
    reliability_least: float = 0.80  # of the lower end of the interval
    drift_p: float = 0.15  # an item that became so much easier than its ability-matched expectation
    dif_delta: float = 1.5  # ETS class C
    judged_sd: float = 0.12  # by how much experts' estimates of a share of right answers err (SD)
    form_points: float = 1.0  # a form that is so much harder or easier than it was planned to be
    speed_share: float = 0.05  # candidates who did not reach the end
    # error rates
    rate: float = 0.05
    pair_rate: float = 0.01
    least_common: int = 20  # items that two candidates must share to be compared
    # integrity
    least_n_pairs: int = 30  # answers to an item, before candidates are compared on it
    neighbour_seats: int = 2  # so far along a row a neighbour's screen can be read
    room_at_most: int = 40  # candidates of a room, where seats are not known and all in it are compared
    effort_least: float = 0.90  # share of a candidate's answers that took long enough to read the question
    gain_points: float = 10.0  # points that somebody may well have learnt between two attempts


# Every rule that may raise a lead, and what it is about, in the committee's words.
RULES: dict[str, tuple[str, str]] = {
    "mis-key": ("kunci mungkin keliru", "the key may be wrong"),
    "negative-discrimination": ("yang bernilai tinggi justru salah", "high scorers get it wrong"),
    "below-guessing": ("di bawah tebakan", "below guessing"),
    "nearly-all-right": ("hampir semua benar", "nearly everybody is right"),
    "drift": ("menjadi lebih mudah atau lebih sulit dari semula", "became easier or harder than it was"),
    "leak": ("mungkin bocor: jauh lebih mudah daripada sebelumnya", "may have leaked: far easier than before"),
    "dif": ("berbeda bagi kelompok yang sama mampunya", "differs for groups of equal ability"),
    "harder-form": ("paket lebih sulit atau lebih mudah dari rencana", "a form is harder or easier than planned"),
    "low-reliability": ("keandalan rendah", "low reliability"),
    "speeded": ("waktu mungkin kurang", "time may be short"),
    "impact": ("kelompok berbeda hasilnya", "groups differ in their results"),
    "similar-pair": (
        "jawaban dua peserta lebih mirip dari yang lazim",
        "the answers of two candidates are more alike than usual",
    ),
    "rapid": (
        "banyak jawaban lebih cepat daripada waktu membaca",
        "many answers came quicker than the question can be read",
    ),
    "misfit": ("pola jawaban tidak lazim", "an unusual pattern of answers"),
    "gain": ("naik lebih tinggi dari yang lazim pada ujian ulang", "rose more than usual in a retake"),
}
