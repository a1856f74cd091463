"""The Streamlit dashboard over adcore: pages, session state, background work and the packaged components."""
