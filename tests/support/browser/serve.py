"""The dashboard with a stand-in model and quick demo patients, for `uvicorn tests.support.browser.serve:dashboard`."""

from unittest.mock import patch

from app.server import app as dashboard
from tests.support import fakes

for name, stand_in in {
    "app.runtime.load_predictor": lambda name: fakes.fake_predictor(),
    "app.runtime.Worker": fakes.FakeWorker,
    "app.runtime.answer_again": fakes.fake_answer_again,
    "app.shared.patients.DEMO_PATIENTS": fakes.demo_patients(),
    "app.start.page.MINUTE_PATIENT": "typical",
    "app.review.export.overlay_files": fakes.fake_overlay_files,
    "app.follow_up.intake.DEMO_COURSE": fakes.demo_course(),
}.items():
    patch(name, stand_in).start()  # for the life of this process, which serves nothing else

__all__ = ["dashboard"]
