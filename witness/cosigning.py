"""A witness at work: decides by what it has seen, cosigns, keeps, and only then answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from transparency.cosignatures import cosigned_line
from transparency.notes import Note
from transparency.witnessing import NOTHING_SEEN, Submission, cosigned_answer, decide, parse_submission
from witness.errors import StateError
from witness.state import SeenCheckpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from transparency.cosignatures import OpenedCheckpoint
    from transparency.keys import VerifierKey
    from transparency.notes import SignatureLine
    from transparency.witnessing import WitnessAnswer
    from witness.folder import WitnessKey
    from witness.state import WitnessState


class Witness:
    """Has keys, knows logs, and cosigns what goes on from what it has seen. Any thread may ask it."""

    def __init__(
        self,
        keys: Sequence[WitnessKey],
        logs: Mapping[str, Sequence[VerifierKey]],
        state: WitnessState,
        clock: Callable[[], int],
    ) -> None:
        """Take its keys, the keys of each log, its memory, and a clock in seconds since 1970."""
        self._keys, self._logs, self.state, self._clock = keys, logs, state, clock

    def answer(self, body: bytes) -> WitnessAnswer:
        """Return the answer to a request of ``add-checkpoint``, whose new head is on the disk by then.

        A checkpoint that the log has signed beside one of the same size is kept as the proof of a fork. Raises
        ``StateError`` and ``sqlite3.Error`` if nothing can be kept: then nothing is cosigned.
        """
        while True:
            known = self.state.heads(self._logs)
            answer = decide(body, self._logs, known)
            if answer.accepted is None:
                self._keep_fork(answer)
                return answer
            origin = answer.accepted.checkpoint.origin
            before, time = known.get(origin, NOTHING_SEEN), self._time(origin)
            lines = self._cosigned(answer.accepted, time)
            if self.state.keep(_seen(answer.accepted, lines, time), before):
                return cosigned_answer(lines)._replace(signed=answer.accepted)

    def answer_again(self, body: bytes) -> WitnessAnswer:
        """Return the answer as ``answer`` does, but cosign the last checkpoint again whatever old size is said.

        So a request that was answered before, but whose answer was lost on its way, has an answer again.
        """
        answer = self.answer(body)
        if answer.status is HTTPStatus.CONFLICT and answer.signed:
            head = answer.signed.checkpoint.head
            if self.state.heads(self._logs).get(answer.signed.checkpoint.origin) == head:
                return self.answer(Submission(head.size, (), parse_submission(body).note).to_bytes())
        return answer

    def _cosigned(self, opened: OpenedCheckpoint, time: int) -> list[SignatureLine]:
        return [cosigned_line(opened.checkpoint, key.public, key.private, time) for key in self._keys]

    def fork_of(self, answer: WitnessAnswer) -> SeenCheckpoint | None:
        """Return what was cosigned where the log has signed another tree of that size, which proves a fork."""
        if answer.signed is None or answer.accepted:
            return None
        checkpoint = answer.signed.checkpoint
        cosigned = self.state.at_size(checkpoint.origin, checkpoint.size)
        return cosigned if cosigned and cosigned.root != checkpoint.root else None

    def _keep_fork(self, answer: WitnessAnswer) -> None:
        if answer.signed and self.fork_of(answer):
            self.state.keep_fork(_seen(answer.signed, [], max(1, self._clock())))

    def _time(self, origin: str) -> int:
        """Return what time it is, which a cosignature says: by then, this is the largest tree that was seen.

        So a larger tree is never cosigned at an earlier time. Raises ``StateError``.
        """
        time, last = self._clock(), self.state.last(origin)
        if time <= 0:
            raise StateError("the clock of this machine stands before 1970")
        if last and time < last.at:
            late = f"is {last.at - time} seconds behind the last cosignature of {origin}"
            raise StateError(f"the clock of this machine {late}: a witness never goes back")
        return time


def _seen(opened: OpenedCheckpoint, lines: Sequence[SignatureLine], time: int) -> SeenCheckpoint:
    """Return what is kept: the checkpoint with the first line of each key of the log, and the witness's own."""
    by_key = {(line.name, line.key_id): line for line in reversed(opened.note.lines)}
    of_log = [by_key[key.name, key.key_id] for key in opened.log_keys]
    note = Note(opened.note.text, (*of_log, *lines))
    checkpoint = opened.checkpoint
    return SeenCheckpoint(checkpoint.origin, checkpoint.size, checkpoint.root, note.to_bytes().decode(), time)
