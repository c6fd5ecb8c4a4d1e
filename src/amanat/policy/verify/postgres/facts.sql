WITH RECURSIVE principal AS (
  SELECT r.* FROM pg_roles AS r
  WHERE r.rolname = ANY ({principals}) OR shobj_description(r.oid, 'pg_authid') = {mark}
), room AS (
  SELECT n.* FROM pg_namespace AS n
  WHERE n.nspname = {room} OR n.nspname IN (SELECT rolname FROM principal)
), declared AS (
  SELECT c.oid, ''::text COLLATE "C" AS part_of
  FROM unnest({schemas}, {names}) AS named (nspname, relname)
  JOIN pg_namespace AS n ON n.nspname = named.nspname
  JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = named.relname AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), family AS (
  SELECT * FROM declared
  UNION
  SELECT i.inhrelid, format('%I.%I', n.nspname, c.relname) COLLATE "C"
  FROM family AS f JOIN pg_inherits AS i ON i.inhparent = f.oid
  JOIN pg_class AS c ON c.oid = i.inhparent JOIN pg_namespace AS n ON n.oid = c.relnamespace
), governed AS (
  SELECT oid FROM family
  UNION SELECT c.oid FROM pg_class AS c JOIN room ON room.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
), numbers AS (
  SELECT DISTINCT s.oid, d.refobjid FROM declared JOIN pg_depend AS d
    ON d.refclassid = 'pg_class'::regclass AND d.refobjid = declared.oid
   AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'
  JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
), acl AS (
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, n.nspname AS schema, c.relname::text AS name,
         ''::text AS col, c.relowner AS owner, c.relacl AS list, c.oid IN (SELECT oid FROM governed) AS whole
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL
  UNION ALL
  SELECT 'table', n.nspname, c.relname, a.attname, c.relowner, a.attacl, c.oid IN (SELECT oid FROM governed)
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL
  SELECT 'schema', '', n.nspname, '', n.nspowner, n.nspacl, n.oid IN (SELECT oid FROM room)
    FROM pg_namespace AS n WHERE n.nspacl IS NOT NULL
  UNION ALL
  SELECT 'function', n.nspname, format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), '', p.proowner,
         p.proacl, false
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE p.proacl IS NOT NULL
  UNION ALL
  SELECT 'database', '', d.datname, '', d.datdba, d.datacl, false
    FROM pg_database AS d WHERE d.datname = current_database() AND d.datacl IS NOT NULL
), held AS (
  -- columns together, by number: ten thousand of them for twenty roles are two hundred thousand grants
  SELECT acl.kind, acl.schema, acl.name, acl.owner, g.grantee, g.privilege_type, g.grantor, g.is_grantable,
         array_agg(acl.col::text ORDER BY acl.col::text COLLATE "C") AS cols
  FROM acl, aclexplode(acl.list) AS g
  WHERE g.grantee <> acl.owner AND (acl.whole OR g.grantee IN (SELECT oid FROM principal))
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT ARRAY['grant'::text, kind, schema, name, CASE grantee WHEN 0 THEN '' ELSE pg_get_userbyid(grantee)::text END,
             privilege_type, pg_get_userbyid(grantor)::text, is_grantable::text] || cols
  FROM held
UNION ALL
SELECT DISTINCT ARRAY['owner'::text, kind, schema, name, pg_get_userbyid(owner)::text] FROM held
UNION ALL
SELECT ARRAY['owner'::text, 'schema', '', nspname::text, pg_get_userbyid(nspowner)::text] FROM pg_namespace
  WHERE nspname = ANY ({schemas}) OR oid IN (SELECT oid FROM room)
UNION ALL
SELECT ARRAY['owner'::text, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname::text, c.relname::text,
             pg_get_userbyid(c.relowner)::text]
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.oid IN (SELECT oid FROM governed UNION SELECT oid FROM numbers)
UNION ALL
SELECT ARRAY['table'::text, n.nspname, c.relname, c.relkind::text, pg_get_userbyid(c.relowner)::text,
             c.relrowsecurity::text, min(family.part_of)]
  FROM family JOIN pg_class AS c ON c.oid = family.oid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  GROUP BY n.nspname, c.relname, c.relkind, c.relowner, c.relrowsecurity
UNION ALL
SELECT ARRAY['sequence'::text, n.nspname, c.relname, sn.nspname, s.relname::text]
  FROM numbers JOIN pg_class AS c ON c.oid = numbers.refobjid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_class AS s ON s.oid = numbers.oid JOIN pg_namespace AS sn ON sn.oid = s.relnamespace
UNION ALL
SELECT ARRAY['member'::text, pg_get_userbyid(m.roleid), pg_get_userbyid(m.member), pg_get_userbyid(m.grantor)::text,
             m.admin_option::text, ({inherit})::text, ({set})::text]
  FROM pg_auth_members AS m
  WHERE (m.roleid IN (SELECT oid FROM principal) OR m.member IN (SELECT oid FROM principal))
    -- what a server gives by itself to whoever creates a role
    AND NOT (m.grantor = 10 AND m.admin_option AND NOT ({inherit}) AND NOT ({set}))
UNION ALL
SELECT ARRAY['default'::text, pg_get_userbyid(d.defaclrole), coalesce(n.nspname, ''), d.defaclobjtype::text,
             CASE g.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(g.grantee)::text END, g.privilege_type, g.is_grantable::text]
  FROM pg_default_acl AS d LEFT JOIN pg_namespace AS n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) AS g
  WHERE g.grantee <> d.defaclrole AND (g.grantee IN (SELECT oid FROM principal)
    OR (d.defaclobjtype IN ('r', 'S', 'n') AND (d.defaclnamespace = 0 OR n.oid IN (SELECT oid FROM room)
        OR n.nspname = ANY ({schemas}))))
