"""How long a test waits for what must happen."""

# Far more than a busy machine needs, so that no pass depends on its speed; and less than what the product does only to mend a lost hint.
CEILING_SECONDS = 30.0
