"""The loads we promise numbers for."""
