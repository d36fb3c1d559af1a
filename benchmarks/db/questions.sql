-- db-total
SELECT id1, id2, id3, v2,
  sum(v2) OVER () AS total
FROM large;

-- db-first
SELECT id1, id2, id3, v2,
  first_value(v2) OVER (ORDER BY id3) AS first_v2,
  row_number() OVER (ORDER BY id3) AS number
FROM large;

-- db-neighbours
SELECT id1, id2, id3, v2,
  first_value(v2) OVER (ORDER BY id3 ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS v2_before,
  first_value(v2) OVER (ORDER BY id3 ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS v2_after
FROM large;

-- db-average
SELECT id1, id2, id3, v2,
  avg(v2) OVER (ORDER BY id3 ROWS BETWEEN 100 PRECEDING AND CURRENT ROW) AS average
FROM large;

-- db-running
SELECT id1, id2, id3, v2,
  sum(v2) OVER (ORDER BY id3 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
FROM large;

-- db-range
SELECT id1, id2, id3, v2,
  sum(v2) OVER (ORDER BY v2 RANGE BETWEEN 3 PRECEDING AND CURRENT ROW) AS total
FROM large;
