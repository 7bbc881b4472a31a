"""The demo: people, an organization and projects of every kind, made on an empty database."""
