//! Stripe, as its dashboard exports it: times in UTC to the minute, money as decimals, metadata as `key (metadata)`.

use super::calendar::{Day, day, minutes, months_later, office_hour};
use super::cast;
use super::companies::{PLANS, Paid, Standing, TODAY, period, price};
use super::dice::Dice;
use super::keys::salesforce_15;
use super::table::Table;
use super::truth::{Export, Kind};
use super::world::World;

/// Invoices before this day stayed in the old billing tool.
const FIRST_INVOICE: Day = day(2025, 1, 1);

#[rustfmt::skip]
const CUSTOMER: &[&str] = &["id", "Description", "Email", "Name", "Created (UTC)", "Delinquent", "Card Last4", "Card Brand", "Card Exp Month", "Card Exp Year",
    "Card Address Country", "Plan", "Status", "Cancel At Period End", "Account Balance", "Currency", "Total Spend", "Payment Count", "Business Vat ID",
    "salesforce_account_id (metadata)", "workspace (metadata)"];
#[rustfmt::skip]
const SUBSCRIPTION: &[&str] = &["id", "Customer ID", "Customer Description", "Customer Email", "Plan", "Quantity", "Currency", "Interval", "Amount", "Status",
    "Created (UTC)", "Start (UTC)", "Current Period Start (UTC)", "Current Period End (UTC)", "Trial Start (UTC)", "Trial End (UTC)",
    "Canceled At (UTC)", "Ended At (UTC)", "Cancel At Period End", "workspace_id (metadata)"];
#[rustfmt::skip]
const INVOICE: &[&str] = &["id", "Number", "Customer", "Subscription", "Currency", "Date (UTC)", "Due Date (UTC)", "Amount Due", "Amount Paid", "Tax",
    "Total", "Paid", "Status"];

struct Bill {
    id: String,
    customer: String,
    subscription: String,
    date: Day,
    cents: i64,
    currency: &'static str,
    status: &'static str,
}

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "stripe");
    let mut customers = Table::plain(CUSTOMER);
    let mut subscriptions = Table::plain(SUBSCRIPTION);
    let mut bills: Vec<Bill> = Vec::new();
    for at in 0..world.companies.len() {
        let Some(payer) = world.keys.payer[at].clone() else { continue };
        let bills_before = bills.len();
        let phases = world.companies[at].paid.clone();
        for (nth, phase) in phases.iter().enumerate() {
            let id =
                if at == 0 && nth == 1 { "sub_1KqVd2Lw9xPz".to_owned() } else { format!("sub_1{}", dice.base62(23)) };
            // The payer of a few subscriptions was deleted in Stripe.
            let orphan = at % 50 == 31 && nth == 0;
            let customer = if orphan { format!("cus_{}", dice.base62(14)) } else { payer.clone() };
            if orphan {
                world.truth.trap(
                    "subscription without a payer",
                    &format!("Stripe/Subscription/{id}"),
                    "Customer ID is in no file",
                );
            }
            subscription(world, &mut dice, &mut subscriptions, at, phase, &id, &customer);
            invoices(world, &mut dice, &mut bills, at, phase, &id, &customer);
        }
        if world.companies[at].standing == Standing::Trial {
            let id = format!("sub_1{}", dice.base62(23));
            trialing(world, &mut dice, &mut subscriptions, at, &id, &payer);
        }
        let spent: i64 = bills[bills_before..]
            .iter()
            .filter(|bill| bill.status == "paid")
            .map(|bill| bill.cents + bill.cents / 500 * 100)
            .sum();
        let count = bills[bills_before..].iter().filter(|bill| bill.status == "paid").count();
        customer(world, &mut dice, &mut customers, at, &payer, spent, count);
        if at >= cast::COMPANIES && dice.chance(28) {
            let double = format!("cus_{}", dice.base62(14));
            world.truth.trap(
                "duplicate inside one system",
                &format!("Stripe/Customer/{double}"),
                "payer entered twice, nothing was ever billed to it",
            );
            customer(world, &mut dice, &mut customers, at, &double, 0, 0);
        }
    }
    for (nth, name) in ["Test Customer", "QA-7", "stripe test"].iter().enumerate() {
        let id = format!("cus_{}", dice.base62(14));
        world.truth.is(&format!("Stripe/Customer/{id}"), Kind::Company, &format!("test-payer-{nth}"));
        world.truth.test(&format!("Stripe/Customer/{id}"), "test: payer for trying things out");
        let mut cells = vec![String::new(); CUSTOMER.len()];
        (cells[0], cells[2], cells[3]) = (id, "test@larkfield.example".to_owned(), (*name).to_owned());
        (cells[4], cells[5]) = (minutes(office_hour(day(2023, 2, 2), 99)), "false".to_owned());
        customers.row(&cells);
    }
    bills.sort_by(|one, other| (one.date, &one.id).cmp(&(other.date, &other.id)));
    let mut invoices = Table::plain(INVOICE);
    for (nth, bill) in bills.iter().enumerate() {
        write_invoice(&mut invoices, nth, bill);
    }
    [("customers.csv", customers), ("subscriptions.csv", subscriptions), ("invoices.csv", invoices)]
        .into_iter()
        .map(|(name, table)| Export {
            path: format!("Stripe/{name}"),
            rows: table.rows,
            bytes: table.into_bytes(),
            quarantined: 0,
            encoding: "UTF-8",
            format: "comma",
            header_line: 1,
            as_of: TODAY,
            extent: "full",
        })
        .collect()
}

