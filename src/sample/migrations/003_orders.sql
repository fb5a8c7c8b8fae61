-- owner: 's:<session>' for a browser, 'u:<user>' for a signed-in app.
CREATE TABLE basket_items (
  owner text NOT NULL,
  product_id integer NOT NULL REFERENCES products,
  quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
  PRIMARY KEY (owner, product_id)
);

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  owner text NOT NULL,
  user_id integer REFERENCES users,
  email text NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  total_cents integer NOT NULL CHECK (total_cents >= 0),
  idempotency_key text UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_by_user ON orders (user_id, created_at DESC);

CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE,
  product_id integer NOT NULL REFERENCES products,
  quantity integer NOT NULL CHECK (quantity > 0),
  price_cents integer NOT NULL CHECK (price_cents >= 0),
  PRIMARY KEY (order_id, product_id)
);
