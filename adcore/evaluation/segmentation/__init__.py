"""How well the structure network segments participants it was not trained on."""
