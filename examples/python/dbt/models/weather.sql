{{ config(materialized='table') }}

SELECT to_date(date, 'yyyy/MM/dd') AS day, precipitation, temp_max
FROM {{ ref('seattle-weather') }}
