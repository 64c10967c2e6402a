"""Where the provider calls back. A callback is authenticated, recorded, and makes us look sooner; nothing more.

One exception: when the answer to a send was lost, the token in the address tells which generation the task belongs to,
and the task's id is adopted from the callback.
"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from suno_web import background
from suno_web.studio import following, history, provider, sending
from suno_web.studio.models import Generation, StrayCallback
from suno_web.suno import callbacks
from suno_web.suno.callbacks import Callback

MOST_BYTES = 1_000_000
# Anybody may send us anything: of what belongs to nothing only the latest is kept.
MOST_STRAYS, MOST_KEPT = 200, 4000


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, token: str) -> JsonResponse:
    """Take a callback of any family: 200 recorded, 400 unreadable, 401 forged, 404 for nobody, 409 another's task."""
    generation = Generation.objects.select_related("project__team").filter(callback_token=token).first()
    if generation is None:
        return _stray(request, 404, "unknown callback address")
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _answer(413, "too large")
    try:
        callback = callbacks.parse(request.body)
    except callbacks.Unreadable as problem:
        history.note(
            generation, "Callback ignored: unreadable", {"body": request.body[:2000].decode(errors="replace")}
        )
        return _answer(400, str(problem))
    webhook_key = provider.connection_of(generation).webhook_key
    if webhook_key and not callbacks.is_genuine(webhook_key, request.headers, callback.task_id):
        history.note(generation, "Callback ignored: wrong signature", dict(callback.data))
        return _answer(401, "wrong signature")
    return _accept(generation, callback)


@transaction.atomic
def _accept(generation: Generation, callback: Callback) -> JsonResponse:
    if not generation.task_id:
        sending.adopt(generation, callback.task_id, how="Accepted by the provider, as its callback says")
        # The answer to the send may have come at this very moment and named the task itself.
        generation.refresh_from_db()
    if generation.task_id != callback.task_id:
        history.note(generation, "Callback ignored: about another task", dict(callback.data))
        return _answer(409, "this address belongs to another task")
    history.note(
        generation,
        f"Callback: {callback.callback_type}",
        {"code": callback.code, "msg": callback.msg, "data": dict(callback.data)},
    )
    # A moment in the past: a look under way right now must see that news came after it asked.
    looked = Generation.objects.filter(
        pk=generation.pk, status=Generation.Status.WAITING, next_poll_at__isnull=False
    ).update(next_poll_at=timezone.now() - timedelta(milliseconds=1))
    if looked:
        background.enqueue(following.look, str(generation.pk))
    return _answer(200, "received")


def _stray(request: HttpRequest, status: int, reason: str) -> JsonResponse:
    """Keep what nobody waits for, out of the way."""
    body = request.read(MOST_KEPT).decode(errors="replace").replace("\x00", "")
    newest = StrayCallback.objects.create(status=status, reason=reason, body=body)
    StrayCallback.objects.filter(pk__lte=newest.pk - MOST_STRAYS).delete()
    return _answer(status, reason)


def _answer(status: int, message: str) -> JsonResponse:
    return JsonResponse({"code": status, "msg": message}, status=status)
