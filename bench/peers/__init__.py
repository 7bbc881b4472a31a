"""What others would serve GraphQL subscriptions with, and Tidemark: one process each, told by lines on standard input what to publish."""
