"""The embedded PostgreSQL: a launcher of our own for `sahih demo`, the tests and a test-centre computer.

It finds PostgreSQL binaries (15 to 18), makes a data folder with SCRAM passwords, listens on a unix socket (or on loopback
where the path is too long), works as root by running the server as an unprivileged account, and holds one lock per data
folder so that two launchers never share a server. Durability settings are on unless a test asks otherwise.

Not here: migrations (`app.core.migrate`) and everything that `DATABASE_URL` points at a managed server instead.
"""

from app.core.postgres.binaries import PostgresError, find_bindir
from app.core.postgres.cluster import Cluster, ClusterBusy
from app.core.postgres.roles import ROLES, create_database, setup_sql

__all__ = ["ROLES", "Cluster", "ClusterBusy", "PostgresError", "create_database", "find_bindir", "setup_sql"]
