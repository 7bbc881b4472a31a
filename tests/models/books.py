"""What the money and the work should be, in plain Python: the small model that the money machine holds the database against."""

from __future__ import annotations

from dataclasses import dataclass, field

REPORTS_TO_HOLD = 3
HAD = ("LEASED", "SUBMITTED", "SKIPPED")
UNDONE = ("WAITING", "OPEN", "LEASED", "HELD")


@dataclass
class Job:
    """A project."""

    id: int
    reward: int
    overlap: int
    state: str = "DRAFT"
    budget: int = 0
    reserved: int = 0
    contested: int = 0
    funded: int = 0
    returned: int = 0


@dataclass
class Thing:
    """An item."""

    id: int
    job: Job
    is_held: bool = False
    is_removed: bool = False
    is_done: bool = False
    # Assignments whose reports count.
    reports: set[int] = field(default_factory=set)


@dataclass
class Piece:
    """A task."""

    id: int
    round: int
    thing: Thing
    state: str = "WAITING"


@dataclass
class Lease:
    """An assignment."""

    id: int
    piece: Piece
    user: int
    state: str = "LEASED"
    is_reported: bool = False


@dataclass
class Answer:
    """An annotation, its review and its appeal."""

    id: int
    lease: Lease
    option: str
    state: str = "IN_REVIEW"
    holder: int | None = None
    decided_by: int | None = None
    first: str | None = None
    appeal: int | None = None
    is_settled: bool = False
    is_paid_by_platform: bool = False

    @property
    def job(self) -> Job:
        return self.lease.piece.thing.job


