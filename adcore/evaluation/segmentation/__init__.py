"""How well the structure network segments participants that it was not trained on."""