UNION ALL
SELECT ARRAY['role'::text, rolname, concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolinherit THEN 'INHERIT' END,
             CASE WHEN rolcanlogin THEN 'LOGIN' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
             CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
             CASE WHEN rolreplication THEN 'REPLICATION' END),
             coalesce(shobj_description(oid, 'pg_authid') = {mark}, false)::text]
  FROM principal
UNION ALL
SELECT ARRAY['view'::text, room.nspname, c.relname, c.relkind::text, pg_get_userbyid(c.relowner)::text,
             coalesce(array_to_string(c.reloptions, chr(30)), ''),
             CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) ELSE '' END,
             concat_ws(chr(10),
               (SELECT string_agg(pg_get_ruledef(r.oid), chr(10) ORDER BY r.rulename) FROM pg_rewrite AS r
                 WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN'),
               (SELECT string_agg(pg_get_triggerdef(t.oid) || ';', chr(10) ORDER BY t.tgname) FROM pg_trigger AS t
                 WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)),
             coalesce(obj_description(c.oid, 'pg_class'), '')]
  FROM pg_class AS c JOIN room ON room.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT ARRAY['age'::text, room.nspname, c.relname, c.oid::text]
  FROM pg_class AS c JOIN room ON room.oid = c.relnamespace WHERE c.relkind = 'v'
UNION ALL
SELECT ARRAY['room'::text, nspname::text, pg_get_userbyid(nspowner)::text, coalesce(obj_description(oid, 'pg_namespace'), ''),
             (SELECT count(*) FROM pg_depend AS d WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = room.oid
                AND d.classid <> 'pg_class'::regclass)::text]
  FROM room
UNION ALL
SELECT ARRAY['right'::text, p.rolname, CASE d.deptype WHEN 'o' THEN 'owner' ELSE 'privilege' END,
             pg_describe_object(d.classid, d.objid, d.objsubid)]
  FROM pg_shdepend AS d JOIN principal AS p ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = p.oid
  WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (d.deptype = 'o' OR (d.deptype = 'a'
      AND d.classid NOT IN ('pg_class'::regclass, 'pg_namespace'::regclass, 'pg_proc'::regclass, 'pg_default_acl'::regclass)))
