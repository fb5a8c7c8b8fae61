/** A shop's database of 600,000 rows and about 200 MB; with a tenth of that to see that it works. */
export function shopDatabase(rows: number): string {
  const users = Math.round(rows / 6);
  const orders = Math.round(rows / 3);
  const events = rows - users - orders;
  const names =
    "(ARRAY['Anna','Bernd','Chiara','Dmitri','Elif','Fatou','Gustav','Hannah','Ibrahim','Jolanda'])[1 + n % 10]";
  const family =
    "(ARRAY['Habermann','Okonkwo','Lindqvist','Moreau','Castellano','Wiśniewska','Takahashi','Grünewald'])[1 + n % 8]";
  return `
    CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL UNIQUE, full_name text NOT NULL, phone text, street text, city text, born date, created_at timestamptz NOT NULL);
    CREATE TABLE orders (id uuid PRIMARY KEY, user_id integer NOT NULL REFERENCES users, status text NOT NULL, total numeric(10, 2) NOT NULL, remark text, created_at timestamptz NOT NULL);
    CREATE TABLE events (id bigint PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders, kind text NOT NULL, body jsonb NOT NULL, at timestamptz NOT NULL);
    INSERT INTO users SELECT n, lower(${names}) || '.' || n || '@mail-' || n % 50 || '.de', ${names} || ' ' || ${family} || '-' || n, '+49 30 ' || lpad(n::text, 8, '4'),
        'Rosenweg ' || n % 900 || ' b', 'Ortschaft ' || n % 3000, date '1950-01-01' + n % 20000, timestamptz '2024-01-01' + n * interval '1 minute' FROM generate_series(1, ${users}) n;
    INSERT INTO orders SELECT md5('order ' || n)::uuid, 1 + (n * 7919::bigint) % ${users}, (ARRAY['open', 'paid', 'sent', 'returned'])[1 + n % 4], 5 + n % 900,
        'Please ring at ' || ${family} || ', second floor, and leave it with ' || ${names} || ' ' || n || ' when nobody opens; ' || repeat('the parcel is heavy and the stairs are narrow. ', 5),
        timestamptz '2024-01-01' + n * interval '30 seconds' FROM generate_series(1, ${orders}) n;
    INSERT INTO events SELECT n, md5('order ' || 1 + (n * 7907::bigint) % ${orders})::uuid, (ARRAY['created', 'payment', 'parcel', 'mail'])[1 + n % 4],
        jsonb_build_object('actor', ${names} || ' ' || ${family}, 'email', lower(${names}) || '.' || n || '@mail-' || n % 50 || '.de', 'ip', '84.17.' || n % 250 || '.' || n % 200, 'amount', n % 900,
          'channel', (ARRAY['web', 'app', 'phone'])[1 + n % 3], 'comment', 'Spoke with ' || ${names} || ' about number ' || n || ', who was ' || repeat('very patient and asked twice ', 4)),
        timestamptz '2024-01-01' + n * interval '20 seconds' FROM generate_series(1, ${events}) n;
    ANALYZE`;
}
