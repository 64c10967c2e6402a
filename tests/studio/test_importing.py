"""What was made elsewhere with the team's key comes here by its id."""

import pytest

from suno_web.credits import ledger
from suno_web.studio import importing
from suno_web.studio.models import Generation, Project


@pytest.fixture
def elsewhere(suno):
    """A finished song that some program asked the provider for."""
    request = {
        "customMode": True,
        "model": "V5",
        "title": "Old song",
        "callBackUrl": "https://example.com/secret",
    }
    task = suno.create("music", request)
    suno.advance(task.id, "SUCCESS")
    return task


def test_its_takes_are_saved_and_nothing_is_charged(project, bob, suno, elsewhere, archive, team):
    before = ledger.balance(team)
    generation = importing.bring(project, by=bob, task_id=f" {elsewhere.id}\n")

    done = archive(generation)
    assert (done.status, done.is_imported, done.model) == ("done", True, "V5")
    assert done.tracks.filter(archived_at__isnull=False).count() == 2
    assert ledger.balance(team) == before
    assert "example.com" not in str(done.request)


def test_a_running_one_is_followed_to_its_end(project, bob, suno, elsewhere, look, archive):
    suno.advance(elsewhere.id, "TEXT_SUCCESS")
    generation = importing.bring(project, by=bob, task_id=elsewhere.id)
    assert (generation.status, generation.tracks.count()) == ("waiting", 2)

    suno.advance(elsewhere.id, "SUCCESS")
    assert archive(look(generation)).status == "done"


def test_it_comes_only_once_and_another_team_learns_nothing_of_it(
    project, bob, suno, elsewhere, charlie, team
):
    importing.bring(project, by=bob, task_id=elsewhere.id)

    with pytest.raises(importing.CannotImport, match="already, in “Night drive”"):
        importing.bring(project, by=bob, task_id=elsewhere.id)
    other = charlie.memberships.get().team
    other.provider, other.provider_url, other.provider_key = "kie", suno.url, suno.key
    other.save()
    strange = Project.objects.create(team=other, name="Elsewhere", created_by=charlie)
    with pytest.raises(importing.CannotImport, match="somebody else’s work"):
        importing.bring(strange, by=charlie, task_id=elsewhere.id)
    assert Generation.objects.count() == 1


def test_an_unknown_id_and_a_silent_provider_are_said_in_words(project, bob, suno):
    with pytest.raises(importing.CannotImport, match="knows no song with this id"):
        importing.bring(project, by=bob, task_id="0" * 32)
    suno.close()
    with pytest.raises(importing.CannotImport, match="did not answer"):
        importing.bring(project, by=bob, task_id="0" * 32)
    assert not Generation.objects.exists()
