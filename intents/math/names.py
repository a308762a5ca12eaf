"""Units that pint has not, or has otherwise than people mean them; what all are called is in ``words.en.yaml``."""

OWN = """
calendar_year = 365 * day
calendar_month = calendar_year / 12
marathon = 42.195 * kilometer
metric_cup = 250 * milliliter
metric_tablespoon = 15 * milliliter
metric_teaspoon = 5 * milliliter
dessert_spoon = 10 * milliliter
kitchen_pinch = teaspoon / 16
"""
