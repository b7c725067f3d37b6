do $$
declare
  functions constant text := 'cloudsqliamserviceaccount';
  here constant text := current_schema();
begin
  if to_regrole(functions) is null then
    return;
  end if;
  execute format('alter default privileges in schema %I revoke usage on sequences from %I', here, functions);
  execute format(
    'alter default privileges in schema %I revoke select, insert, update, delete on tables from %I', here, functions);
  execute format('revoke all on all sequences in schema %I from %I', here, functions);
  execute format('revoke all on all tables in schema %I from %I', here, functions);
  execute format('revoke all on schema %I from %I', here, functions);
end
$$;