/// Money as the dashboard writes it: decimals, but none for yen.
fn money(cents: i64, currency: &str) -> String {
    if currency == "jpy" { (cents / 100).to_string() } else { format!("{}.{:02}", cents / 100, cents % 100) }
}

fn customer(world: &mut World, dice: &mut Dice, table: &mut Table, at: usize, id: &str, spent: i64, count: usize) {
    let key = format!("Stripe/Customer/{id}");
    let mut name = world.spell_company(dice, at, &key);
    match at {
        6 => {
            name = "Café \u{1b}[31mRouge".to_owned();
            world.truth.trap("hostile text", &key, "ESC sequence in the name");
        }
        7 => {
            name = world.companies[at].native.clone().unwrap_or(name);
            world.truth.trap("name in its own script", &key, "");
        }
        _ => {}
    }
    let company = &world.companies[at];
    let real_id = company.real_id.clone();
    let buyer =
        world.people.iter().find(|person| person.company == at).map(|person| person.email.clone()).unwrap_or_default();
    let email = if dice.chance(400) { format!("billing@{}", company.domain) } else { buyer };
    let live = company.pays_today() && count > 0;
    let late = live && at % 41 == 9;
    // The integration wrote 15 characters, and for some the account that was merged away since.
    let linked = !at.is_multiple_of(3) || at < cast::COMPANIES;
    let account = match world.keys.lost_accounts.get(&at) {
        Some(lost) if linked => {
            world.truth.trap("reference to a merged record", &key, "metadata names an account that was merged away");
            Some(lost.clone())
        }
        _ => world.keys.account[at].clone().filter(|_| linked),
    };
    let first = company.trial.unwrap_or(company.known);
    table.row(&[
        id.to_owned(),
        if dice.chance(300) { company.short.clone() } else { String::new() },
        email,
        name,
        minutes(office_hour(first, dice.roll())),
        late.to_string(),
        "4242".to_owned(),
        (*dice.pick(&["Visa", "MasterCard", ""])).to_owned(),
        dice.between(1, 12).to_string(),
        dice.between(2025, 2029).to_string(),
        company.country().code.to_owned(),
        company.paid.last().filter(|_| live).map(|paid| PLANS[paid.plan.min(3)].to_owned()).unwrap_or_default(),
        if late {
            "past_due"
        } else if live {
            "active"
        } else {
            ""
        }
        .to_owned(),
        "false".to_owned(),
        "0.00".to_owned(),
        company.country().currency.to_owned(),
        money(spent, company.country().currency),
        count.to_string(),
        if dice.chance(500) { company.vat.clone() } else { String::new() },
        account.as_deref().map(salesforce_15).unwrap_or_default().to_owned(),
        world.keys.workspaces[at].first().filter(|_| at % 4 == 2).map(|room| room.slug.clone()).unwrap_or_default(),
    ]);
    world.truth.is(&key, Kind::Company, &real_id);
}

