"""The Streamlit shell around adcore: state, background work, the slice viewer and the widgets of the pages."""
