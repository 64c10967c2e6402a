"""What a lead does about a job, each a POST from its page; the answer is its page with what came of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from suno_web.credits import ledger
from suno_web.credits.ledger import InsufficientCredits
from suno_web.http import MemberRequest
from suno_web.panel import access
from suno_web.panel.jobs import listing
from suno_web.panel.jobs.forms import Reason, Task
from suno_web.panel.jobs.views import led, searched
from suno_web.studio import jobs
from suno_web.studio.views import generations

# A press of the button asks the provider about so many at most.
AT_ONCE = 100


@require_POST
def again(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Ask for the same once more."""
    job = led(request, generation_id)
    try:
        new = jobs.again(job, by=request.user, form_key=request.POST.get("form_key", "")[:40] or None)
    except (jobs.Impossible, InsufficientCredits) as problem:
        messages.error(request, str(problem))
        return redirect("studio:job", job.pk)
    price = ledger.readable(new.price)
    asker = new.requested_by.display_name if new.requested_by else request.user.display_name
    messages.success(
        request, f"Asked for again for {price} credits, on {asker}’s budget. This is the new job."
    )
    return redirect("studio:job", new.pk)


@require_POST
def recheck(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Look at it now."""
    job = led(request, generation_id)
    try:
        messages.success(request, jobs.recheck(job, by=request.user))
    except jobs.Impossible as problem:
        messages.error(request, str(problem))
    return redirect("studio:job", job.pk)


@require_POST
def task(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Say which task of the provider it is, where the answer was lost."""
    job, form = led(request, generation_id), Task(request.POST)
    if not form.is_valid():
        return generations.page(request, job, task_form=form)
    try:
        jobs.adopt(job, form.cleaned_data["task"], by=request.user)
        messages.success(request, "It is followed from here on.")
    except jobs.Impossible as problem:
        messages.error(request, str(problem))
    return redirect("studio:job", job.pk)


@require_POST
def end(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Wait for it no longer."""
    job, form = led(request, generation_id), Reason(request.POST)
    if not form.is_valid():
        return generations.page(request, job, end_form=form)
    try:
        jobs.end(job, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "Ended. Its credits are back.")
    except jobs.Impossible as problem:
        messages.error(request, str(problem))
    return redirect("studio:job", job.pk)


@require_POST
def refund(request: MemberRequest, generation_id: UUID) -> HttpResponse:
    """Give its credits back."""
    job, form = led(request, generation_id), Reason(request.POST)
    if not form.is_valid():
        return generations.page(request, job, refund_form=form)
    try:
        amount = jobs.refund(job, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{ledger.readable(amount)} credits given back.")
    except jobs.Impossible as problem:
        messages.error(request, str(problem))
    return redirect("studio:job", job.pk)


@require_POST
@access.leads_only
def recheck_stuck(request: MemberRequest) -> HttpResponse:
    """Look now at every job that the list shows as stuck."""
    *_, found = searched(request)
    begun = 0
    for job in listing.in_state(found, "stuck").select_related("project__team")[:AT_ONCE]:
        try:
            jobs.recheck(job, by=request.user)
            begun += 1
        except jobs.Impossible:
            # It ended this moment, or waits for another one of these.
            continue
    messages.success(request, f"{begun} stuck {'job is' if begun == 1 else 'jobs are'} being looked at now.")
    query = request.POST.copy()
    query.pop("csrfmiddlewaretoken", None)
    return redirect(f"{reverse('panel:jobs')}?{query.urlencode()}")
