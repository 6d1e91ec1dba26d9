"""Looking a page over: with axe, wide and light, narrow and dark, and whether anything sticks out on a small phone."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPEN_ALL = "for (const fold of document.querySelectorAll('details')) fold.open = true"
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > wide + 1)
    .map((e) => e.outerHTML.slice(0, 90)).slice(-3);
}"""
# The link of a row covers the row; what else can be pressed in it must lie above.
COVERED = """() => [...document.querySelectorAll('.row :is(button, summary, input, select)')].filter((e) => {
  if (!e.checkVisibility()) return false;
  e.scrollIntoView({ block: 'center' });
  const box = e.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return there && !e.contains(there) && !there.closest('label');
}).map((e) => e.outerHTML.slice(0, 120))"""
RUN = "(options) => axe.run({ resultTypes: ['violations'], ...options }).then((results) => results.violations)"
EVERY_RULE: dict[str, Any] = {}
# What changes with the colours and the width of a page; the rest is the same in every pass.
BY_LOOK = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}}
axe = Axe()


def faults(page: Page) -> list[str]:
    """What axe finds on this page at 1280 px in light and at 360 px in dark with all folds open, what cannot be pressed
    with a mouse, and what makes the page scroll sideways at 320 px. The page is wide and light again afterwards.
    """
    covered = page.evaluate(COVERED)
    page.evaluate(axe.axe_script)
    found = violations(page, "light", BY_LOOK)
    page.evaluate(OPEN_ALL)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    found += violations(page, "dark", EVERY_RULE)
    page.set_viewport_size({"width": 320, "height": 640})
    found += [f"sticks out at 320: {element}" for element in page.evaluate(STICKS_OUT)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found + [f"something lies over: {element}" for element in covered]


def violations(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    """Each rule of axe that is broken here, with the element that breaks it and why."""
    return [
        f"{where}: {broken['id']}: {node['html'][:150]} {node.get('failureSummary', '')[:300]}"
        for broken in page.evaluate(RUN, options)
        for node in broken["nodes"]
    ]
