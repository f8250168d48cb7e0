"""The command line. One module a command: it reads arguments, calls the package, prints, exits."""

from __future__ import annotations

import os
import sys

import click

from digestlang import __version__, settings
from digestlang.cli.check import check
from digestlang.cli.config import config, default_map
from digestlang.cli.detect import detect
from digestlang.cli.evaluate import eval_
from digestlang.cli.memory import memory
from digestlang.cli.models import models
from digestlang.cli.translate import translate
from digestlang.errors import DigestlangError

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="digestlang")
@click.option("--offline", is_flag=True, help="Never ask the network; only 'models pull' does.")
def cli(offline: bool) -> None:
    """Translate daily digests between Korean and English, on this machine.

    Every option can be set by an environment variable or in a configuration file as well:
    --beam-size of translate is DIGESTLANG_TRANSLATE_BEAM_SIZE; 'digestlang config' shows all. Exit
    codes: 0 done, 1 error, 2 wrong usage, 3 quality checks failed (translate --strict, check, eval
    gate).
    """
    if offline:
        os.environ["DIGESTLANG_OFFLINE"] = "1"
    if settings.is_offline():
        os.environ["HF_HUB_OFFLINE"] = "1"  # for the libraries, and processes of our own


for command in (translate, check, detect, eval_, models, memory, config):
    cli.add_command(command)


def main() -> None:
    """Run the command line; every error a user can mend is one line on standard error."""
    try:
        code = cli.main(
            prog_name="digestlang",
            standalone_mode=False,
            auto_envvar_prefix="DIGESTLANG",
            default_map=default_map(cli),
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except DigestlangError as error:
        code = _complain(str(error), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        code = _complain("interrupted; run it again to go on", _INTERRUPTED)
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        code = _give_up_stdout()
    except OSError as error:
        where = error.filename or "standard output cannot be written"
        code = _complain(f"{where} ({error.strerror or error})", 1)
        _give_up_stdout()
    sys.exit(code)


def _complain(message: str, code: int) -> int:
    click.echo(f"digestlang: {' '.join(message.splitlines())}", err=True)
    return code


def _give_up_stdout() -> int:
    """Let what is left in standard output's buffer go nowhere, without a further error at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
