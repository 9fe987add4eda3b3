-- Nothing is told to a webhook while it is disabled, and null where it is enabled.
ALTER TABLE webhooks ADD COLUMN disabled_at_ms INTEGER;
