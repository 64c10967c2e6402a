"""What is short does not wait until every worker is done rendering: renders look here now and then.

Whoever comes to it in the queue later finds it done.
"""

from django.db.models import Q

from suno_web.engine import files, processing, writing
from suno_web.engine.models import Task
from suno_web.suno.states import Family

AT_ONCE = 3
# A WAV is its master in other words, and the notes of our own songs are in their score. To listen takes its time.
_SHORT = Q(family__in=[Family.LYRICS, Family.WAV, Family.COVER]) | Q(
    family=Family.MIDI, parent__source__plan__kind="song"
)


def do_waiting() -> None:
    """Do some of the short tasks that are queued."""
    waiting = Task.objects.filter(_SHORT, state=Task.State.WAITING).order_by("created_at")
    for task in waiting[:AT_ONCE]:
        if task.family == Family.LYRICS:
            writing.write(task.pk)
        elif task.family != Family.WAV or (task.source_id and files.master(task.source_id).exists()):
            processing.process(task.pk)
