"""Command line: `python -m restill_training COMMAND ...`; each command is explained by --help."""

from __future__ import annotations

import argparse
import sys

from . import commands


def main(arguments: list[str] | None = None) -> int:
    """Parses the command line and runs one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="restill_training", description=__doc__)
    sub = parser.add_subparsers(dest="command", required=True)
    commands.register(sub)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (FileNotFoundError, ValueError) as error:
        print(f"restill_training: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
