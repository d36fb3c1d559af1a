{{ config(materialized='table') }}

-- np.cumsum along the days of each month.
SELECT month, cumsum(transform(days, d -> d.precipitation)) AS running
FROM (
  SELECT trunc(day, 'MONTH') AS month, array_sort(collect_list(struct(day, precipitation))) AS days
  FROM {{ ref('weather') }}
  GROUP BY trunc(day, 'MONTH')
)
