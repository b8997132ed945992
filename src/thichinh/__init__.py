"""Thị Chính: the platform a Vietnamese local authority runs on."""

__version__ = "0.1.0"
