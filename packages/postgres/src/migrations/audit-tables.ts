// The audit log's tables: records that nobody changes, in a partition a day, and where each chain ends, which only rises.

export const AUDIT_TABLES = `
create table audit_chains (
  chain text collate "C" primary key,
  -- from 1, without gaps: a chain that was removed whole is missed
  number int not null unique,
  seq bigint not null,
  hash text not null,
  -- what comes after is kept; what lies before was dropped with its partitions
  kept_after_seq bigint not null default 0,
  kept_after_hash text not null default repeat('0', 64),
  -- by a key of the app's secret: of the end, and of what is kept
  mac text not null,
  kept_mac text,
  recorded_on date not null
) with (fillfactor = 50);

create trigger durable before insert or update or delete on audit_chains
  for each statement execute function keep_durably();

create table audit_records (
  recorded_on date not null,
  chain text collate "C" not null,
  seq bigint not null,
  previous text not null,
  hash text not null,
  -- copies of what is in the entry, to find it by; verifying compares them
  at bigint not null,
  subject text collate "C",
  decision text collate "C",
  entry text not null,
  primary key (chain, seq, recorded_on)
) partition by range (recorded_on);
create index audit_records_subject on audit_records (subject, chain, seq) where subject is not null;
create index audit_records_decision on audit_records (decision) where decision is not null;
create index audit_records_at on audit_records using brin (at);

create function refuse_change() returns trigger
language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % of % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit_records
  for each row execute function refuse_change();
create trigger append_only_truncate before truncate on audit_records
  for each statement execute function refuse_change();
create trigger chains_stay before delete or truncate on audit_chains
  for each statement execute function refuse_change();

create function refuse_going_back() returns trigger
language plpgsql as $$
begin
  if new.chain <> old.chain or new.number <> old.number or new.seq < old.seq
    or (new.seq = old.seq and new.hash <> old.hash)
    or new.kept_after_seq < old.kept_after_seq or new.kept_after_seq > new.seq then
    raise exception 'the end of the audit chain % only advances', old.chain
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger chains_advance before update on audit_chains
  for each row execute function refuse_going_back();

create function ensure_audit_day(day date) returns void
language plpgsql security definer set search_path from current as $$
declare
  part text := 'audit_records_' || to_char(day, 'YYYYMMDD');
begin
  if to_regclass(part) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtext(current_schema() || ' audit days'));
  if to_regclass(part) is not null then
    return;
  end if;
  -- made beside and then attached: appending goes on meanwhile
  execute format('create table %I (like audit_records including defaults including constraints)', part);
  execute format('create trigger append_only_truncate before truncate on %I
    for each statement execute function refuse_change()', part);
  execute format('alter table %I add constraint %I check (recorded_on >= %L and recorded_on < %L)',
    part, part || '_day', day, day + 1);
  execute format('alter table audit_records attach partition %I for values from (%L) to (%L)',
    part, day, day + 1);
end $$;

create function audit_today() returns date
language sql stable as $$ select (now() at time zone 'UTC')::date $$;

-- Ahead: at midnight nobody waits for a table. Only days that are near, whoever calls it.
create function prepare_audit_days() returns void
language plpgsql security definer set search_path from current as $$
begin
  for ahead in 0 .. 2 loop
    perform ensure_audit_day(audit_today() + ahead);
  end loop;
end $$;

-- 'kept'; 'again' where this very batch is there already; 'taken' where the chain's end, or its number, is another
create function append_audit(in_chain text, in_number int, before_seq bigint, before_hash text,
  hashes text[], ats bigint[], subjects text[], decisions text[], entries text[], end_mac text)
returns text
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
  known audit_chains;
  count int := array_length(hashes, 1);
  day date;
begin
  select * into known from audit_chains c where c.chain = in_chain for update;
  if not found then
    perform pg_advisory_xact_lock(hashtext(current_schema() || ' audit chains'));
    if before_seq <> 0 or before_hash <> repeat('0', 64)
      or exists (select from audit_chains c where c.chain = in_chain)
      or in_number <> (select coalesce(max(c.number), 0) + 1 from audit_chains c) then
      return 'taken';
    end if;
    day := audit_today();
    insert into audit_chains (chain, number, seq, hash, mac, recorded_on)
      values (in_chain, in_number, count, hashes[count], end_mac, day);
  elsif known.number = in_number and known.seq = before_seq and known.hash = before_hash then
    -- a clock that goes back does not spread a chain's records out of order
    day := greatest(audit_today(), known.recorded_on);
    update audit_chains c set seq = before_seq + count, hash = hashes[count], mac = end_mac,
      recorded_on = day where c.chain = in_chain;
  elsif known.seq = before_seq + count and known.hash = hashes[count] then
    return 'again';
  else
    return 'taken';
  end if;
  perform ensure_audit_day(day);
  insert into audit_records (recorded_on, chain, seq, previous, hash, at, subject, decision, entry)
    select day, in_chain, before_seq + n, coalesce(lag(hash) over (order by n), before_hash), hash,
      at, subject, decision, entry
    from unnest(hashes, ats, subjects, decisions, entries) with ordinality
      as batch (hash, at, subject, decision, entry, n);
  return 'kept';
end $$;
`
