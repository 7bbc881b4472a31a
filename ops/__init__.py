"""What the process runs on: settings, logs, metrics, database, Redis, mail, storage, the embedded servers."""
