"""How people sign in: django-allauth with codes by mail, passkeys, and passwords with an optional second step.

Its views are mounted one by one in `people/urls.py`; what is not named there cannot be reached.
"""

ACCOUNT_ADAPTER = "dugnad.people.adapters.AccountAdapter"
MFA_ADAPTER = "dugnad.people.adapters.KeysAdapter"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without the second the sign-in form has no password
ACCOUNT_PREVENT_ENUMERATION = True
# An account is only made once its address was proved, so there is nothing left to verify.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

CODE_MINUTES = 15
CODE_TRIES = 5
CODE_RESENDS = 5
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_MINUTES * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = CODE_TRIES
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = CODE_RESENDS
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
# A sign-in that waits for a code is forgotten after an hour; each code within it after fifteen minutes.
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60

# What is counted by address of a computer or a person's mail stands in `people/rates.py`, under keyed hashes. These are
# what allauth counts itself: by the id of the person, or by an address that the adapter hashes first.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "signup": None,
    "request_login_code": None,
    "reset_password": None,
    "reset_password_from_key": None,
    "confirm_email": None,
    "verify_phone": None,
    "login_failed": "10/10m/key",
    "change_password": "10/10m/user",
    "reauthenticate": "20/10m/user",
    "manage_email": "10/10m/user",
}

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "100/10m/ip"}
MFA_FORMS = {
    "authenticate": "dugnad.people.key_forms.SecondStepForm",
    "reauthenticate": "dugnad.people.key_forms.SecondStepAgainForm",
    "authenticate_webauthn": "dugnad.people.key_forms.PasskeyForm",
    "login_webauthn": "dugnad.people.key_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "dugnad.people.key_forms.PasskeyAgainForm",
    "activate_totp": "dugnad.people.key_forms.TwoStepsForm",
    "add_webauthn": "dugnad.people.key_forms.NewPasskeyForm",
    "edit_webauthn": "dugnad.people.key_forms.PasskeyNameForm",
}
ACCOUNT_FORMS = {
    "request_login_code": "dugnad.people.forms.SignInForm",
    "confirm_login_code": "dugnad.people.forms.CodeForm",
    "login": "dugnad.people.forms.PasswordSignInForm",
    "reauthenticate": "dugnad.people.forms.PasswordAgainForm",
}

# () -> [(handle, words)] of the demo's cast, in the language that is on; only read where the demo is.
DEMO_CAST = "dugnad.site.demo.cast.cast"