@dataclass
class Books:
    """All of it, and what each step does to it."""

    balance: int = 0
    jobs: dict[int, Job] = field(default_factory=dict)
    things: dict[int, Thing] = field(default_factory=dict)
    pieces: dict[int, Piece] = field(default_factory=dict)
    leases: dict[int, Lease] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    pending: dict[int, int] = field(default_factory=dict)
    available: dict[int, int] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)
    # What it paid of its own, below zero.
    platform: int = 0
    # Banned for fraud; they are among the suspended.
    fraudulent: set[int] = field(default_factory=set)
    # What each annotation has been paid.
    paid: dict[int, int] = field(default_factory=dict)

    def of_job(self, job: Job) -> list[Piece]:
        return [piece for piece in self.pieces.values() if piece.thing.job is job]

    def open_pieces(self, job: Job) -> None:
        if job.state != "OPEN":
            return
        waiting = [piece for piece in self.of_job(job) if piece.state == "WAITING" and not piece.thing.is_held]
        for piece in sorted(waiting, key=lambda piece: (piece.round, piece.id)):
            if job.budget < job.reward:
                return
            job.budget -= job.reward
            job.reserved += job.reward
            piece.state = "OPEN"

    def fund(self, job: Job, amount: int) -> None:
        self.balance -= amount
        job.budget += amount
        job.funded += amount
        self.open_pieces(job)

    def turn(self, job: Job, state: str) -> None:
        if job.state == state:
            return
        job.state = state
        self.open_pieces(job)
        if state == "CLOSED":
            for piece in self.of_job(job):
                self.close_piece(piece)
            self.balance += job.budget + job.reserved
            job.returned += job.budget + job.reserved
            job.budget = job.reserved = 0

    def close_piece(self, piece: Piece) -> None:
        if piece.state not in UNDONE:
            return
        for lease in self.leases.values():
            if lease.piece is piece and lease.state == "LEASED":
                lease.state = "RELEASED"
        piece.state = "CLOSED"

    def had(self, user: int, thing: Thing) -> list[Lease]:
        return [
            lease
            for lease in self.leases.values()
            if lease.user == user and lease.piece.thing is thing and (lease.state in HAD or lease.is_reported)
        ]

    def offered_to(self, user: int) -> list[Piece]:
        return [p for p in self.pieces.values() if p.state == "OPEN" and p.thing.job.state == "OPEN" and not self.had(user, p.thing)]

    def end(self, lease: Lease, state: str) -> None:
        lease.state = state
        piece, job = lease.piece, lease.piece.thing.job
        piece.state = "HELD" if piece.thing.is_held else "OPEN"
        if self.needs_no_more(piece.thing):
            piece.state = "CLOSED"
        if self.has_answer(piece):
            piece.state = "SUBMITTED"
        if piece.state in {"SUBMITTED", "CLOSED"}:
            job.reserved -= job.reward
            job.budget += job.reward

    def of_thing(self, thing: Thing) -> list[Answer]:
        return [answer for answer in self.answers.values() if answer.lease.piece.thing is thing]

    def has_answer(self, piece: Piece) -> bool:
        return any(answer.lease.piece is piece and answer.state == "APPROVED" for answer in self.answers.values())

    def needs_no_more(self, thing: Thing) -> bool:
        return thing.is_done and all(answer.state != "IN_REVIEW" for answer in self.of_thing(thing))

    def close_leftovers(self, thing: Thing) -> None:
        if not self.needs_no_more(thing):
            return
        left = [piece for piece in self.pieces.values() if piece.thing is thing and piece.state in {"WAITING", "OPEN", "HELD"}]
        freed = thing.job.reward * sum(piece.state != "WAITING" for piece in left)
        for piece in left:
            piece.state = "CLOSED"
        thing.job.reserved -= freed
        thing.job.budget += freed
        if freed:
            self.open_pieces(thing.job)

    def report(self, lease: Lease) -> None:
        thing = lease.piece.thing
        lease.is_reported = True
        thing.reports.add(lease.user)
        if len(thing.reports) >= REPORTS_TO_HOLD:
            thing.is_held = True
            for piece in self.pieces.values():
                if piece.thing is thing and piece.state == "OPEN":
                    piece.state = "HELD"
        self.end(lease, "RELEASED")

    def put_back(self, thing: Thing) -> None:
        thing.is_held = False
        thing.reports.clear()
        for piece in self.pieces.values():
            if piece.thing is thing and piece.state == "HELD":
                piece.state = "OPEN"
        self.open_pieces(thing.job)

    def remove(self, thing: Thing) -> None:
        thing.is_held = thing.is_removed = True
        for piece in self.pieces.values():
            if piece.thing is thing and piece.state in UNDONE:
                if piece.state != "WAITING":
                    thing.job.reserved -= thing.job.reward
                    thing.job.budget += thing.job.reward
                self.close_piece(piece)
        self.open_pieces(thing.job)

    def may_submit(self, lease: Lease) -> bool:
        if lease.state == "LEASED":
            return True
        ended_well = lease.state in {"EXPIRED", "RELEASED"} and not lease.is_reported
        return ended_well and lease.piece.state == "OPEN" and not self.had(lease.user, lease.piece.thing)

    def submit(self, lease: Lease, answer_id: int, option: str) -> None:
        job = lease.piece.thing.job
        lease.state = lease.piece.state = "SUBMITTED"
        self.answers[answer_id] = Answer(answer_id, lease, option)
        job.reserved -= job.reward
        self.pending[lease.user] += job.reward

    def approve(self, answer: Answer) -> None:
        answer.state = "APPROVED"
        self.pending[answer.lease.user] -= answer.job.reward
        self._pay(answer)
        self.close_leftovers(answer.lease.piece.thing)

    def reject(self, answer: Answer) -> None:
        answer.state = "REJECTED"
        piece, job = answer.lease.piece, answer.job
        self.pending[answer.lease.user] -= job.reward
        job.contested += job.reward
        if not self.has_answer(piece):
            piece.state = "CLOSED" if job.state == "CLOSED" or piece.thing.is_removed or piece.thing.is_done else "WAITING"
        self.close_leftovers(piece.thing)
        self.open_pieces(job)

    def overturn(self, answer: Answer) -> None:
        answer.state = "APPROVED"
        answer.is_settled = True
        piece, job = answer.lease.piece, answer.job
        job.contested -= job.reward
        self._pay(answer)
        if self.withdraw(piece):
            self.open_pieces(job)
        self.close_leftovers(piece.thing)

    def withdraw(self, piece: Piece) -> bool:
        """It has its answer after all. Whether money was set aside for another."""
        if piece.state not in {"WAITING", "OPEN", "HELD"}:
            return False
        was, piece.state = piece.state, "SUBMITTED"
        if was != "WAITING":
            piece.thing.job.reserved -= piece.thing.job.reward
            piece.thing.job.budget += piece.thing.job.reward
        return was != "WAITING"

    def lapse(self, answer: Answer) -> None:
        """Nobody decided the appeal in time: the platform pays, and the project has its own back."""
        answer.state = "APPROVED"
        answer.is_paid_by_platform = True
        self.platform -= answer.job.reward
        self._pay(answer)
        self.withdraw(answer.lease.piece)
        self.settle(answer)
        self.close_leftovers(answer.lease.piece.thing)

    def settle(self, answer: Answer) -> None:
        answer.is_settled = True
        job = answer.job
        job.contested -= job.reward
        if job.state == "CLOSED":
            self.balance += job.reward
            job.returned += job.reward
        else:
            job.budget += job.reward
            self.open_pieces(job)

    def _pay(self, answer: Answer) -> None:
        self.available[answer.lease.user] += answer.job.reward
        thing = answer.lease.piece.thing
        thing.is_done |= sum(each.state == "APPROVED" for each in self.of_thing(thing)) >= thing.job.overlap
        self.paid[answer.id] = self.paid.get(answer.id, 0) + answer.job.reward
