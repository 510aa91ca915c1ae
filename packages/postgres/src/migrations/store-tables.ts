// The store's table, and the one operation that is no single statement.

export const STORE_TABLES = `
-- the one clock of the store, in milliseconds: that of the server, which all instances share
create function store_now() returns bigint
language sql volatile set search_path from current as $$ select (extract(epoch from clock_timestamp()) * 1000)::bigint $$;

create sequence store_versions;

create table store_entries (
  owner text collate "C" not null,
  kind text collate "C" not null,
  id text collate "C" not null,
  value text not null,
  version bigint not null,
  expires_at bigint,
  primary key (owner, kind, id)
) with (fillfactor = 80);
create trigger durable before insert or update or delete on store_entries
  for each statement execute function keep_durably();
create index store_entries_expiry on store_entries (expires_at) where expires_at is not null;

-- all counters or none; numbers are those of JSON, and the sums those of JavaScript
create function add_if_below(key_kind text, key_owner text, key_id text, names text[], amounts float8[],
  limits float8[], ttl bigint)
returns table (added boolean, totals text)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
  entry store_entries;
  alive boolean;
  before jsonb;
  after jsonb;
  total float8;
begin
  loop
    select * into entry from store_entries e
      where e.owner = key_owner and e.kind = key_kind and e.id = key_id for update;
    alive := found and coalesce(entry.expires_at > store_now(), true);
    before := case when alive then entry.value::jsonb else '{}' end;
    after := before;
    for i in 1 .. coalesce(array_length(names, 1), 0) loop
      total := coalesce((before ->> names[i])::float8, 0) + amounts[i];
      if not (amounts[i] >= 0 and total <= limits[i]) or limits[i] is null then
        return query select false, before::text;
        return;
      end if;
      after := after || jsonb_build_object(names[i], total);
    end loop;
    if entry.owner is not null then
      update store_entries e set value = after::text, version = nextval('store_versions'),
        expires_at = case when alive then entry.expires_at else store_now() + ttl end
        where e.owner = key_owner and e.kind = key_kind and e.id = key_id;
      return query select true, after::text;
      return;
    end if;
    insert into store_entries (owner, kind, id, value, version, expires_at)
      values (key_owner, key_kind, key_id, after::text, nextval('store_versions'), store_now() + ttl)
      on conflict do nothing;
    if found then
      return query select true, after::text;
      return;
    end if;
    -- somebody else was first: their counters count
  end loop;
end $$;
`
