"""As much of aiohttp as a custom route uses."""
