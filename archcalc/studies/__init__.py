"""Questions asked of a table: do published figures hold, what does a change do, for which sizes does it work."""
