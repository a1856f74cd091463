"""One user's session, and every key of Streamlit's session state.

Patient data is kept here and nowhere else: Streamlit's caches are shared between all users.
"""
