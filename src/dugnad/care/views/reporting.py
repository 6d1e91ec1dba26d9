"""Reporting a post."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dugnad.care import actions, policies
from dugnad.care.agreements import agreements_in
from dugnad.care.asking import who_looks_at
from dugnad.care.forms import ReportForm
from dugnad.care.rooms import room_of_thread
from dugnad.care.views.doors import answered, posted
from dugnad.forum.queries import post_of_id
from dugnad.groups.views.doors import too_often
from dugnad.kernel.policies import require


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Which ground rule it is about, a few words, and who gets to know."""
    post = post_of_id(pk, request.viewer)
    if post is None:
        raise Http404
    require(policies.can_report_post(request.viewer, post))
    form = ReportForm(posted(request), agreements=agreements_in(request.viewer.language))
    if form.is_valid() and not too_often(request, form, "reported", 20):
        values = form.cleaned_data
        actions.report_post(post, by=request.person, agreement=values.get("agreement", ""), note=values["note"])
        messages.success(
            request, _("Thank you. The stewards have it, and you get a notice when somebody has looked at it.")
        )
        return redirect(post.url)
    asked = who_looks_at(post, reporter=request.viewer.person_id)
    shown = {
        "post": post,
        "form": form,
        "group": room_of_thread(post.thread).group,
        "asked": asked,
        "nobody": not asked.ids,
    }
    return answered(request, "care/report.html", shown, form)
