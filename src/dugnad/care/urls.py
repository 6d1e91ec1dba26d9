"""The doors of care."""

from django.urls import URLPattern, URLResolver, include, path

from dugnad.care.views import acting, reading, reporting
from dugnad.kernel import addresses  # noqa: F401 - importing it makes <number:…> known

urlpatterns: list[URLPattern | URLResolver] = [
    path("care", reading.care_desk, name="care_desk"),
    path("care/log", reading.care_log, name="care_log"),
    path("g/<slug:slug>/care", reading.group_care_desk, name="group_care_desk"),
    path("g/<slug:slug>/care/log", reading.group_care_log, name="group_care_log"),
    path("me/care", reading.own_care, name="own_care"),
    path("care/hidden/<number:pk>", reading.why_hidden, name="why_hidden"),
    path("care/deeds/<number:pk>", reading.steward_deed, name="steward_deed"),
    path("care/deeds/<number:pk>/undo", acting.undo_deed, name="undo_deed"),
    path("care/deeds/<number:pk>/appeal", acting.appeal_deed, name="appeal_deed"),
    path("care/appeals/<number:pk>", acting.answer_appeal, name="answer_appeal"),
    path("care/post/<number:pk>", acting.write_deed, name="write_deed"),
    path("care/post/<number:pk>/report", reporting.report_post, name="report_post"),
    path("care/thread/<number:pk>", acting.care_thread, name="care_thread"),
    path("", include("dugnad.care.waves.urls")),
]
