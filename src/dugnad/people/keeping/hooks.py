"""What keeping adds to the hooks of the kernel: the person's own part of the file, what goes by itself, and doors."""

from dugnad.kernel import registry
from dugnad.people import profile_queries
from dugnad.people.actions.stewarding import end_place_stewardships_in_time
from dugnad.people.keeping import daily, parts, policies

for part in (
    parts.person_part,
    parts.keys_part,
    parts.standing_part,
    parts.invitations_part,
    parts.deeds_part,
    parts.mails_part,
):
    registry.exporters.register(part)

registry.erasure_blockers.register(policies.place_needs)
registry.actor_forgetters.register(daily.forget_actors_of_happenings)
registry.menu.register(profile_queries.ways)
registry.own_pages.register(profile_queries.own_pages)

registry.daily_jobs.register("end_place_stewardships")(end_place_stewardships_in_time)
registry.daily_jobs.register("drop_old_exports")(daily.drop_old_exports)
registry.daily_jobs.register("forget_requests")(daily.forget_requests)
registry.daily_jobs.register("forget_invitations")(daily.forget_invitations)
registry.daily_jobs.register("forget_actors")(daily.forget_actors)
registry.daily_jobs.register("forget_sessions")(daily.forget_sessions)
