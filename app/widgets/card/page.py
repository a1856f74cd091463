"""x."""
def show_card() -> None:
    """x."""
