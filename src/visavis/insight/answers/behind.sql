-- name: rows
with lines as (
    select x.*,
        case when coalesce(x.invoice_status, '') in ('draft', 'void') then 'not_issued'
            when coalesce(x.currency, '') <> $3::text then 'other_currency'
            when x.issued_on is null then 'undated'
            when x.issued_on >= $2::date then 'later'
            when coalesce(x.product_code, '') = any($4::text[]) then 'fee'
            when coalesce(x.invoice_kind, 'invoice') = 'credit_note' then 'credit_note'
            when coalesce(x.amount, 0) = 0 then 'free'
            when x.amount < 0 then 'deduction'
            when $5::boolean and not (coalesce(x.quantity, 0) > 0 and coalesce(x.unit_price, 0) > 0
                and coalesce(x.invoice_number, '') not like 'C%') then 'left_out'
            else 'sale' end as bucket
    from (
        select l.id as line_id, {line_columns}
        from invoice_line l
        join invoice i on i.id = l.invoice and i.deleted_at is null
        left join product p on p.id = l.product
        where l.deleted_at is null and {own_invoice}
    ) x
), signed as (
    select *, case when bucket = 'credit_note' and sum(coalesce(amount, 0)) over (partition by invoice_id, bucket) > 0
        then -1 else 1 end as sign
    from lines where bucket = any($6::text[])
), goods as (
    select *, case when cost is null and coalesce(amount, 0) <> 0 then sum(case when cost is null then amount * sign end)
        over (partition by cost is null order by line_id)::float8 * $10::float8 end as until
    from signed where issued_on between coalesce($7::date, '-infinity') and coalesce($8::date, 'infinity')
), line_bars as (
    select 'gross' as bar, 'invoice_line' as source, line_id as record_id, issued_on as day,
        (case when bucket = 'sale' then amount else 0 end + discount)::bigint as cost
    from signed where bucket in ('sale', 'free') and (bucket = 'sale' or discount <> 0)
    union all
    select 'discounts', 'invoice_line', line_id, issued_on, case when bucket = 'deduction' then -amount else discount end
    from signed where bucket = 'deduction' or (bucket in ('sale', 'free') and discount <> 0)
    union all
    select 'returns', 'invoice_line', line_id, issued_on, -coalesce(amount, 0) * sign
    from signed where bucket = 'credit_note'
    union all
    select 'goods', 'invoice_line', line_id, issued_on, case when until is null then cost * sign
        else (sign(until) * floor(abs(until) + 0.5)
            - coalesce(lag(sign(until) * floor(abs(until) + 0.5)) over (partition by until is null order by line_id), 0)
            )::bigint end
    from goods where cost is not null or coalesce(amount, 0) <> 0
), said as (
    select distinct on (driver, valid_from) driver, unit, currency::text as currency, valid_from,
        (amount * 10000)::bigint as rate, (minutes * 10000)::bigint as usual
    from cost_rate where id <= $9::bigint order by driver, valid_from, id desc
), spans as (
    select * from (
        select *, coalesce(lead(valid_from) over (partition by driver order by valid_from), 'infinity') as valid_to from said
    ) s where rate is not null and currency = $3::text
), entered as (
    select t.id, t.kind, t.activity, t.ticket, t.invoice from cost t where t.deleted_at is null
), activities as (
    select t.id, {activity_columns} from activity t {activity_joins}
    where t.deleted_at is null and t.id in (
        select a.id from activity a where a.{customer} = $1::bigint
        union select a.id from activity a join ticket k on k.id = a.ticket where k.{customer} = $1::bigint
        union select a.id from activity a join deal k on k.id = a.deal where k.{customer} = $1::bigint
    )
), invoices as (
    select invoice_id, issued_on, min(due_on) as due_on, max(coalesce(invoice_status, 'open')) as status,
        coalesce(max(invoice_total), sum(amount))::bigint as total
    from lines
    where coalesce(invoice_kind, 'invoice') <> 'credit_note' and currency = $3::text
        and coalesce(invoice_status, '') not in ('draft', 'void')
    group by 1, 2
), lent as (
    select n.invoice_id, n.issued_on, n.total, p.paid, p.lent_paid,
        case when n.status <> 'paid' then $2::date when n.due_on is not null then least(n.due_on, $2::date) end as ends
    from invoices n cross join lateral (
        select coalesce(sum((t.amount * 10000)::bigint), 0) as paid,
            coalesce(sum((t.amount * 10000)::bigint * greatest(t.paid_on - n.issued_on, 0)), 0) as lent_paid
        from payment t where t.invoice = n.invoice_id and t.deleted_at is null and t.paid_on < $2::date
            and t.amount_currency = $3::text
    ) p
    where n.total > 0 and exists (select 1 from spans where driver = 'credit')
        and not exists (select 1 from entered e where e.invoice = n.invoice_id and e.kind = 'credit')
), work as (
    select case when ticket_id is null then 'sales' else 'service' end as bar, 'activity' as source, id as record_id,
        day, kind as driver, null as fallback, minutes, 10000::bigint as pieces, null::bigint as lent, null::bigint as given
    from activities a
    where {own_work} and (kind in ('call', 'meeting', 'visit')
            or (kind in ('task', 'email', 'note') and exists (select 1 from spans where driver = kind)))
        and not exists (select 1 from entered e where e.activity = a.id)
    union all
    select 'service', 'ticket', x.id, x.opened_on, 'ticket.' || coalesce(x.priority, 'none'), 'ticket', null, 10000, null, null
    from (select t.id, {ticket_columns} from ticket t where t.deleted_at is null and {own_ticket}) x
    where not exists (select 1 from entered e where e.ticket = x.id and e.activity is null)
    union all
    select distinct case when bucket = 'sale' then 'delivery' else 'returns' end, 'invoice', invoice_id, issued_on,
        case when bucket = 'sale' then 'delivery' else 'return' end, null, null::bigint, 10000::bigint, null::bigint, null::bigint
    from lines x
    where bucket in ('sale', 'credit_note')
        and exists (select 1 from spans where driver = case when bucket = 'sale' then 'delivery' else 'return' end)
        and not exists (select 1 from entered e where e.invoice = x.invoice_id
            and e.kind = case when bucket = 'sale' then 'delivery' else 'return' end)
    union all
    select 'credit', 'invoice', invoice_id, issued_on, 'credit', null, null, null,
        (case when ends is null and total > paid then null
            else lent_paid + greatest(total - paid, 0) * greatest(coalesce(ends - issued_on, 0), 0) end)::bigint, null
    from lent
    union all
    select case when c.kind in ('time', 'visit')
                then case when coalesce(c.ticket_id, a.ticket) is null then 'sales' else 'service' end
            when c.kind = 'ticket' then 'service' when c.kind = 'discount' then 'discounts'
            when c.kind = 'return' then 'returns' when c.kind in ('delivery', 'credit', 'campaign') then c.kind
            else 'other' end,
        'cost', c.id, c.day, case when c.amount is null then coalesce(c.kind, 'other') else 'by_hand' end, null,
        c.quantity * 60, c.quantity, null, case when c.currency = $3::text then c.amount end
    from (select t.id, {cost_columns} from cost t where t.deleted_at is null and {own_ticket}) c
    left join activity a on a.id = c.activity_id and a.deleted_at is null
), priced as (
    select w.bar, w.source, w.record_id, w.day, w.driver,
        coalesce(s.unit, g.unit) as unit, coalesce(s.rate, g.rate) as rate,
        coalesce(w.minutes, s.usual, g.usual) as minutes, w.pieces, w.lent, w.given
    from work w
    left join spans s on s.driver = w.driver and w.day >= s.valid_from and w.day < s.valid_to
    left join spans g on g.driver = w.fallback and w.day >= g.valid_from and w.day < g.valid_to
    where w.day < $2::date
), found as (
    select bar, source, record_id, day, null as driver, null as unit, null::bigint as rate, null::bigint as quantity, cost
    from line_bars
    union all
    select bar, source, record_id, day, driver, unit, rate,
        case unit when 'hour' then minutes when 'each' then pieces else lent end,
        coalesce(given, case unit
            when 'hour' then floor(minutes::float8 * rate::float8 / 600000.0::float8 + 0.5::float8)
            when 'each' then floor(pieces::float8 * rate::float8 / 10000.0::float8 + 0.5::float8)
            else floor(lent::float8 * rate::float8 / 365000000.0::float8 + 0.5::float8) end::bigint)
    from priced
), wanted as (
    select f.*, case f.source {visible} else false end as visible,
        case when f.source in ({dated}) then f.day end as told_day
    from found f
    where f.bar = $11::text and f.day between coalesce($7::date, '-infinity') and coalesce($8::date, 'infinity')
)
select *, count(*) over () as all_rows, sum(coalesce(cost, 0)) over () as all_cost,
    count(*) filter (where cost is null) over () as all_unknown,
    count(*) filter (where not visible) over () as hidden_rows,
    coalesce(sum(coalesce(cost, 0)) filter (where not visible) over (), 0) as hidden_cost
from wanted order by visible desc, told_day desc nulls last, source, record_id limit $12::bigint offset $13::bigint
