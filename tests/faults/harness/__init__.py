"""Faults against real processes: what was acknowledged must be stored, whatever breaks, and the server must come back in time.

    candidates ──► line proxy ──► server (2 processes) ──► database proxy ──► PostgreSQL, durable, on disk
        │                                                                         │
        └── ledger: what each was promised ─────── compared after each fault ─────┘

`python -m tests.faults.harness` runs every fault (`make faults`). Nothing leaves the loopback address.
"""
