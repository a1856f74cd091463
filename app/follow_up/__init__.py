"""The follow-up page: visits are added and compared, and their course is shown."""
