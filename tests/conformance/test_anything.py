"""Whatever may be sent by the contract, and whatever may not: no server answers with an error of its own."""

from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.conformance import spec
from tests.conformance.spec import Call

EXAMPLES = 5


@cache
def schema() -> Any:
    return schemathesis.openapi.from_dict(spec.whole())


@cache
def sent(call: Call) -> tuple[Any, ...]:
    """Bodies or queries that schemathesis makes of a call's schema, valid ones and broken ones; always the same."""
    operation = schema()[call.path][call.method]
    found = []
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def collect(case: Any) -> None:
            found.append(dict(case.query or {}) if call.method == "GET" else case.body)

        collect()
    return tuple(found)


def test_nothing_that_can_be_sent_makes_a_server_fail(server):
    failures = []
    for call in spec.calls():
        for body in sent(call):
            answer = server.ask(call, body)
            odd = spec.problems(call.answer, answer.envelope)
            if answer.status >= 500 or answer.code == 500 or odd:
                failures.append(f"{call.name}: {body!r} -> {answer} {odd}")
    assert failures == []
