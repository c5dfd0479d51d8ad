"""People, teams, memberships, owners and API keys; knows nothing of the catalog."""
