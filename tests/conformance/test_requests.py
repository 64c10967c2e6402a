"""Every path, field, limit, word and example of the contract's OpenAPI file, asked of every server we have."""

from tests.conformance import cases, spec
from tests.conformance.cases import Case
from tests.conformance.targets import Answer, Target

# Said of a request that is in order and names what is not there: an unknown task, a foreign file.
ABSENT = ("Record does not exist", "url is wrong")
ACCEPTED = 5
# In order as well, but what it points to cannot be had in a test.
POINTING = ("uploadFromUrl",)


def complaint(server: Target, case: Case) -> str:
    """What is wrong with the answer to a case; "" when it is as it must be."""
    answer = server.ask(case.call, case.body)
    told = f"{case} -> HTTP {answer.status}, {dict(answer.envelope)}"
    if odd := spec.problems(case.call.answer, answer.envelope):
        return f"{told}: {odd[0]}"
    if answer.status != 200:
        return told
    if case.refused is not None:
        return "" if answer.code in case.refused else told
    return "" if answer.code == 200 or _is_absent(server, case, answer) else told


def _once_each(asked: tuple[Case, ...]) -> list[Case]:
    """Every way to be refused once, and some of the ways to be accepted.

    The rules are one code for all servers, so the smallest is asked everything. The others make something of
    each request they accept, which takes time.
    """
    kinds = {case.what: case for case in asked}.values()
    accepted = [case for case in kinds if case.refused is None]
    return [*accepted[:: max(1, len(accepted) // ACCEPTED)], *(case for case in kinds if case.refused)]


def _is_absent(server: Target, case: Case, answer: Answer) -> bool:
    if case.call.name in POINTING:
        return not answer.msg.startswith(("Missing", "Invalid"))
    # Cover images are made once; who asks again is told of the task there is.
    return answer.msg in ABSENT or (answer.code == 400 and bool(answer.envelope.get("data")))


def test_what_is_in_order_is_accepted_and_what_is_not_is_refused_with_its_code(server):
    asked = [
        case
        for call in spec.calls()
        for case in (_once_each(cases.of(call)) if server.has_sources else cases.of(call))
    ]
    assert [found for case in asked if (found := complaint(server, case))] == []


def test_ranges_have_the_lengths_that_the_file_keeps_beside_its_schemas(server):
    assert [found for case in cases.ranges() if (found := complaint(server, case))] == []


def test_the_files_own_examples_are_accepted(server):
    assert [found for case in cases.examples() if (found := complaint(server, case))] == []


def test_nobody_is_answered_without_the_right_key(server):
    stranger = Target(server.prefix, "another key")
    for call in spec.calls():
        answer = stranger.ask(call, {})
        assert (answer.status, answer.code) == (401, 401), call.name
        assert spec.problems(call.answer, answer.envelope) == [], call.name


def test_the_cases_are_right_about_their_schemas():
    """A case counts as in order exactly when the file's own schema says so."""
    wrong = [
        str(case)
        for call in spec.calls()
        if call.request
        for case in cases.of(call)
        if spec.fits(call.request, _as_json(case.body)) is not (case.refused is None)
    ]
    assert wrong == []


def test_there_are_cases_for_every_call_and_every_field_of_it():
    assert len(spec.calls()) == 31
    for call in spec.calls():
        named = " ".join(case.what for case in cases.of(call)).split()
        fields = (call.request or {}).get("properties", {})
        assert call.is_form or set(fields) <= set(named), call.name


def _as_json(body):
    return {
        name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in body.items()
    }
