"""What the hall `people` adds to the hooks of the kernel."""

from dugnad.kernel import registry
from dugnad.people import queries
from dugnad.people.drafts import hooks as drafts  # noqa: F401 - importing it fills more hooks
from dugnad.people.keeping import hooks as keeping  # noqa: F401 - importing it fills more hooks

registry.keys_held.register(queries.keys_of)
registry.hidden_persons.register(queries.hidden_from)
