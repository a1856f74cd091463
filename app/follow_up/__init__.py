"""The page over time: visits are added, compared, and their course is shown."""
