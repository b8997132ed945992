"""Facts of the one-stop shop: dossiers, their history, attachments and drafts."""

from thichinh.dossiers.models.dossier import Act, Attachment, Dossier, Draft

__all__ = ["Act", "Attachment", "Dossier", "Draft"]
