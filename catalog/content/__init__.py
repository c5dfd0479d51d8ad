"""Engine for what a version is made of: JSON, schemas, cards, folders, pictures."""
