{{ config(materialized='view') }}

-- np.maximum.accumulate down the rows.
SELECT day, temp_max, record
FROM cummax_table(TABLE({{ ref('weather') }}), 'temp_max', order_by => 'day', out => 'record')
