-- Repeatable: the role may appear after this version, and another owner may have made objects since.
-- What each function may do in the deployment on Google Cloud: use what is in the schema, and make or drop nothing.
-- Cloud SQL gives this role to every service account that logs in as itself; elsewhere it is not there.

do $$
declare
  functions constant text := 'cloudsqliamserviceaccount';
  here constant text := current_schema();
begin
  if to_regrole(functions) is null then
    return;
  end if;
  execute format('grant usage on schema %I to %I', here, functions);
  execute format('grant select, insert, update, delete on all tables in schema %I to %I', here, functions);
  execute format('grant usage on all sequences in schema %I to %I', here, functions);
  -- what is applied is for whoever migrates to write
  execute format('revoke insert, update, delete on schema_version from %I', functions);
  -- what later versions make, from the moment they make it
  execute format(
    'alter default privileges in schema %I grant select, insert, update, delete on tables to %I', here, functions);
  execute format('alter default privileges in schema %I grant usage on sequences to %I', here, functions);
end
$$;
