"""The program ``python -m atverdict``, the same as ``atverdict``."""

from atverdict.cli.main import main

main()
