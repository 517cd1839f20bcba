"""The wizard: one file per page, one `Flow` that they share."""
