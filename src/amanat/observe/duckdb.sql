SELECT CASE t.kind WHEN 'view' THEN 'view' ELSE 'table' END,
  CASE c.schema_name WHEN 'main' THEN c.table_name ELSE c.schema_name || '.' || c.table_name END, c.column_name,
  CASE WHEN c.data_type LIKE 'ENUM(%' THEN c.data_type ELSE lower(c.data_type) END, NOT c.is_nullable, coalesce(c.column_default, ''), '',
  coalesce((SELECT string_agg(DISTINCT k.key, chr(31)) FROM (
    SELECT schema_name, table_name, constraint_column_names AS names, CASE constraint_type WHEN 'PRIMARY KEY' THEN 'PK'
      WHEN 'UNIQUE' THEN CASE len(constraint_column_names) WHEN 1 THEN 'UQ' END
      WHEN 'FOREIGN KEY' THEN CASE len(constraint_column_names) WHEN 1
        THEN 'FK:' || referenced_table || '.' || referenced_column_names[1] END END AS key
    FROM duckdb_constraints() WHERE database_name = current_database()) k
    WHERE k.schema_name = c.schema_name AND k.table_name = c.table_name AND list_contains(k.names, c.column_name)), ''),
  coalesce(c.comment, ''),
  coalesce((SELECT string_agg(k.expression, chr(31) ORDER BY k.constraint_index) FROM duckdb_constraints() k
    WHERE k.database_name = current_database() AND k.constraint_type = 'CHECK' AND k.schema_name = c.schema_name
    AND k.table_name = c.table_name AND k.constraint_column_names = [c.column_name]), '')
FROM duckdb_columns() c LEFT JOIN (SELECT schema_name, view_name AS name, 'view' AS kind FROM duckdb_views()
  WHERE database_name = current_database()) t ON t.schema_name = c.schema_name AND t.name = c.table_name
WHERE c.database_name = current_database() AND NOT c.internal
