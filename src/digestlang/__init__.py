"""digestlang translates daily digests between Korean and English on your own machine."""

__version__ = "0.1.0"
