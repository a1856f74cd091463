"""Coverage-guided fuzzing of the readers: `make fuzz`, or `python -m tests.readers.fuzz READER --seconds 60`.

It needs atheris (requirements-fuzz.txt), which the tests do without. Inputs lie in runs/fuzz; a later run goes on from them.
"""
