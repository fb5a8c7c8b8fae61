-- Orders of nobody, so that the table has a size that shows what a migration costs.
INSERT INTO orders (id, owner, user_id, email, name, address, total_cents, created_at)
SELECT gen_random_uuid(), 'rehearsal', NULL, 'nobody@shop.test', 'Nobody', 'Harbour 1', 100 + n % 9000, now() - n * interval '1 minute'
FROM generate_series(1, current_setting('shakedown.rows')::integer) AS n;
