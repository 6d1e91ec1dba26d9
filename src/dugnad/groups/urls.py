"""The doors of the hall groups."""

from django.urls import URLPattern, URLResolver, path

from dugnad.groups.carrying import views as carrying
from dugnad.groups.views import finding, founding, inviting, joining, networks, visiting
from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known

urlpatterns: list[URLPattern | URLResolver] = [
    path("groups", finding.groups, name="groups"),
    path("groups/new", founding.create_group, name="create_group"),
    path("groups/invitations/<number:pk>", inviting.group_invitation, name="group_invitation"),
    path("groups/import", carrying.bring_group, name="bring_group"),
    path("groups/import/<number:pk>", carrying.unpack_group, name="unpack_group"),
    path("groups/closed", visiting.find_closed_group, name="find_closed_group"),
    path("me/groups", finding.my_groups, name="my_groups"),
    path("g/<slug:slug>", finding.group, name="group"),
    path("g/<slug:slug>/members", finding.members, name="group_members"),
    path("g/<slug:slug>/edit", founding.edit_group, name="edit_group"),
    path("g/<slug:slug>/list", founding.list_group, name="list_group"),
    path("g/<slug:slug>/hide", founding.hide_group, name="hide_group"),
    path("g/<slug:slug>/close", founding.close_group, name="close_group"),
    path("g/<slug:slug>/join", joining.join_group, name="join_group"),
    path("g/<slug:slug>/ask", joining.ask_to_join, name="ask_to_join"),
    path("g/<slug:slug>/ask/withdraw", joining.withdraw_join_request, name="withdraw_join_request"),
    path("g/<slug:slug>/requests", joining.join_requests, name="join_requests"),
    path("g/<slug:slug>/requests/<number:pk>", joining.answer_join_request, name="answer_join_request"),
    path("g/<slug:slug>/invite", inviting.invite_to_group, name="invite_to_group"),
    path(
        "g/<slug:slug>/invitations/<number:pk>/withdraw",
        inviting.withdraw_group_invitation,
        name="withdraw_group_invitation",
    ),
    path("g/<slug:slug>/leave", joining.leave_group, name="leave_group"),
    path("g/<slug:slug>/members/<slug:handle>/remove", joining.remove_member, name="remove_member"),
    path("g/<slug:slug>/members/<slug:handle>/make-steward", joining.make_steward, name="make_steward"),
    path("g/<slug:slug>/members/<slug:handle>/end-stewardship", joining.end_stewardship, name="end_stewardship"),
    path("g/<slug:slug>/enter", visiting.enter_group, name="enter_group"),
    path("g/<slug:slug>/enter/end", visiting.end_visit, name="end_visit"),
    path("g/<slug:slug>/take-along", carrying.take_along, name="take_along"),
    path("g/<slug:slug>/take-along/begin", carrying.begin_departure, name="begin_departure"),
    path("g/<slug:slug>/take-along/answer", carrying.answer_departure, name="answer_departure"),
    path("g/<slug:slug>/take-along/pack", carrying.pack_group, name="pack_group"),
    path("g/<slug:slug>/take-along/end", carrying.end_departure, name="end_departure"),
    path("g/<slug:slug>/take-along/<str:token>", carrying.download_group, name="download_group"),
    path("g/<slug:slug>/came-along", carrying.claim_name, name="claim_name"),
    path("g/<slug:slug>/networks", networks.group_networks, name="group_networks"),
    path("g/<slug:slug>/networks/<number:pk>/accept", networks.accept_tie, name="accept_tie"),
    path("g/<slug:slug>/networks/<number:pk>/end", networks.untie, name="untie"),
]
