"""What one user's session holds: the only place that names keys of Streamlit's session state.

Patient data lives here and nowhere else: Streamlit's caches are shared between all users.
"""
