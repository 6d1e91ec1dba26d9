"""The networks of a group, and the groups of a network: for their stewards."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dugnad.groups import actions, policies, queries
from dugnad.groups.forms import AskNetworkForm
from dugnad.groups.models import NetworkTie
from dugnad.groups.views.doors import answered, member_posts, posted
from dugnad.groups.views.finding import find_group
from dugnad.kernel.policies import require


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def group_networks(request: HttpRequest, slug: str) -> HttpResponse:
    """All ties, those that wait for an answer first; a group can ask one more network."""
    group = find_group(request, slug)
    require(policies.is_steward(request.viewer, group))
    networks = queries.networks_to_ask(group, request.viewer)
    form = AskNetworkForm(posted(request), networks=networks)
    if form.is_valid():
        network = form.cleaned_data["network"]
        verdict = policies.can_tie_to_network(request.viewer, group, network)
        if verdict:
            tie = actions.tie_to_network(group, network, by=request.person)
            words = _("{group} belongs to {network}.") if tie.accepted_at else _("The stewards of {network} are asked.")
            messages.success(request, words.format(group=group.name, network=network.name))
            return redirect("group_networks", slug=slug)
        form.add_error("network", str(verdict.reason))
    ties = list(queries.ties_of(group, request.viewer))
    context = {
        "group": group,
        "form": form if not group.is_network and not group.is_hidden and networks.exists() else None,
        "waiting": [tie for tie in ties if tie.accepted_at is None],
        "tied": [tie for tie in ties if tie.accepted_at is not None],
    }
    return answered(request, "groups/networks.html", context, form)


@member_posts
def accept_tie(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The network takes the group in."""
    tie = _tie(request, slug, pk)
    actions.accept_tie(tie, by=request.person)
    words = _("{group} belongs to {network}.")
    messages.success(request, words.format(group=tie.group.name, network=tie.network.name))
    return redirect("group_networks", slug=slug)


@member_posts
def untie(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ends a tie, or a request for one."""
    tie = _tie(request, slug, pk)
    actions.untie(tie, by=request.person)
    words = _("{group} does not belong to {network}.")
    messages.success(request, words.format(group=tie.group.name, network=tie.network.name))
    return redirect("group_networks", slug=slug)


def _tie(request: HttpRequest, slug: str, pk: int) -> NetworkTie:
    group = find_group(request, slug)
    tie = queries.tie_by_id(pk, request.viewer)
    if tie is None or group.pk not in (tie.group_id, tie.network_id):
        raise Http404
    return tie
