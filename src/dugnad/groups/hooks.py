"""What the hall `groups` adds to the hooks of the kernel."""

from dugnad.groups import queries
from dugnad.kernel import registry

registry.keys_held.register(queries.keys_of)
