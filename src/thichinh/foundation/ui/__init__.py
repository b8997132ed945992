"""The design system's Python half: navigation, badges, timing, charts, form fields.

Templates live in `foundation/templates/ui` (its README tells how to call them), styles and
scripts in `frontend/`.
"""
