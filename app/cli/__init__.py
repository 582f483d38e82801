"""The `sahih` command. One module per group of commands; each command's help holds an example."""

from app.cli.main import run

__all__ = ["run"]
