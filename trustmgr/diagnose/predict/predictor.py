"""One client's prediction: its policies about what was found, and what its stores lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trustmgr.diagnose.predict.points import Point, points
from trustmgr.diagnose.predict.views import Stores, View, views
from trustmgr.report import Prediction
from trustmgr.text import inert

if TYPE_CHECKING:
    from trustmgr.client_policy import Client
    from trustmgr.diagnose.case import Case
    from trustmgr.evidence import Held
    from trustmgr.findings import Finding

#: A path with its findings when only these stores are asked.
Judge = Callable[[Stores], "tuple[Case, Sequence[Finding]]"]
_CONTENT = Prediction(True, "Nothing stands in its way.")


class Predictor:
    """Judges each set of stores once: most clients read the same ones."""

    def __init__(self, case: Case, seen: tuple[Point, ...], judge: Judge) -> None:
        self._judge, self._stores = judge, case.evidence.stores
        self._programs = case.evidence.programs
        self._points = seen  # by all stores together
        self._judged = {self._stores: self._points}
        self._anchor = _Anchor(case)

    def predict(self, client: Client) -> Prediction:
        """By every store that the client may read; where they differ, nobody can tell."""
        seen = views(client, self._stores, self._programs, public=bool(self._anchor.public))
        answers = [self._by(client, view) for view in seen]
        if len({answer.accepts for answer in answers}) == 1:
            return answers[0]
        told = next(answer for answer in answers if not answer.accepts)
        return Prediction(
            None, f"It may be on this machine more than once, and one refuses: {told.why}"
        )

    def _by(self, client: Client, view: View) -> Prediction:
        seen = self._seen_by(view.stores)
        decided = _decide(client, [point for point in seen if not point.about_trust])
        if decided.accepts is False:
            return decided
        if view.doubt:
            return Prediction(None, view.doubt)
        if any(point.about_trust for point in seen):
            return self._not_trusted(client, view)
        return decided

    def _not_trusted(self, client: Client, view: View) -> Prediction:
        """The stores of this view lead to no anchor. Do others, or may a list of its own?"""
        anchor = self._anchor
        if anchor.stores:
            told = f"“{anchor.title}” is trusted by {' and '.join(anchor.stores)}"
            if client.built_in and anchor.public is None:
                doubt = f"{told}; whether {client.built_in} holds it was not looked at."
                return Prediction(None, doubt)
            read = " and ".join(inert(store.title) for store in view.stores)
            return Prediction(False, f"{told}, but it reads {read}, where that is not trusted.")
        if client.built_in and view.stores != self._stores and not self._public_list_was_read:
            return Prediction(None, f"It reads {client.built_in} too, and that was not looked at.")
        return _decide(client, self._points)

    @property
    def _public_list_was_read(self) -> bool:
        """Debian's is Mozilla's, on which the lists that clients bring along agree nearly always."""
        systems = ("linux.ca-certificates", "linux.p11-kit")
        return any(store.id in systems and store.readable for store in self._stores)

    def _seen_by(self, stores: Stores) -> tuple[Point, ...]:
        if stores not in self._judged:
            self._judged[stores] = tuple(points(*self._judge(stores)))
        return self._judged[stores]


class _Anchor:
    """The end of the path that was judged by all stores. `public`: whether a vendor put it where it
    is; None when nobody knows."""

    def __init__(self, case: Case) -> None:
        self.stores: tuple[str, ...] = ()
        self.title = ""
        self.public: bool | None = False
        if case.path is None or not case.path.anchored:
            return
        last = case.path.last

        def is_it(held: Held) -> bool:
            return held.der == last.der and held.server_auth == "trusted"

        holding = [s for s in case.evidence.stores if any(is_it(held) for held in s.held)]
        origins = {held.origin for store in holding for held in store.held if is_it(held)}
        self.stores = tuple(inert(store.title) for store in holding)
        self.title = last.title
        self.public = True if "vendor" in origins else None if "" in origins else False


def _decide(client: Client, seen: Sequence[Point]) -> Prediction:
    """A refusal counts before a doubt, and a doubt before what is passed over."""
    answers = [_answer(client, point) for point in seen]
    for wanted in (False, None, True):
        for answer in answers:
            if answer is not None and answer.accepts is wanted:
                return answer
    return _CONTENT


def _answer(client: Client, point: Point) -> Prediction | None:
    known = client.answer(point.id)
    if known is not None:
        return Prediction(known.accepts, known.why)
    return Prediction(False, point.words) if point.refused else None
