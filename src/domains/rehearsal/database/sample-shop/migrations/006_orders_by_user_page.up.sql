-- What a build that was cut off has left is invalid.
DROP INDEX CONCURRENTLY IF EXISTS orders_by_user_page;
CREATE INDEX CONCURRENTLY orders_by_user_page ON orders (user_id, created_at DESC, id DESC);
