"""The `sahih` command. One module per group of commands; each command's help holds an example."""

import gc

gc.disable()  # what is imported stays; looking for reference cycles in it, again and again, is a sixth of a command's start
from app.cli.main import run  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["run"]
