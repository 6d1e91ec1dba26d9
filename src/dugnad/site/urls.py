"""All doors of the house. Each hall names its own."""

from django.urls import include, path

from dugnad.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("dugnad.people.urls")),
    path("", include("dugnad.notices.urls")),
    path("", include("dugnad.groups.urls")),
    path("", include("dugnad.forum.urls")),
    path("", include("dugnad.care.urls")),
    path("", include("dugnad.site.place_urls")),
]

handler400 = "dugnad.kernel.errors.bad_request"
handler403 = "dugnad.kernel.errors.forbidden"
handler404 = "dugnad.kernel.errors.not_found"
handler500 = "dugnad.kernel.errors.server_error"
