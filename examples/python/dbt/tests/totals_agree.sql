-- The last total is the sum of all days, and of the last totals of the months. No row is no difference.
SELECT *
FROM (
  SELECT
    (SELECT sum(precipitation) FROM {{ ref('weather') }}) AS expected,
    (SELECT max(total) FROM {{ ref('running_precipitation') }}) AS by_window,
    (SELECT sum(element_at(running, -1)) FROM {{ ref('months') }}) AS by_month
)
WHERE NOT (expected <=> by_window AND expected <=> by_month)
