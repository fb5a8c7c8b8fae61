-- Expand only: a nullable column and a new table, so that v2.0.0 keeps working beside v2.1.0.
ALTER TABLE products ADD COLUMN rating numeric(2, 1) CHECK (rating BETWEEN 1 AND 5);

CREATE TABLE product_recommendations (
  product_id integer NOT NULL REFERENCES products,
  recommended_id integer NOT NULL REFERENCES products,
  rank smallint NOT NULL,
  PRIMARY KEY (product_id, rank)
);
