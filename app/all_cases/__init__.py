"""The administrators' page of all stored cases."""
