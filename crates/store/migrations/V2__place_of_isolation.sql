-- Where a person under an order to isolate has to be: `home` or `central`.
ALTER TABLE proposal ADD COLUMN place TEXT;
