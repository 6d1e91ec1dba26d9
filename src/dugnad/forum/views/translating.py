"""The page on which a member translates a post, with the original beside the editor."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from dugnad.forum import translating_policies as policies
from dugnad.forum.actions import translating as actions
from dugnad.forum.forms import BodyField, language_choices
from dugnad.forum.limits import slow_down
from dugnad.forum.models import Post, PostTranslation
from dugnad.forum.queries.translations import translation_of_post
from dugnad.forum.uploads import told
from dugnad.forum.views.found import find_post, gives_text_back, refused, say, sign_in_first
from dugnad.forum.writing import write
from dugnad.kernel.audience import readers_of
from dugnad.kernel.policies import Refused, no

WRONG = 422


class TranslationForm(forms.Form):
    """A text in another language, with what its writer saw of the original and of the translation before."""

    text = BodyField(
        label=gettext_lazy("Translation"),
        rows=12,
        error_messages={"required": gettext_lazy("There is no text yet. Write something, then publish.")},
    )
    of_edits = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)

    def __init__(self, *args: object, original: str, language: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        self.original = original
        self.fields["text"].widget.attrs |= {"data-editor": "", "lang": language}

    def clean_text(self) -> str:
        """Words of the translator: the original alone is none."""
        text = str(self.cleaned_data["text"])
        if text == self.original.strip():
            raise forms.ValidationError(_("This is still the original. Write it in the other language, then publish."))
        return text


@gives_text_back
def translate_post(request: HttpRequest, thread_id: int, number: int) -> HttpResponse:
    """Translate a post, improve a translation, or bring it up to date."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    verdict = policies.can_translate_post(request.viewer, post)
    languages = [(code, name) for code, name in language_choices() if code != post.language]
    if verdict and not languages:
        verdict = no(
            _("This place has no other language to translate into. The stewards of the place choose its languages.")
        )
    if not verdict:
        return refused(request, verdict)
    language = _chosen(request, [code for code, _name in languages])
    there = translation_of_post(post.pk, language, request.viewer)
    form = TranslationForm(
        request.POST or None, initial=_initial(request, post, there), original=post.source, language=language
    )
    preview = meanwhile = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            slow_down(request, "preview")
            preview = told(_rendered(form, post), request.viewer.language)
        elif (meanwhile := _published(request, form, post, language)) is None:
            say(request, _("The translation stands beside the original. Thanks."))
            return HttpResponseRedirect(post.url)
    shown = {
        "post": post, "thread": post.thread, "form": form, "preview": preview, "other": meanwhile, "there": there,
        "language": language, "languages": languages, "original": told(post.html, request.viewer.language),
        "may_remove": there and policies.can_remove_translation(request.viewer, there),
        "stale": there and there.of_edits < post.edits,
        "readers": readers_of(post.audience, request.viewer),
    }  # fmt: skip
    return render(
        request, "forum/translate_post.html", shown, status=409 if meanwhile else WRONG if form.errors else 200
    )


def _chosen(request: HttpRequest, languages: list[str]) -> str:
    """The language that was asked for, else the reader's own, else the first that is possible."""
    asked = request.POST.get("language") or request.GET.get("language") or request.viewer.language
    return asked if asked in languages else languages[0]


def _initial(request: HttpRequest, post: Post, there: PostTranslation | None) -> dict[str, object]:
    text = there.source if there else post.source if "copy" in request.GET else ""
    return {"text": text, "of_edits": post.edits, "seen": actions.mark_of(there)}


def _rendered(form: TranslationForm, post: Post) -> str:
    try:
        return write(form.cleaned_data["text"], None, shown_by=post).rendered.html
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return ""


def _published(request: HttpRequest, form: TranslationForm, post: Post, language: str) -> PostTranslation | None:
    """None when it is saved; the translation of somebody else who was quicker, when there is one. The form then knows it."""
    slow_down(request, "post")
    values = form.cleaned_data
    try:
        actions.translate_post(
            post, language, values["text"], by=request.person, of_edits=values["of_edits"], seen=values["seen"]
        )
    except actions.TranslatedMeanwhile as meanwhile:
        form.data = {**request.POST.dict(), "seen": actions.mark_of(meanwhile.translation)}
        return meanwhile.translation
    return None


@require_POST
def remove_translation(request: HttpRequest, thread_id: int, number: int, code: str) -> HttpResponse:
    """Take a translation away."""
    post = find_post(request, thread_id, number)
    if away := sign_in_first(request):
        return away
    translation = translation_of_post(post.pk, code, request.viewer)
    if translation is None:
        raise Http404
    actions.remove_translation(translation, by=request.person)
    say(request, _("The translation is gone. The original is as it was."))
    return HttpResponseRedirect(post.url)
