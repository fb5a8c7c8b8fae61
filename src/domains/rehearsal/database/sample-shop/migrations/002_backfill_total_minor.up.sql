-- rehearsal: batched
UPDATE orders SET total_minor = total_cents
WHERE id IN (SELECT id FROM orders WHERE total_minor IS NULL LIMIT 5000);
