"""Every operation, through every fault that applies to it: what was paid for is ours, what failed is given back."""

from decimal import Decimal

import pytest

from suno_web.credits import ledger
from suno_web.studio import processing, sending
from suno_web.studio.models import Generation
from tests.provider.script import Answer
from tests.studio.operations import CASES, Case, name_of

Operation = Generation.Operation
every_operation = pytest.mark.parametrize("case", CASES, ids=name_of)
# Ten stems go the way of two.
every_way = pytest.mark.parametrize("case", [one for one in CASES if one.credits != "50"], ids=name_of)


@pytest.fixture
def ask(take, upload, bob, suno, team):
    """Ask for a case's work and have it sent."""

    def of(case: Case, *, send: bool = True) -> Generation:
        suno.requests.clear()
        generation = case.begin(take, upload, bob)
        if send:
            sending.send(str(generation.pk))
            generation.refresh_from_db()
        return generation

    return of


def books(team) -> tuple[Decimal, list[str]]:
    return ledger.balance(team).held, ledger.differences(team)


def spent_on(generation: Generation, team, before: Decimal) -> Decimal:
    return ledger.balance(team).spent_this_month - before


@every_operation
def test_it_is_asked_for_once_and_everything_it_makes_is_on_our_disk(case, ask, suno, look, archive, team):
    generation = ask(case)
    before = ledger.balance(team).spent_this_month
    held = ledger.balance(team).held
    suno.advance(generation.task_id, "SUCCESS")
    done = archive(look(generation))

    asked = [one for one in suno.created if one.path == case.path]
    assert len(asked) == 1
    assert asked[0].body["callBackUrl"].endswith(f"/callbacks/{generation.callback_token}/")
    assert (done.status, done.problem) == ("done", "")
    assert done.tracks.filter(archived_at__isnull=False).count() == case.takes
    files = {}
    for file in done.assets.order_by("name"):
        assert file.archived_at
        assert file.bytes == file.file.size > 0
        files.setdefault(file.kind, []).append(file.name)
    assert files == case.files
    assert (held, spent_on(done, team, before), books(team)) == (Decimal(case.credits), held, (0, []))


@every_way
@pytest.mark.parametrize(
    "answer",
    [
        {"code": 402, "msg": "The current credits are insufficient. Please top up."},
        {"code": 422, "msg": "Record does not exist"},
        {"code": 455, "msg": "Maintenance"},
        Answer(b"<html>Bad gateway</html>", status=502),
        Answer({"code": 200, "msg": "success", "data": None}),
        Answer(drop="before"),
    ],
    ids=["no credits", "unknown", "maintenance", "bad gateway", "no task", "hung up"],
)
def test_what_is_not_accepted_for_certain_never_counts_as_done(case, answer, ask, suno, team):
    spent = ledger.balance(team).spent_this_month
    suno.answers = [answer if isinstance(answer, Answer) else Answer(answer)]
    for one in suno.answers:
        object.__setattr__(one, "to", case.path)
    generation = ask(case)

    if generation.status == "failed":
        assert generation.problem
        assert books(team) == (0, [])
    else:
        # It may have been accepted: its credits stay held until a callback or the sweep says.
        assert generation.status == "sending"
        assert books(team) == (Decimal(case.credits), [])
    assert ledger.balance(team).spent_this_month == spent


@every_way
def test_an_answer_that_was_lost_is_found_again_by_the_callback_and_nothing_is_sent_twice(
    case, ask, suno, look, archive, team, client
):
    suno.answers = [Answer(drop="after", to=case.path)]
    generation = ask(case)
    assert generation.status == "sending"
    task = next(
        task
        for task in suno.tasks.values()
        if task.request.get("callBackUrl", "").endswith(f"{generation.callback_token}/")
    )
    headers, body = suno.callback(task.id)
    suno.advance(task.id, "SUCCESS")

    answer = client.post(
        f"/callbacks/{generation.callback_token}/", body, content_type="application/json", headers=headers
    )
    sending.send(str(generation.pk))
    generation.refresh_from_db()
    done = archive(look(generation))

    assert answer.status_code == 200
    assert (done.status, len([one for one in suno.created if one.path == case.path])) == ("done", 1)
    assert books(team) == (0, [])


@every_way
def test_what_fails_at_the_provider_is_said_in_words_and_given_back(case, ask, suno, look, team):
    spent = ledger.balance(team).spent_this_month
    generation = ask(case)
    suno.advance(generation.task_id, "GENERATE_AUDIO_FAILED", error_code=500, error_message="Internal Error")

    failed = look(generation)

    assert (failed.status, "Internal Error" in failed.problem) == ("failed", True)
    assert (ledger.balance(team).spent_this_month, books(team)) == (spent, (0, []))


@every_way
def test_records_may_be_written_in_every_way_that_providers_write_them(case, ask, suno, look, archive):
    generation = ask(case)
    suno.habits = {"numbers as text", "ISO times", "unknown fields", "nulls for blanks"}
    suno.advance(generation.task_id, "PENDING")
    assert look(generation).status == "waiting"
    suno.advance(generation.task_id, "SUCCESS")

    assert archive(look(generation)).status == "done"


