package dev.build0711.runner.postgres;

import dev.build0711.runner.testing.PostgresExtension;
import javax.sql.DataSource;

/// What is in a schema, a line for each thing, in a fixed order: as complete as a dump of the
/// schema, without its data.
final class Catalog {

  /// The privileges that nobody has granted are those that PostgreSQL assumes, written out.
  private static final String LINES =
      """
      with here as (select current_schema()::regnamespace::oid as oid),
      relation as (
        select c.* from pg_class c, here where c.relnamespace = here.oid),
      line (text) as (
        select format('relation %s %s persistence=%s options=%s rls=%s owner=%s acl=%s comment=%s',
                      relkind, relname, relpersistence, reloptions, relrowsecurity, relowner::regrole,
                      (select array_agg(item order by item::text)
                       from unnest(coalesce(relacl, acldefault(
                         case relkind when 'S' then 's' else 'r' end::"char", relowner))) item),
                      obj_description(oid, 'pg_class'))
        from relation
        union all
        select format('column %s %s %s %s null=%s default=%s collation=%s storage=%s%s target=%s options=%s identity=%s generated=%s acl=%s comment=%s',
                      relation.relname,
                      row_number() over (partition by relation.oid order by a.attnum),
                      a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
                      pg_get_expr(d.adbin, d.adrelid), a.attcollation, a.attstorage, a.attcompression, a.attstattarget, a.attoptions, a.attidentity,
                      a.attgenerated, a.attacl, col_description(relation.oid, a.attnum))
        from relation
        join pg_attribute a on a.attrelid = relation.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        union all
        select format('constraint %s on %s %s comment=%s', conname, conrelid::regclass,
                      pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint'))
        from pg_constraint c, here where c.connamespace = here.oid
        union all
        select format('index %s valid=%s', pg_get_indexdef(i.indexrelid), i.indisvalid)
        from pg_index i join relation on relation.oid = i.indexrelid
        union all
        select format('sequence %s type=%s start=%s by=%s min=%s max=%s cache=%s cycle=%s', s.seqrelid::regclass,
                      s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle)
        from pg_sequence s join relation on relation.oid = s.seqrelid
        union all
        select format('view %s %s', relname, pg_get_viewdef(oid)) from relation where relkind in ('v', 'm')
        union all
        select format('rule %s', pg_get_ruledef(r.oid)) from pg_rewrite r join relation on relation.oid = r.ev_class
        union all
        select format('policy %s on %s for %s %s %s', p.polname, relation.relname, p.polcmd,
                      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
        from pg_policy p join relation on relation.oid = p.polrelid
        union all
        select format('routine %s owner=%s acl=%s comment=%s', pg_get_functiondef(p.oid), p.proowner::regrole,
                      coalesce(p.proacl, acldefault('f', p.proowner)), obj_description(p.oid, 'pg_proc'))
        from pg_proc p, here where p.pronamespace = here.oid and p.prokind <> 'a'
        union all
        select format('trigger %s enabled=%s', pg_get_triggerdef(t.oid), t.tgenabled)
        from pg_trigger t join relation on relation.oid = t.tgrelid where not t.tgisinternal
        union all
        select format('type %s %s of=%s default=%s owner=%s acl=%s labels=%s comment=%s', t.typtype, t.typname,
                      t.typbasetype::regtype, t.typdefault, t.typowner::regrole,
                      coalesce(t.typacl, acldefault('T', t.typowner)),
                      (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
                      obj_description(t.oid, 'pg_type'))
        from pg_type t, here where t.typnamespace = here.oid
        union all
        select format('statistics %s', pg_get_statisticsobjdef(s.oid))
        from pg_statistic_ext s, here where s.stxnamespace = here.oid
        union all
        select format('extension %s %s', extname, extversion) from pg_extension
        union all
        select format('schema %s owner=%s acl=%s comment=%s', nspname, nspowner::regrole,
                      (select array_agg(item order by item::text) from unnest(nspacl) item),
                      obj_description(oid, 'pg_namespace'))
        from pg_namespace where nspname !~ '^pg_(toast|temp)'
        union all
        select format('default privileges of %s in %s on %s %s', defaclrole::regrole,
                      defaclnamespace::regnamespace, defaclobjtype, defaclacl)
        from pg_default_acl)
      select string_agg(text, chr(10) order by text collate "C") from line
      """;

  private Catalog() {}

  static String of(DataSource source) {
    return PostgresExtension.value(source, LINES);
  }
}
