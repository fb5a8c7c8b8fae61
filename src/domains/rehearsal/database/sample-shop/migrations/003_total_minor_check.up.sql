ALTER TABLE orders ADD CONSTRAINT orders_total_minor_known CHECK (total_minor IS NOT NULL) NOT VALID;
