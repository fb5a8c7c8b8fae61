-- Totals as bigint in minor units, as integer ends at 21 million. The old code goes on writing total_cents only.
ALTER TABLE orders ADD COLUMN total_minor bigint;

CREATE FUNCTION orders_total_minor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.total_minor := coalesce(NEW.total_minor, NEW.total_cents);
  RETURN NEW;
END
$$;

CREATE TRIGGER orders_total_minor BEFORE INSERT OR UPDATE ON orders
  FOR EACH ROW EXECUTE FUNCTION orders_total_minor();
