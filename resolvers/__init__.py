"""The API's verbs: queries, mutations, subscriptions, and the assembled schema."""