@every_way
@pytest.mark.parametrize("how", ["ordinary", "doubled", "reordered"])
def test_callbacks_may_come_in_any_order_and_number(case, how, ask, suno, look, archive, client, team):
    generation = ask(case)
    stages = {
        "ordinary": ["text", "first", "complete"],
        "doubled": ["complete"] * 2,
        "reordered": ["complete", "text"],
    }[how]
    suno.advance(generation.task_id, "SUCCESS")
    for stage in stages:
        headers, body = suno.callback(generation.task_id, stage)
        answer = client.post(
            f"/callbacks/{generation.callback_token}/", body, content_type="application/json", headers=headers
        )
        assert answer.status_code == 200
        look(generation)

    done = archive(look(generation))
    assert (done.status, done.tracks.count(), done.assets.count()) == (
        "done", case.takes, sum(len(names) for names in case.files.values()),
    )  # fmt: skip
    assert books(team) == (0, [])


FILE_OF = {
    Operation.WAV: "wav",
    Operation.STEMS: "mp3",
    Operation.VIDEO: "mp4",
    Operation.COVER_IMAGES: "png",
}


@pytest.mark.parametrize("case", [one for one in CASES if one.files and one.credits != "50"], ids=name_of)
@pytest.mark.parametrize("how", ["dead", "truncated", "html", "empty", "wrong"])
def test_a_bad_file_is_not_kept_and_a_good_one_replaces_it_later(case, how, ask, suno, look, archive, team):
    generation = ask(case)
    suno.advance(generation.task_id, "SUCCESS")
    suno.spoil(FILE_OF[case.operation], how)
    waiting = archive(look(generation))

    kept = list(waiting.assets.filter(archived_at__isnull=False))
    # A cut-off sound still plays; nothing announces how long it should be.
    if not (how == "truncated" and kept):
        assert (waiting.status, kept) == ("waiting", [])
        assert all(file.archive_problem for file in waiting.assets.all())

    suno.spoil(FILE_OF[case.operation], None)
    assert archive(waiting).status == "done"
    assert books(team) == (0, [])


def test_notes_of_stems_become_a_midi_file(take, upload, bob, suno, look, archive, team):
    stems = next(case for case in CASES if case.request.get("type") == "split_stem").begin(take, upload, bob)
    sending.send(str(stems.pk))
    stems.refresh_from_db()
    suno.advance(stems.task_id, "SUCCESS")
    archive(look(stems))

    asked = processing.midi(stems, by=bob)
    sending.send(str(asked.pk))
    asked.refresh_from_db()
    suno.advance(asked.task_id, "SUCCESS")
    done = look(asked)

    midi = done.assets.get()
    assert (done.status, midi.kind, midi.file.read(4)) == ("done", "midi", b"MThd")
    assert books(team) == (0, [])


def test_audio_is_sent_to_the_provider_once_while_its_copy_lives(upload, take, bob, suno):
    cover = next(case for case in CASES if case.operation == Operation.UPLOAD_COVER)
    for _ in range(2):
        sending.send(str(cover.begin(take, upload, bob).pk))

    asked = [one.body["uploadUrl"] for one in suno.created if one.path == cover.path]
    assert len(suno.uploads) == 1
    assert asked[0] == asked[1]
    upload.copies.update(expires_at=upload.created_at)
    sending.send(str(cover.begin(take, upload, bob).pk))
    assert len([one for one in suno.created if "upload" in one.path and "file" in one.path]) == 2


def test_a_take_of_the_same_provider_is_handed_over_by_its_address(take, upload, bob, suno):
    mashup = next(case for case in CASES if case.operation == Operation.MASHUP)
    sending.send(str(mashup.begin(take, upload, bob).pk))

    urls = next(one.body["uploadUrlList"] for one in suno.created if one.path == mashup.path)
    assert urls[0] == take.audio_url
    assert len(suno.uploads) == 1


def test_images_that_were_made_before_are_followed_instead_of_refused(take, upload, bob, suno, look, archive):
    cover = next(case for case in CASES if case.operation == Operation.COVER_IMAGES)
    first = cover.begin(take, upload, bob)
    sending.send(str(first.pk))
    first.refresh_from_db()
    suno.advance(first.task_id, "SUCCESS")
    # The row that asked is gone, with a database restored from last night, say.
    first.delete()
    second = cover.begin(take, upload, bob)
    sending.send(str(second.pk))
    second.refresh_from_db()

    assert archive(look(second)).status == "done"
    assert second.assets.count() == 2


def test_a_persona_is_kept_in_the_project_and_lends_its_voice(take, bob, suno, project):
    made = processing.make_persona(take, by=bob, name="Tide", description="A calm voice", start=0, end=20)

    persona = project.personas.get()
    assert (made.status, persona.name, persona.track) == ("done", "Tide", take)
    assert persona.persona_id


def test_nothing_can_be_made_of_a_take_that_another_provider_made(take, bob, suno, team):
    team.provider_url = "https://elsewhere.example"
    team.save()
    take.generation.project.team.refresh_from_db()

    with pytest.raises(processing.Impossible, match="Another provider made this take"):
        processing.ask(take, by=bob, operation=Operation.WAV)
    assert books(team) == (0, [])
