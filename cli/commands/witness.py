"""``longcase witness init``, ``serve`` and ``sign``: cosigns the checkpoints of logs, over HTTP or in files."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack, suppress
from datetime import UTC
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.input.addresses import host_and_port
from cli.output.streams import output_into, say, say_out
from cli.service.signals import stopped_by_signals
from cli.session import stores as session
from cli.session.passphrases import PASSPHRASE_FILE, passphrase
from cli.session.witnesses import LOGS, WITNESS, explained, known_logs, witness_at_work, witness_folder
from domain.errors import Conflict, LongcaseError, Refused, UsageProblem
from domain.instant import iso
from transparency.encoding import to_base64
from transparency.witnessing import LARGEST_REQUEST
from witness.folder import KEYS, POLICY, make_witness

if TYPE_CHECKING:
    from transparency.witnessing import WitnessAnswer
    from witness.cosigning import Witness

_REFUSALS: Final = {
    HTTPStatus.FORBIDDEN: Refused,
    HTTPStatus.NOT_FOUND: Refused,
    HTTPStatus.UNPROCESSABLE_ENTITY: Refused,
}


@click.command()
@click.option("--name", required=True, metavar="NAME", help="Its name in its keys, such as witness.example/1.")
@PASSPHRASE_FILE
@WITNESS
def init(name: str, passphrase_file: str | None, folder: str | None) -> None:
    """Make a witness: keys of Ed25519 and ML-DSA-44 under a passphrase, in a folder of its own.

    What is printed are its public keys, for whoever keeps the log. Whose checkpoints it cosigns stands in
    policy.txt in the folder, a line "log KEY" for each key of a log. It needs the extra "trust".
    """
    place = witness_folder(folder)
    with explained():
        keys = make_witness(place, name, passphrase(passphrase_file, new=True))
    for key in keys:
        say_out(str(key))
    sys.stdout.flush()
    say(f"made a witness in {place}; these are its public keys, for the keepers of logs ({place / KEYS})")
    say(f"next: a line 'log KEY' for each key of a log, in {place / POLICY}")


@click.command()
@click.option("--address", required=True, metavar="HOST:PORT", help="The address to listen at, and no other.")
@LOGS
@PASSPHRASE_FILE
@WITNESS
def serve(address: str, policy: str | None, passphrase_file: str | None, folder: str | None) -> None:
    """Answer the logs of the policy over HTTP, as C2SP tlog-witness has it, until SIGTERM or Ctrl-C.

    POST /add-checkpoint takes a checkpoint and answers with cosignatures; GET /HASH/checkpoint shows the last one
    of a log, HASH being the SHA-256 of its origin. Each answer is a line on standard error. It is plain HTTP, and
    tells no secrets: a server in front of it adds TLS where that is wanted.
    """
    place = witness_folder(folder)
    wanted = host_and_port(address, "--address")
    if wanted is None:
        raise UsageProblem(f"--address: {address!r} is not HOST:PORT")
    logs = known_logs(place, policy)
    with explained(), ExitStack() as stack:
        from witness.server import Address, served
        from witness.web import WitnessSite

        site = WitnessSite(witness_at_work(place, logs, passphrase(passphrase_file)), logs, _tell)
        stop = stack.enter_context(stopped_by_signals())  # not before: at the prompt Ctrl-C ends as usual
        try:
            where = stack.enter_context(served(site, Address(*wanted)))
        except OSError as error:
            raise UsageProblem(f"--address: nothing can listen at {address}: {error.strerror}") from error
        say(f"a witness of {len(logs)} {'log' if len(logs) == 1 else 'logs'} at http://{where}/")
        stop.wait()
    if stop.signal == signal.SIGINT:
        raise KeyboardInterrupt


def _tell(who: str, line: str) -> None:
    with suppress(OSError):  # whoever read the lines has gone, and logs are answered all the same
        say(f"{iso(session.now() // 1_000_000 * 1_000_000, UTC)} {who} {line}")


@click.command()
@click.argument("request", metavar="REQUEST")
@click.option("--output", required=True, metavar="FILE", help="Where the cosignatures go; - is standard output.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@LOGS
@PASSPHRASE_FILE
@WITNESS
def sign(
    *,
    request: str,
    output: str,
    force: bool,
    policy: str | None,
    passphrase_file: str | None,
    folder: str | None,
) -> None:
    """Cosign the checkpoint in REQUEST, a file that "longcase log request" makes; - reads standard input.

    The same rules as over HTTP, without a network: the tree must go on from the last one that was cosigned. The
    lines in FILE go back to the keeper of the log. The same request again has an answer again.
    """
    place = witness_folder(folder)
    logs = known_logs(place, policy)
    body = _content(request)
    with explained():
        witness = witness_at_work(place, logs, passphrase(passphrase_file))
        with output_into(None if output == "-" else Path(output), "", force=force) as out:
            answer = witness.answer_again(body)
            if answer.accepted is None:
                raise _refusal(request, answer, witness)
            out.write(answer.body.encode())
    checkpoint = answer.accepted.checkpoint
    say(f"cosigned {checkpoint.origin}, size {checkpoint.size}, root {to_base64(checkpoint.root)}")


def _content(path: str) -> bytes:
    """Return the bytes of a request, and one more than it may have if there are more."""
    if path == "-":
        return sys.stdin.buffer.read(LARGEST_REQUEST + 1)
    with Path(path).open("rb") as file:
        return file.read(LARGEST_REQUEST + 1)


def _refusal(request: str, answer: WitnessAnswer, witness: Witness) -> LongcaseError:
    """Return why a request is refused, in words and as an exit code."""
    if fork := witness.fork_of(answer):
        why = f"{request}: {fork.origin} has signed two different trees of size {fork.size}: two histories"
        hint = "this is a proof, and is kept: longcase witness list --format json has both signed checkpoints"
        return Refused(why, hints=(hint,))
    if answer.status is HTTPStatus.CONFLICT:
        size = answer.body.strip()
        why = f"{request}: it does not begin at size {size}, which is the last that this witness cosigned"
        return Conflict(why, hints=(f"ask the keeper of the log for: longcase log request --old {size}",))
    if answer.status is HTTPStatus.BAD_REQUEST:
        why = f"{request}: it is no request to cosign a checkpoint: {answer.body.strip()}"
        return UsageProblem(why, hints=("the keeper of the log makes one: longcase log request --output FILE",))
    return _REFUSALS[answer.status](f"{request}: {answer.body.strip()}")
