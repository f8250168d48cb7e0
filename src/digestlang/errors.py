"""Every error that digestlang reports to its user in one line.

The command line prints ``str(error)`` and exits with ``error.exit_code``; a message therefore
says what is wrong, where, and what to do about it.
"""


class DigestlangError(Exception):
    """Base of all errors a user can cause and mend."""

    exit_code = 1


class UsageError(DigestlangError):
    """The options given do not fit together or name something that does not exist."""

    exit_code = 2


class UnsupportedLanguageError(UsageError):
    """A language, or a direction, that digestlang or the chosen model does not translate."""


class InputError(DigestlangError):
    """An input file that cannot be read as a digest."""


class OutputError(DigestlangError):
    """An output file that cannot be written."""


class ModelError(DigestlangError):
    """A model that is missing, damaged or of a family digestlang does not run."""


class TranslationMemoryError(DigestlangError):
    """A translation memory that cannot be opened, read or written."""


class PlaceholderError(DigestlangError):
    """A translation that does not carry every placeholder of its source exactly once, in order."""
