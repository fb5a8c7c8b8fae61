-- The validated check saves reading the table again.
ALTER TABLE orders ALTER COLUMN total_minor SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_total_minor_known;
