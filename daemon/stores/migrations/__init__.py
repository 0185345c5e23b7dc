"""The history of the tables, as Alembic carries it out.

Add a step as a file in versions/, and its revision as VERSION in schema.py; a migrated store must
equal schema.py, which a test compares.
"""
