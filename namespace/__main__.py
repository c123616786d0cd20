"""``python -m atverdict`` is the same program as ``atverdict``."""

from atverdict.cli.main import main

main()
