-- Reads the whole table, so it is a step of its own: writers go on meanwhile.
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_minor_known;
