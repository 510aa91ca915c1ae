// The feed's tables and what may be done to them. Every event takes its place under the lock of one row, which is held
// until it is committed: so nobody sees a later one before an earlier one.

export const FEED_TABLES = `
-- which server this is, and which history of it: both change with a failover or a restore to an earlier moment
create function server_identity() returns text
language plpgsql stable security definer set search_path from current as $$
begin
  return (select system_identifier::text from pg_control_system())
    || ':' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
exception when others then
  -- not told by every service; what followers remember of the history still is
  return 'unknown';
end $$;

create function is_elsewhere(before text, now text) returns boolean
language sql immutable as $$ select before <> now and before <> 'unknown' and now <> 'unknown' $$;

-- what was acknowledged has to be there after a loss of power, whatever the server's default is
create function keep_durably() returns trigger
language plpgsql as $$
begin
  if current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  return null;
end $$;

create table feed_head (
  one boolean primary key default true check (one),
  generation bigint not null,
  sequence bigint not null,
  server text not null
) with (fillfactor = 20);
create trigger durable before insert or update or delete on feed_head
  for each statement execute function keep_durably();
insert into feed_head (generation, sequence, server) values (1, 0, server_identity());

-- the state as of a position; of an earlier generation: what the present one began with
create table feed_snapshot (
  one boolean primary key default true check (one),
  generation bigint not null,
  sequence bigint not null,
  state bytea not null
);
create trigger durable before insert or update or delete on feed_snapshot
  for each statement execute function keep_durably();
insert into feed_snapshot (generation, sequence, state) values (1, 0, '');

create table feed_topics (
  topic text primary key,
  generation bigint not null,
  sequence bigint not null
) with (fillfactor = 50);

-- those after the snapshot
create table feed_events (
  generation bigint not null,
  sequence bigint not null,
  id text not null,
  event text not null,
  primary key (generation, sequence)
);

create function append_event(event_topic text, event_id text, event_text text, expected text)
returns table (outcome text, generation bigint, sequence bigint)
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
  head feed_head;
  last text;
begin
  select * into head from feed_head h where h.one for update;
  if is_elsewhere(head.server, server_identity()) then
    return query select 'moved', head.generation, head.sequence;
    return;
  end if;
  select t.generation || ':' || t.sequence into last from feed_topics t where t.topic = event_topic;
  if expected is not null and expected <> coalesce(last, 'none') then
    return query select 'conflict', split_part(coalesce(last, '0:0'), ':', 1)::bigint,
      split_part(coalesce(last, '0:0'), ':', 2)::bigint;
    return;
  end if;
  update feed_head h set sequence = h.sequence + 1 where h.one returning h.* into head;
  insert into feed_events (generation, sequence, id, event)
    values (head.generation, head.sequence, event_id, event_text);
  insert into feed_topics (topic, generation, sequence)
    values (event_topic, head.generation, head.sequence)
    on conflict (topic) do update set generation = excluded.generation, sequence = excluded.sequence;
  perform pg_notify(current_schema() || '_feed', head.generation || ':' || head.sequence);
  return query select 'appended', head.generation, head.sequence;
end $$;

-- One look at all of it. lost: a follower has seen what is not here ('ahead', or 'forked' where something else is in its
-- place), or the server is another since the generation began ('moved'): a new generation is due.
create function read_feed(from_generation bigint, from_sequence bigint, from_id text)
returns table (in_recovery boolean, generation bigint, sequence bigint, lost text, has_snapshot boolean, state bytea,
  base bigint, events text)
language sql stable security definer set search_path from current set jit = off as $$
  with at as (
    select h.generation, h.sequence, h.server, s.generation as kept, s.sequence as kept_sequence, s.state,
      case when s.generation = h.generation then s.sequence else 0 end as base
    from feed_head h, feed_snapshot s where h.one and s.one
  ), told as (
    select at.*,
      from_generation is null or from_generation <> at.generation
        or from_sequence < at.base or from_sequence > at.sequence as anew,
      case
        when from_generation > at.generation
          or (from_generation = at.generation and from_sequence > at.sequence) then 'ahead'
        when exists (
          select from feed_events e
          where e.generation = from_generation and e.sequence = from_sequence and e.id <> from_id
        ) then 'forked'
        when is_elsewhere(at.server, server_identity()) then 'moved'
      end as lost
    from at
  )
  select pg_is_in_recovery(), told.generation, told.sequence, told.lost, told.anew,
    case when told.anew then told.state end,
    case when told.anew then told.base else from_sequence end,
    (select '[' || string_agg(e.event, ',' order by e.sequence) || ']' from feed_events e
      where e.generation = told.generation
        and e.sequence > case when told.anew then told.base else from_sequence end)
  from told $$;

-- A new generation after the end that was read. It begins with what a follower had folded. 'begun'; 'late' where that is
-- no longer the end; 'forked' where the follower, who has seen more, knows another event at the end, or none.
create function begin_generation(after_generation bigint, after_sequence bigint, known_id text,
  at_generation bigint, at_sequence bigint, folded bytea)
returns text
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
  head feed_head;
begin
  perform from feed_snapshot for update;
  select * into head from feed_head h where h.one for update;
  if head.generation <> after_generation or head.sequence <> after_sequence then
    return 'late';
  end if;
  if exists (
    select from feed_events e
    where e.generation = head.generation and e.sequence = head.sequence and e.id is distinct from known_id
  ) then
    return 'forked';
  end if;
  update feed_head set generation = greatest(head.generation, at_generation) + 1, sequence = 0,
    server = server_identity();
  update feed_snapshot set generation = at_generation, sequence = at_sequence, state = folded;
  delete from feed_events;
  perform pg_notify(current_schema() || '_feed', '');
  return 'begun';
end $$;

-- 'kept', 'older' than the one that is there or of another generation, or 'beyond' the end
create function save_snapshot(at_generation bigint, at_sequence bigint, apart bigint, folded bytea) returns text
language plpgsql security definer set search_path from current as $$
#variable_conflict use_column
declare
  snapshot record;
  head feed_head;
begin
  select s.generation, s.sequence into snapshot from feed_snapshot s for update;
  select * into head from feed_head;
  if at_generation > head.generation or (at_generation = head.generation and at_sequence > head.sequence) then
    return 'beyond';
  end if;
  if at_generation < head.generation or (snapshot.generation = at_generation
    and at_sequence < snapshot.sequence + case when snapshot.sequence = 0 then 1 else apart end) then
    return 'older';
  end if;
  update feed_snapshot set generation = at_generation, sequence = at_sequence, state = folded;
  delete from feed_events e where e.generation = at_generation and e.sequence <= at_sequence;
  return 'kept';
end $$;
`
