"""The ASGI app, where the parts are put together, and the commands."""