fn subscription(world: &World, dice: &mut Dice, table: &mut Table, at: usize, phase: &Paid, id: &str, customer: &str) {
    let company = &world.companies[at];
    let (begins, ends) = period(phase);
    let salt = dice.roll();
    let at_hour = |day: Day| minutes(office_hour(day, salt));
    let status = match phase.until {
        Some(_) => "canceled",
        None if at % 41 == 9 => "past_due",
        None => "active",
    };
    // Who comes back gets no second trial.
    let trial = company.trial.filter(|_| company.paid.first().is_some_and(|first| first.from == phase.from));
    let cancelled = match (at, phase.until) {
        (0, Some(until)) => format!("{} 08:14", super::calendar::iso(until)),
        (_, Some(until)) => at_hour(until),
        _ => String::new(),
    };
    table.row(&[
        id.to_owned(),
        customer.to_owned(),
        company.short.clone(),
        format!("billing@{}", company.domain),
        PLANS[phase.plan.min(3)].to_owned(),
        "1".to_owned(),
        company.country().currency.to_owned(),
        match phase.every {
            12 => "year",
            3 => "3 months",
            _ => "month",
        }
        .to_owned(),
        money(price(company, phase), company.country().currency),
        status.to_owned(),
        at_hour(phase.from),
        at_hour(phase.from),
        at_hour(begins),
        at_hour(ends),
        trial.map(at_hour).unwrap_or_default(),
        trial.map(|_| at_hour(phase.from)).unwrap_or_default(),
        cancelled.clone(),
        cancelled,
        (phase.until.is_none() && dice.chance(15)).to_string(),
        world.keys.workspaces[at].first().map(|room| room.id.clone()).unwrap_or_default(),
    ]);
}

fn trialing(world: &World, dice: &mut Dice, table: &mut Table, at: usize, id: &str, customer: &str) {
    let Some(trial) = world.companies[at].trial else { return };
    let phase = Paid { from: trial, until: None, every: 1, plan: 1 };
    let start = minutes(office_hour(trial, dice.roll()));
    let end = minutes(office_hour(trial + 30, 7));
    let company = &world.companies[at];
    let room = world.keys.workspaces[at].first().map(|room| room.id.clone()).unwrap_or_default();
    let (amount, currency) = (money(price(company, &phase), company.country().currency), company.country().currency);
    let mail = format!("billing@{}", company.domain);
    table.row(&[
        id,
        customer,
        &company.short,
        &mail,
        "Team",
        "1",
        currency,
        "month",
        &amount,
        "trialing",
        &start,
        &start,
        &start,
        &end,
        &start,
        &end,
        "",
        "",
        "false",
        &room,
    ]);
}

fn invoices(
    world: &mut World,
    dice: &mut Dice,
    bills: &mut Vec<Bill>,
    at: usize,
    phase: &Paid,
    subscription: &str,
    customer: &str,
) {
    let company = &world.companies[at];
    let cents = price(company, phase);
    let currency = company.country().currency;
    let mut date = phase.from;
    let mut step = 0;
    while date <= TODAY && phase.until.is_none_or(|until| date < until) {
        if date >= FIRST_INVOICE {
            let last = months_later(phase.from, step + phase.every) > TODAY
                || phase.until.is_some_and(|until| months_later(phase.from, step + phase.every) >= until);
            let status = match (last, phase.until.is_some(), at % 41 == 9) {
                (true, true, _) if dice.chance(300) => "uncollectible",
                (true, false, true) => "open",
                _ if dice.chance(8) => "void",
                _ => "paid",
            };
            let mut bill = Bill {
                id: format!("in_1{}", dice.base62(23)),
                customer: customer.to_owned(),
                subscription: subscription.to_owned(),
                date,
                cents,
                currency,
                status,
            };
            if dice.below(1_100) == 0 {
                bill.customer = format!("cus_{}", dice.base62(14));
                world.truth.trap("orphan reference", &format!("Stripe/Invoice/{}", bill.id), "Customer is in no file");
            }
            bills.push(bill);
        }
        step += phase.every;
        date = months_later(phase.from, step);
    }
}

fn write_invoice(table: &mut Table, nth: usize, bill: &Bill) {
    let tax = bill.cents / 500 * 100;
    let total = bill.cents + tax;
    let paid = if bill.status == "paid" { total } else { 0 };
    table.row(&[
        bill.id.clone(),
        format!("LARK-{:05}", 20_000 + nth),
        bill.customer.clone(),
        bill.subscription.clone(),
        bill.currency.to_owned(),
        minutes(office_hour(bill.date, nth as u64 * 77)),
        minutes(office_hour(bill.date + 14, nth as u64 * 77)),
        money(total, bill.currency),
        money(paid, bill.currency),
        money(tax, bill.currency),
        money(total, bill.currency),
        (bill.status == "paid").to_string(),
        bill.status.to_owned(),
    ]);
}
