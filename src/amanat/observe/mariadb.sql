SELECT CASE t.table_type WHEN 'BASE TABLE' THEN 'table' ELSE 'view' END,
  c.table_name, c.column_name, c.column_type, c.is_nullable = 'NO', coalesce(nullif(c.column_default, 'NULL'), ''), '',
  concat_ws(char(31 using utf8mb4), CASE c.column_key WHEN 'PRI' THEN 'PK' WHEN 'UNI' THEN 'UQ' END,
    (SELECT concat('FK:', min(k.referenced_table_name), '.', min(k.referenced_column_name))
     FROM information_schema.key_column_usage k WHERE k.table_schema = c.table_schema AND k.table_name = c.table_name
     AND k.column_name = c.column_name AND k.referenced_table_name IS NOT NULL HAVING count(*) > 0)),
  c.column_comment,
  coalesce((SELECT group_concat(k.check_clause ORDER BY k.constraint_name SEPARATOR '') FROM information_schema.check_constraints k
    WHERE k.constraint_schema = c.table_schema AND k.table_name = c.table_name
    AND instr(k.check_clause, concat('`', replace(c.column_name, '`', '``'), '`')) > 0), '')
FROM information_schema.columns c JOIN information_schema.tables t
  ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
WHERE c.table_schema = database()
