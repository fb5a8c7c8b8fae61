DELETE FROM orders WHERE owner = 'rehearsal';
