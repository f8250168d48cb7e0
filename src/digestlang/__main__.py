"""``python -m digestlang``."""

from digestlang.cli import main

main()
