"""Every deed of care: reporting, what stewards do and take back, appeals and their answers."""

from dugnad.care.actions.appealing import answer_appeal, appeal_deed
from dugnad.care.actions.deeds import add_line, undo_deed, undoers, write_deed
from dugnad.care.actions.reporting import report_post, settle_reports

__all__ = [
    "add_line",
    "answer_appeal",
    "appeal_deed",
    "report_post",
    "settle_reports",
    "undo_deed",
    "undoers",
    "write_deed",
]
