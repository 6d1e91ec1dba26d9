"""The doors of the hall people: coming in, signing in, and the keys of one's account.

Allauth's views stand here one by one, under the names that allauth itself looks up (`account_…`, `mfa_…`); none of its
others can be reached. Profiles and one's own pages are in `profile_urls` and `keeping_urls`.
"""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, path

from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known
from dugnad.people.views import demo, invitations, keys, proving, security, sign_in, sign_up, way_back

sign_in_page = sign_in.SignIn.as_view()

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in_page, name="account_login"),
    path("sign-in/", sign_in_page, name="account_request_login_code"),
    path("sign-in/code/", sign_in.SignInCode.as_view(), name="account_confirm_login_code"),
    path("sign-in/password/", sign_in.PasswordSignIn.as_view(), name="sign_in_with_password"),
    path("sign-in/passkey/", sign_in.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second-step/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/lost/", sign_in.lost_ways, name="lost_ways"),
    path("sign-in/closed/", account.account_inactive, name="account_inactive"),
    path("sign-in/back/<str:token>", way_back.way_back, name="use_way_back"),
    path("sign-in/again/password/", proving.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("sign-in/again/code/", proving.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", proving.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("sign-in/again/mail/", proving.prove_by_mail, name="prove_by_mail"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sign-up/", sign_up.sign_up, name="sign_up"),
    path("sign-up/", sign_up.sign_up, name="account_signup"),
    path("sign-up/code/", sign_up.sign_up_code, name="sign_up_code"),
    path("i/<str:token>", sign_up.open_invitation, name="open_invitation"),
    path("ask/", sign_up.ask_to_come_in, name="ask_to_come_in"),
    path("ask/sent/", sign_up.asked_to_come_in, name="asked_to_come_in"),
    path("invitations/", invitations.own_invitations, name="own_invitations"),
    path("invitations/new/", invitations.new_invitation, name="new_invitation"),
    path("invitations/<uuid:invitation>/withdraw", invitations.withdraw, name="withdraw_invitation"),
    path("requests/", invitations.requests, name="requests"),
    path("requests/<number:pk>/answer", invitations.answer, name="answer_request"),
    path("people/<slug:handle>/help-back-in", invitations.help_in, name="help_back_in"),
    path("me/security/", security.security, name="security"),
    path("me/security/", security.security, name="mfa_index"),
    path("me/security/sign-out-everywhere", security.sign_out_everywhere, name="sign_out_everywhere"),
    path("me/security/email/", security.change_email, name="account_email"),
    path("me/security/email/code/", security.change_email_code, name="change_email_code"),
    path("me/security/password/", security.change_password, name="change_password"),
    path("me/security/password/remove", security.remove_password, name="remove_password"),
    path("me/security/passkeys/add/", keys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("me/security/passkeys/<number:pk>/name/", keys.NamePasskey.as_view(), name="name_passkey"),
    path("me/security/passkeys/<number:pk>/remove/", keys.remove_passkey, name="remove_passkey"),
    path("me/security/two-steps/", keys.TurnOnTwoSteps.as_view(), name="mfa_activate_totp"),
    path("me/security/two-steps/picture.svg", keys.two_steps_picture, name="two_steps_picture"),
    path("me/security/two-steps/off/", keys.turn_off_two_steps, name="mfa_deactivate_totp"),
    path("me/security/recovery-codes/", keys.recovery_codes, name="mfa_view_recovery_codes"),
    path("me/security/recovery-codes.txt", keys.recovery_codes_file, name="recovery_codes_file"),
    path("demo/sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("demo/mailbox/", demo.demo_mailbox, name="demo_mailbox"),
]
