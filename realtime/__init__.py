"""From committed event to subscriber: topics, relay, broker, hub, presence."""
