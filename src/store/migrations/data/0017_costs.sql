-- US dollars that the replies of a day's runs cost, of the models that have a price (`MODEL_PRICES`).
ALTER TABLE usage_days ADD COLUMN cost_usd REAL NOT NULL DEFAULT 0;
