"""Coins: addresses, rates, nodes, signing and sending a batch."""
