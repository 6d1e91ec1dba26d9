"""`python -m dugnad …` is `dugnad …`."""

from dugnad.site.cli import main

raise SystemExit(main())
