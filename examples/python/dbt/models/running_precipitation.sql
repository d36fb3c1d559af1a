{{ config(materialized='table') }}

-- A running window, as in any Spark: the jar distributes it.
SELECT
  day,
  precipitation,
  sum(precipitation) OVER (ORDER BY day) AS total,
  avg(precipitation) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week
FROM {{ ref('weather') }}
