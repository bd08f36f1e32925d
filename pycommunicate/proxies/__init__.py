"""What handlers hold in their hands: stand-ins for the document, its nodes and the request."""
