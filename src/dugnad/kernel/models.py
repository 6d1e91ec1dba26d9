"""The rows of the kernel, gathered for Django. Each stands in the module that explains it."""

from dugnad.kernel.audience import Audience, AudienceKey
from dugnad.kernel.files import StoredFile
from dugnad.kernel.happenings import Happening
from dugnad.kernel.house_model import HouseModel
from dugnad.kernel.outbox import Mail
from dugnad.kernel.place import Place
from dugnad.kernel.search import SearchEntry
from dugnad.kernel.stamps import Stamp

__all__ = ["Audience", "AudienceKey", "Happening", "HouseModel", "Mail", "Place", "SearchEntry", "Stamp", "StoredFile"]
