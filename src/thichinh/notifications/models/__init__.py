"""Facts of notifications: messages, their ways out, attempts, and how people are reached."""

from __future__ import annotations

from thichinh.notifications.models.tables import Attempt, Contact, Delivery, Notification

__all__ = ["Attempt", "Contact", "Delivery", "Notification"]
