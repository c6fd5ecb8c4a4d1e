SELECT DISTINCT CONVERT(CONCAT_WS(CHAR(31 USING utf8mb4), f.a, f.b, f.c, f.d, f.e, f.f, f.g) USING utf8mb4) COLLATE utf8mb4_nopad_bin AS line
FROM (
  -- not from the views in information_schema, which count what a role has from the roles that it holds as its own
  SELECT 'grant' AS a, g.GRANTEE AS b, 'table' AS c, g.TABLE_SCHEMA AS d, g.TABLE_NAME AS e, g.Column_name AS f, p.name AS g
    FROM (SELECT {grantee} AS GRANTEE, Db AS TABLE_SCHEMA, Table_name AS TABLE_NAME, '' AS Column_name, Table_priv AS held
            FROM mysql.tables_priv
          UNION ALL SELECT {grantee}, Db, Table_name, Column_name, Column_priv FROM mysql.columns_priv) AS g
    JOIN (SELECT 'Select' AS word, 'SELECT' AS name UNION ALL SELECT 'Insert', 'INSERT' UNION ALL SELECT 'Update', 'UPDATE'
          UNION ALL SELECT 'Delete', 'DELETE' UNION ALL SELECT 'Create', 'CREATE' UNION ALL SELECT 'Drop', 'DROP' UNION ALL
          SELECT 'References', 'REFERENCES' UNION ALL SELECT 'Index', 'INDEX' UNION ALL SELECT 'Alter', 'ALTER' UNION ALL
          SELECT 'Create View', 'CREATE VIEW' UNION ALL SELECT 'Show view', 'SHOW VIEW' UNION ALL SELECT 'Trigger', 'TRIGGER'
          UNION ALL SELECT 'Grant', 'GRANT OPTION' UNION ALL SELECT 'Delete versioning rows', 'DELETE HISTORY') AS p
      ON FIND_IN_SET(p.word, g.held) > 0
    WHERE {on_table}
  UNION ALL
  SELECT 'grant', g.GRANTEE, 'database', '', g.TABLE_SCHEMA, '', p.name
    FROM ({on_databases}) AS g JOIN ({databases}) AS p ON FIND_IN_SET(p.name, g.held) > 0
    WHERE {on_database}
  UNION ALL
  SELECT 'grant', CONCAT('''', g.User, '''@''', g.Host, ''''), LOWER(g.Routine_type), g.Db, g.Routine_name, '', p.name
    FROM mysql.procs_priv AS g
    JOIN (SELECT 'EXECUTE' AS name, 'Execute' AS word UNION ALL SELECT 'ALTER ROUTINE', 'Alter Routine'
          UNION ALL SELECT 'GRANT OPTION', 'Grant') AS p ON FIND_IN_SET(p.word, g.Proc_priv) > 0
    WHERE g.Host = '' AND g.User IN ({principals}) AND g.Routine_type IN ('FUNCTION', 'PROCEDURE')
  UNION ALL
  SELECT 'member', m.Role, m.User, m.Admin_option, '', '', ''
    FROM mysql.roles_mapping AS m
    WHERE m.Host = '' AND (m.User IN ({principals}) OR m.Role IN ({principals}))
  UNION ALL
  SELECT 'role', r.User, COALESCE(JSON_VALUE(r.Priv, '$.is_role'), 0), COALESCE(JSON_VALUE(r.Priv, '$.access'), 0), '', '', ''
    FROM mysql.global_priv AS r WHERE r.Host = '' AND r.User IN ({principals})
  UNION ALL
  SELECT 'table', t.TABLE_SCHEMA, t.TABLE_NAME, t.TABLE_TYPE, '', '', ''
    FROM information_schema.TABLES AS t JOIN {tables} AS d ON d.a = t.TABLE_SCHEMA AND d.b = t.TABLE_NAME
    WHERE t.TABLE_SCHEMA IN ({places}) AND t.TABLE_NAME IN ({names})  -- so that the server opens no others
  UNION ALL
  SELECT 'column', c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, '', '', ''
    FROM information_schema.COLUMNS AS c JOIN {tables} AS d ON d.a = c.TABLE_SCHEMA AND d.b = c.TABLE_NAME
    WHERE c.TABLE_SCHEMA IN ({places}) AND c.TABLE_NAME IN ({names})
  UNION ALL
  SELECT 'column', c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, '', '', ''
    FROM information_schema.COLUMNS AS c WHERE c.TABLE_SCHEMA IN ({rooms})
  UNION ALL
  SELECT 'column', c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, '', '', ''
    FROM information_schema.COLUMNS AS c JOIN mysql.tables_priv AS g ON g.Db = c.TABLE_SCHEMA AND g.Table_name = c.TABLE_NAME
    WHERE g.Host = '' AND g.User IN ({own})
  UNION ALL
  SELECT 'room', s.SCHEMA_NAME, s.SCHEMA_COMMENT, s.DEFAULT_CHARACTER_SET_NAME, s.DEFAULT_COLLATION_NAME, '', ''
    FROM information_schema.SCHEMATA AS s WHERE s.SCHEMA_NAME IN ({rooms})
  UNION ALL
  SELECT 'view', v.TABLE_SCHEMA, v.TABLE_NAME, v.DEFINER, v.SECURITY_TYPE, CONCAT(v.ALGORITHM, ' ', v.CHECK_OPTION),
         SHA2(v.VIEW_DEFINITION, 256)
    FROM information_schema.VIEWS AS v WHERE v.TABLE_SCHEMA IN ({rooms})
  UNION ALL
  SELECT 'thing', t.TABLE_TYPE, t.TABLE_SCHEMA, t.TABLE_NAME, '', '', ''
    FROM information_schema.TABLES AS t WHERE t.TABLE_SCHEMA IN ({rooms})
     OR (t.TABLE_SCHEMA = 'amanat' AND t.TABLE_NAME = {key})
  UNION ALL
  SELECT 'thing', r.ROUTINE_TYPE, r.ROUTINE_SCHEMA, r.ROUTINE_NAME, '', '', ''
    FROM information_schema.ROUTINES AS r WHERE r.ROUTINE_SCHEMA IN ({rooms})
  UNION ALL
  SELECT 'thing', 'EVENT', e.EVENT_SCHEMA, e.EVENT_NAME, '', '', ''
    FROM information_schema.EVENTS AS e WHERE e.EVENT_SCHEMA IN ({rooms})
) AS f
