SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END,
  CASE n.nspname WHEN 'public' THEN c.relname::text ELSE n.nspname || '.' || c.relname END, a.attname::text,
  format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
  coalesce((SELECT string_agg(e.enumlabel, chr(31)) FROM pg_enum e WHERE e.enumtypid = a.atttypid), ''),
  coalesce((SELECT string_agg(k.key, chr(31)) FROM (
    SELECT DISTINCT CASE x.contype WHEN 'p' THEN 'PK' WHEN 'u' THEN 'UQ' ELSE 'FK:' || CASE fn.nspname WHEN 'public' THEN ''
      ELSE fn.nspname || '.' END || f.relname || '.' || fa.attname END AS key
    FROM pg_constraint x LEFT JOIN pg_class f ON f.oid = x.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
    LEFT JOIN pg_attribute fa ON fa.attrelid = x.confrelid AND fa.attnum = x.confkey[1]
    WHERE x.conrelid = c.oid AND (x.conkey = ARRAY[a.attnum] AND x.contype IN ('u', 'f')
      OR a.attnum = ANY (x.conkey) AND x.contype = 'p')) k), ''),
  coalesce(col_description(c.oid, a.attnum), ''),
  coalesce((SELECT string_agg(pg_get_expr(x.conbin, x.conrelid), chr(31) ORDER BY x.conname) FROM pg_constraint x
    WHERE x.conrelid = c.oid AND x.contype = 'c' AND x.conkey = ARRAY[a.attnum]), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
