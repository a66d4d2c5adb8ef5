\set a 7
\set b 8
\set n random(1, 9000000000000000)
BEGIN;
UPDATE least_stock SET reserved = reserved + 1 WHERE article = :a;
UPDATE least_stock SET reserved = reserved + 1 WHERE article = :b;
INSERT INTO least_order (number, key, email, address, total, state) VALUES (:n::text, :n::text, 'a@example.com', '{"name": "A", "street": "1 Road", "city": "X", "country": "GB", "code": "N1 9GU"}', 59.80, 'placed') RETURNING id \gset
INSERT INTO least_line (order_id, article, quantity, price) VALUES (:id, :a, 1, 29.90), (:id, :b, 1, 29.90);
INSERT INTO least_hold (order_id, article, quantity, kind) VALUES (:id, :a, -1, 'reserve'), (:id, :b, -1, 'reserve');
INSERT INTO least_due (order_id, method, amount, state) VALUES (:id, 'manual', 59.80, 'pending');
INSERT INTO least_event (topic, body) VALUES ('order.placed', '{"x": 1}');
COMMIT;
