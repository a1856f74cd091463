"""The dashboard with a stand-in model and quick demo patients, for `uvicorn tests.browser.serve:dashboard`."""

from unittest.mock import patch

from app.server import app as dashboard
from tests.app import fakes

PATIENTS = fakes.demo_patients()

for name, stand_in in {
    "app.runtime.load_predictor": lambda name: fakes.fake_predictor(),
    "app.runtime.analyse": fakes.fake_analyse,
    "app.runtime.preload": lambda: None,
    "app.widgets.intake.DEMO_PATIENTS": PATIENTS,
    "app.widgets.doors.DEMO_PATIENTS": PATIENTS,
    "app.widgets.take_along.overlay_files": fakes.fake_overlay_files,
    "app.widgets.over_time.page.follow": fakes.fake_follow,
    "app.widgets.over_time.intake.DEMO_COURSE": fakes.demo_course(),
}.items():
    patch(name, stand_in).start()  # for the life of this process, which serves nothing else

__all__ = ["dashboard"]
