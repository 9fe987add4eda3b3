-- A deleted webhook keeps its row, without its secret, as long as its deliveries are listed.
ALTER TABLE webhooks ADD COLUMN deleted_at_ms INTEGER;
