"""Every page of the house: the name of its door, its address in the demo, and who looks at it.

The four who look: a stranger, a member, a steward of a group, a steward of the place. Words in braces are filled from the
things of the house (`tests.browser.lived_in`).
"""

from __future__ import annotations

from dataclasses import dataclass

STRANGER, MEMBER, GROUP_STEWARD, STEWARD = "stranger", "member", "steward of a group", "steward of the place"
WHO = {MEMBER: "sjoerd-de-wit", GROUP_STEWARD: "amina-warsame", STEWARD: "gunnel-akesson"}
ALL = (STRANGER, MEMBER, GROUP_STEWARD, STEWARD)
SIGNED_IN = (MEMBER, GROUP_STEWARD, STEWARD)


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as some of the four see it, and the status it answers with."""

    door: str
    address: str
    by: tuple[str, ...]
    status: int = 200


PAGES = (
    Seen("home", "/", ALL),
    Seen("account_login", "/sign-in/", (STRANGER,)),
    Seen("sign_in_with_password", "/sign-in/password/", (STRANGER,)),
    Seen("lost_ways", "/sign-in/lost/", (STRANGER,)),
    Seen("account_inactive", "/sign-in/closed/", (STRANGER,)),
    Seen("use_way_back", "/sign-in/back/{way_back}", (STRANGER,)),
    Seen("use_way_back", "/sign-in/back/unknown", (STRANGER,), 404),
    Seen("open_invitation", "/i/{invitation}", (STRANGER, MEMBER)),
    Seen("open_invitation", "/i/unknown", (STRANGER,), 404),
    Seen("ask_to_come_in", "/ask/", (STRANGER,)),
    Seen("demo_mailbox", "/demo/mailbox/", (STRANGER,)),
    Seen("prove_by_mail", "/sign-in/again/mail/", (MEMBER,)),
    Seen("mfa_reauthenticate", "/sign-in/again/code/", (GROUP_STEWARD,)),
    Seen("mfa_reauthenticate_webauthn", "/sign-in/again/passkey/", (GROUP_STEWARD,)),
    Seen("account_logout", "/sign-out/", (MEMBER,)),
    Seen("own_invitations", "/invitations/", (MEMBER, STEWARD)),
    Seen("requests", "/requests/", (STEWARD,)),
    Seen("help_back_in", "/people/jonas-ek/help-back-in", (STEWARD,)),
    Seen("security", "/me/security/", (MEMBER, GROUP_STEWARD)),
    Seen("account_email", "/me/security/email/", (MEMBER,)),
    Seen("change_password", "/me/security/password/", (MEMBER,)),
    Seen("mfa_add_webauthn", "/me/security/passkeys/add/", (GROUP_STEWARD,)),
    Seen("name_passkey", "/me/security/passkeys/{passkey}/name/", (GROUP_STEWARD,)),
    Seen("remove_passkey", "/me/security/passkeys/{passkey}/remove/", (GROUP_STEWARD,)),
    Seen("mfa_activate_totp", "/me/security/two-steps/", (MEMBER,)),
    Seen("mfa_view_recovery_codes", "/me/security/recovery-codes/", (MEMBER, GROUP_STEWARD)),
    Seen("notices", "/notices", SIGNED_IN),
    Seen("notice_choices", "/me/notices", (MEMBER, STEWARD)),
    Seen("stop_mail", "/me/notices/stop/{stop}", (STRANGER, MEMBER)),
    Seen("groups", "/groups", ALL),
    Seen("create_group", "/groups/new", (MEMBER,)),
    Seen("group_invitation", "/groups/invitations/{group_invitation}", (MEMBER,)),
    Seen("my_groups", "/me/groups", (MEMBER, GROUP_STEWARD)),
    Seen("group", "/g/hyresgaster-hjallbo", ALL),
    Seen("group", "/g/warm-rooms", (STRANGER, GROUP_STEWARD)),
    Seen("group_members", "/g/hyresgaster-hjallbo/members", (GROUP_STEWARD,)),
    Seen("group_members", "/g/dichtbij/members", (MEMBER,)),
    Seen("edit_group", "/g/hyresgaster-hjallbo/edit", (GROUP_STEWARD,)),
    Seen("edit_group", "/g/hyresgaster-hjallbo/edit", (MEMBER,), 403),
    Seen("close_group", "/g/hyresgaster-hjallbo/close", (GROUP_STEWARD,)),
    Seen("ask_to_join", "/g/hyresgaster-hjallbo/ask", (MEMBER,)),
    Seen("join_requests", "/g/hyresgaster-hjallbo/requests", (GROUP_STEWARD,)),
    Seen("invite_to_group", "/g/hyresgaster-hjallbo/invite", (GROUP_STEWARD,)),
    Seen("leave_group", "/g/hyresgaster-hjallbo/leave", (GROUP_STEWARD,)),
    Seen("leave_group", "/g/dichtbij/leave", (MEMBER,)),
    Seen("remove_member", "/g/hyresgaster-hjallbo/members/selam-tesfay/remove", (GROUP_STEWARD,)),
    Seen("group_networks", "/g/hyresgaster-hjallbo/networks", (GROUP_STEWARD,)),
    Seen("forum", "/forum", ALL),
    Seen("new_anywhere", "/new", SIGNED_IN),
    Seen("new_for_me", "/new-for-me", SIGNED_IN),
    Seen("search", "/search", (STRANGER, MEMBER)),
    Seen("search", "/search?q=m%C3%B6te", (STRANGER, GROUP_STEWARD)),
    Seen("search", "/search?q=xylofonkvartett", (STRANGER, MEMBER)),
    Seen("bookmarks", "/me/bookmarks", (MEMBER,)),
    Seen("threads_by", "/people/amina-warsame/threads", (MEMBER, GROUP_STEWARD)),
    Seen("create_category", "/categories/new", (STEWARD,)),
    Seen("create_category", "/categories/new?group=hyresgaster-hjallbo", (GROUP_STEWARD,)),
    Seen("category", "/c/housing", ALL),
    Seen("category", "/c/local-organising?kind=question", (STRANGER,)),
    Seen("category", "/c/husen-i-hjallbo", (GROUP_STEWARD,)),
    Seen("category", "/c/housing?show=unread", (MEMBER,)),
    Seen("start_thread", "/c/housing/new", (MEMBER,)),
    Seen("start_thread", "/c/housing/new?kind=need", (GROUP_STEWARD,)),
    Seen("start_thread", "/c/housing/new?kind=experience", (STEWARD,)),
    Seen("edit_category", "/c/housing/edit", (STEWARD,)),
    Seen("edit_category", "/c/husen-i-hjallbo/edit", (GROUP_STEWARD,)),
    Seen("edit_category", "/c/housing/edit", (MEMBER,), 403),
    Seen("thread", "/t/27", ALL),
    Seen("thread", "/t/5", (STRANGER, STEWARD)),
    Seen("thread", "/t/12", (STRANGER,)),
    Seen("thread", "/t/16", (STRANGER, MEMBER)),
    Seen("thread", "/t/30", (MEMBER,)),
    Seen("thread", "/t/34", (STRANGER, STEWARD)),
    Seen("thread", "/t/60", (GROUP_STEWARD,)),
    Seen("thread", "/t/60", (STRANGER, MEMBER), 404),
    Seen("add_post", "/t/27/reply?quote=2", SIGNED_IN),
    Seen("edit_thread", "/t/60/edit", (GROUP_STEWARD,)),
    Seen("change_state", "/t/60/state", (GROUP_STEWARD,)),
    Seen("change_state", "/t/46/state", (STEWARD,)),
    Seen("close_thread", "/t/60/close", (GROUP_STEWARD,)),
    Seen("versions", "{changed}/versions", (STRANGER, MEMBER)),
    Seen("edit_post", "{own_post}/edit", (MEMBER,)),
    Seen("edit_post", "/t/60/post/1/edit", (GROUP_STEWARD,), 403),
    Seen("delete_post", "{own_post}/delete", (MEMBER,)),
    Seen("about", "/about", (STRANGER, STEWARD)),
    Seen("agreements", "/agreements", (STRANGER,)),
    Seen("privacy", "/privacy", (STRANGER,)),
    Seen("place_opened", "/place/opened", (STEWARD,)),
    Seen("place_settings", "/place/settings", (STEWARD,)),
    Seen("settle_place", "/place/settings/name", (STEWARD,)),
    Seen("settle_place", "/place/settings/agreements", (STEWARD,)),
    Seen("people", "/people", SIGNED_IN),
    Seen("person", "/people/jonas-ek", SIGNED_IN),
    Seen("person", "/people/sjoerd-de-wit", (MEMBER,)),
    Seen("own_page", "/me/", SIGNED_IN),
    Seen("edit_profile", "/me/profile", (MEMBER,)),
    Seen("blocked_persons", "/me/blocked", (MEMBER, GROUP_STEWARD)),
    Seen("languages", "/language", (STRANGER, MEMBER)),
    Seen("ask_for_export", "/me/export", (MEMBER,)),
    Seen("erase_person", "/me/erase", (MEMBER,)),
    Seen("erased", "/erased", (STRANGER,)),
)

# Pages that are reached by a step before them; test_pages.py walks to each.
BEHIND_A_STEP = {
    "account_confirm_login_code",
    "account_reauthenticate",
    "asked_to_come_in",
    "change_email_code",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "new_invitation",
    "open_place",
    "set_up_place",
    "set_up_step",
    "sign_up",
    "sign_up_code",
}

# Doors that answer no page of their own to somebody who only looks: deeds, files, and ways to another page.
NO_PAGE = {
    "accept_tie",
    "answer_join_request",
    "answer_request",
    "arrange_category",
    "block_person",
    "close_category",
    "deeds",
    "demo_sign_in",
    "download_export",
    "end_place_stewardship",
    "end_stewardship",
    "follow_category",
    "follow_thread",
    "give_place_stewardship",
    "hide_group",
    "join_group",
    "list_group",
    "make_steward",
    "mark_all_notices_read",
    "mark_all_read",
    "mark_category_read",
    "mfa_login_webauthn",
    "open_notice",
    "pin_thread",
    "post",
    "protection",
    "recovery_codes_file",
    "remove_password",
    "reopen_category",
    "reopen_thread",
    "resume_mail",
    "set_language",
    "set_theme",
    "sign_out_everywhere",
    "stored_file",
    "two_steps_picture",
    "unblock_person",
    "untie",
    "withdraw_group_invitation",
    "withdraw_invitation",
    "withdraw_join_request",
}
# The same page under a second address.
SAME_PAGE = {"thread_with_title"}
