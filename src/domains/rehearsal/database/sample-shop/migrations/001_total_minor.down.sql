DROP TRIGGER orders_total_minor ON orders;
DROP FUNCTION orders_total_minor();
ALTER TABLE orders DROP COLUMN total_minor;
