DROP INDEX CONCURRENTLY IF EXISTS orders_by_user;
CREATE INDEX CONCURRENTLY orders_by_user ON orders (user_id, created_at DESC);
