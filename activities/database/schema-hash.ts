import { createHash } from 'node:crypto';
import type { Connection } from './connect.ts';

/** A database's schema as hashes: one over all, and one per object, to name what differs. */
export interface SchemaHash {
  /** SHA-256 over all, 64 hex. */
  readonly hash: string;
  /** 12 hex per `kind schema.name`. */
  readonly objects: Readonly<Record<string, string>>;
}

/**
 * One line per fact: object, kind of fact, text. From pg_catalog only, with the empty search path so that every name is
 * written with its schema. Without firedrill's own schema, which a copy may or may not have, and without temporary ones.
 */
const schemaLines = `
WITH relations AS (
  SELECT c.oid, c.relkind, n.nspname, c.relname, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relispartition, c.relpartbound, c.reloptions,
    CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' END
      || ' ' || n.nspname || '.' || c.relname AS object
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'firedrill') AND n.nspname !~ '^pg_(toast|temp)'
), lines AS (
  SELECT object, 'relation' AS fact, format('%s %s rls=%s/%s partition=%s options=%s', relkind, relpersistence, relrowsecurity, relforcerowsecurity,
      CASE WHEN relispartition THEN pg_get_expr(relpartbound, oid) ELSE '' END, array_to_string(reloptions, ',')) AS text FROM relations
  UNION ALL
  SELECT object, 'column ' || a.attname, format('%s notnull=%s default=%s identity=%s generated=%s collation=%s', format_type(a.atttypid, a.atttypmod), a.attnotnull,
      coalesce(pg_get_expr(d.adbin, d.adrelid), ''), a.attidentity, a.attgenerated, CASE WHEN a.attcollation = t.typcollation THEN '' ELSE a.attcollation::regcollation::text END)
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE r.relkind <> 'S'
  UNION ALL
  SELECT object, 'constraint ' || k.conname, pg_get_constraintdef(k.oid) || ' validated=' || k.convalidated::text FROM relations r JOIN pg_constraint k ON k.conrelid = r.oid
  UNION ALL
  SELECT object, 'index ' || i.indexrelid::regclass, format('%s valid=%s ready=%s', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready) FROM relations r JOIN pg_index i ON i.indrelid = r.oid
  UNION ALL
  SELECT object, 'trigger ' || g.tgname, pg_get_triggerdef(g.oid) || ' enabled=' || g.tgenabled::text FROM relations r JOIN pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
  UNION ALL
  SELECT object, 'policy ' || p.polname, format('%s %s using=%s check=%s', p.polcmd, p.polpermissive, coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''))
    FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
  UNION ALL
  SELECT object, 'definition', pg_get_viewdef(r.oid) FROM relations r WHERE r.relkind IN ('v', 'm')
  UNION ALL
  SELECT object, 'sequence', format('%s start=%s min=%s max=%s step=%s cycle=%s', format_type(s.seqtypid, NULL), s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcycle)
    FROM relations r JOIN pg_sequence s ON s.seqrelid = r.oid
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure, 'definition', CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE md5(pg_get_functiondef(p.oid)) END
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'firedrill') AND n.nspname !~ '^pg_(toast|temp)'
      AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e')
  UNION ALL
  SELECT 'type ' || t.oid::regtype, 'labels', string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid
    JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'firedrill') GROUP BY t.oid
  UNION ALL
  SELECT 'type ' || t.oid::regtype, 'domain', format('%s notnull=%s default=%s', format_type(t.typbasetype, t.typtypmod), t.typnotnull, coalesce(t.typdefault, ''))
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'firedrill')
  UNION ALL
  SELECT 'type ' || k.contypid::regtype, 'constraint ' || k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid <> 0
    AND k.connamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'firedrill'))
  UNION ALL
  SELECT 'extension ' || x.extname, 'version', x.extversion FROM pg_extension x
)
SELECT object, fact, text FROM lines ORDER BY object COLLATE "C", fact COLLATE "C", text COLLATE "C"`;

/** Hashes the schema. To be called inside `inReadOnly`; the search path it sets ends with that transaction. */
export async function readSchemaHash(connection: Connection): Promise<SchemaHash> {
  await connection.ask(`SELECT set_config('search_path', '', true)`);
  const byObject = new Map<string, string[]>();
  for (const [object, fact, text] of await connection.ask(schemaLines)) {
    const lines = byObject.get(object ?? '') ?? [];
    lines.push(`${fact}\t${text}`);
    byObject.set(object ?? '', lines);
  }
  const whole = createHash('sha256');
  const objects: Record<string, string> = {};
  for (const [object, lines] of byObject) {
    const text = `${object}\n${lines.join('\n')}\n`;
    whole.update(text);
    objects[object] = createHash('sha256').update(text).digest('hex').slice(0, 12);
  }
  return { hash: whole.digest('hex'), objects };
}

/** Which objects differ, at most `most` of them, in words; empty when none does. */
export function schemaDifferences(expected: SchemaHash['objects'], found: SchemaHash['objects'], most = 5): string {
  const lines = [
    ...Object.keys(expected)
      .filter((object) => !Object.hasOwn(found, object))
      .map((object) => `${object} is missing`),
    ...Object.keys(found)
      .filter((object) => !Object.hasOwn(expected, object))
      .map((object) => `${object} is new`),
    ...Object.keys(found)
      .filter((object) => Object.hasOwn(expected, object) && expected[object] !== found[object])
      .map((object) => `${object} differs`),
  ];
  return lines.length <= most ? lines.join(', ') : `${lines.slice(0, most).join(', ')} and ${lines.length - most} more`;
}
