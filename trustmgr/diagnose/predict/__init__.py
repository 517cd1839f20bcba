"""Which clients would accept the target, and why: policies from data, judged by each client's stores.

`verify` runs the real programs; this knows also those that are not on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from trustmgr.diagnose.predict.points import points
from trustmgr.findings import Verdict
from trustmgr.report import Prediction

if TYPE_CHECKING:
    from trustmgr.diagnose.case import Case
    from trustmgr.diagnose.predict.predictor import Judge
    from trustmgr.findings import Finding

_NOT_REACHED = Prediction(None, "The site was not reached, so there is nothing to accept.")


class Predictions(Mapping[str, Prediction]):
    """Client id -> prediction, worked out when it is first asked for: reading the policies takes
    longer than judging a good site."""

    def __init__(
        self, verdict: Verdict, case: Case, findings: Sequence[Finding], judge: Judge
    ) -> None:
        self._reached = verdict is not Verdict.UNREACHABLE
        self._case, self._judge = case, judge
        self._points = tuple(points(case, findings))

    @property
    def contested(self) -> bool:
        """Whether there is anything about which clients could be of different minds. Cheap."""
        return self._reached and (bool(self._points) or self._in_some_stores_only)

    @property
    def _in_some_stores_only(self) -> bool:
        path, evidence = self._case.path, self._case.evidence
        if path is None or not path.anchored:
            return False
        return not all(
            any(held.der == path.last.der for held in store.held)
            for store in (*evidence.stores, *evidence.programs)
        )

    @cached_property
    def _all(self) -> dict[str, Prediction]:
        from trustmgr.client_policy import clients
        from trustmgr.diagnose.predict.predictor import Predictor

        if not self._reached:
            return dict.fromkeys((client.id for client in clients()), _NOT_REACHED)
        predictor = Predictor(self._case, self._points, self._judge)
        return {client.id: predictor.predict(client) for client in clients()}

    def __getitem__(self, client: str) -> Prediction:
        return self._all[client]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)
