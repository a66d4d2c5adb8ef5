-- The least that any order system must write for one order of two lines: the order, its lines, the stock they hold and its
-- journal, what is owed, and an event for others. No rules, no laws but one, no people, no tax: what PostgreSQL itself needs.
DROP TABLE IF EXISTS least_event, least_due, least_hold, least_line, least_order, least_stock;
CREATE TABLE least_stock (article int PRIMARY KEY, on_hand int NOT NULL, reserved int NOT NULL DEFAULT 0,
                          CHECK (reserved BETWEEN 0 AND on_hand)) WITH (fillfactor = 50);
CREATE TABLE least_order (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number text UNIQUE, key text UNIQUE, email text,
                          address jsonb, total numeric(12, 2), state text, placed_at timestamptz DEFAULT now());
CREATE INDEX ON least_order (placed_at);
CREATE TABLE least_line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES least_order, article int,
                         quantity int, price numeric(12, 2));
CREATE INDEX ON least_line (order_id);
CREATE TABLE least_hold (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint, article int, quantity int, kind text,
                         at timestamptz DEFAULT now());
CREATE TABLE least_due (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES least_order, method text,
                        amount numeric(12, 2), state text);
CREATE INDEX ON least_due (order_id);
CREATE TABLE least_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text, body jsonb, at timestamptz DEFAULT now());
INSERT INTO least_stock SELECT article, 1000000000 FROM generate_series(1, 200) AS article;
