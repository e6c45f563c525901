"""Phone links: an upload begun at the desk goes on at a phone, for a short time and for one application."""
