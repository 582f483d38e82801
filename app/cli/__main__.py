"""`python -m app.cli`: how the launcher starts its children."""

from app.cli.main import run

run()
