//! What happened in the product: one JSON object per event, gzipped. A workspace's state changes in full, its logins summed
//! by month for as long as the product keeps them.

use serde_json::json;

use super::archive;
use super::calendar::{Day, civil, day, months_later, office_hour, zulu};
use super::companies::{Company, PLANS, Standing, TODAY};
use super::dice::Dice;
use super::truth::Export;
use super::world::World;

/// Sums of logins are kept from this month on.
const KEPT_FROM: Day = day(2025, 3, 1);

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "usage");
    let mut text = String::new();
    let mut number = 40_000;
    let mut rows = 0;
    for at in 0..world.companies.len() {
        for room in &world.keys.workspaces[at] {
            let mut events = state_changes(&world.companies[at], &mut dice);
            events.extend(logins(&world.companies[at], at, &mut dice));
            events.sort_by_key(|(moment, _)| *moment);
            for (moment, mut event) in events {
                number += dice.between(1, 4);
                event["event_id"] = json!(number);
                event["workspace_id"] = json!(room.id);
                event["at"] = json!(zulu(moment));
                text.push_str(&event.to_string());
                text.push('\n');
                rows += 1;
            }
        }
    }
    vec![Export {
        path: "Product database/events.ndjson.gz".to_owned(),
        bytes: archive::gzip(text.as_bytes()),
        rows,
        quarantined: 0,
        encoding: "UTF-8",
        format: "NDJSON in gzip",
        header_line: 0,
        as_of: TODAY,
        extent: "full",
    }]
}

type Event = (i64, serde_json::Value);

fn state_changes(company: &Company, dice: &mut Dice) -> Vec<Event> {
    let Some(trial) = company.trial else { return Vec::new() };
    let mut events = Vec::new();
    let mut tell = |day: Day, name: &str, plan: Option<&str>| {
        if day <= TODAY {
            events.push((office_hour(day, dice.roll()), json!({"type": name, "plan": plan})));
        }
    };
    tell(trial, "workspace_created", None);
    tell(trial, "trial_started", None);
    tell(trial + 3, "workspace_activated", None);
    for (nth, paid) in company.paid.iter().enumerate() {
        let plan = PLANS[paid.plan.min(3)];
        tell(paid.from, if nth == 0 { "plan_started" } else { "plan_restarted" }, Some(plan));
        if let Some(until) = paid.until {
            tell(until, "plan_cancelled", Some(plan));
        }
    }
    match company.standing {
        Standing::Prospect => tell(trial + 30, "trial_expired", None),
        Standing::Churned => tell(company.last_use().unwrap_or(trial) + 20, "workspace_suspended", None),
        _ => {}
    }
    events
}

/// One event a month: days with a login, and how many people logged in.
fn logins(company: &Company, at: usize, dice: &mut Dice) -> Vec<Event> {
    let (Some(trial), Some(last)) = (company.trial, company.last_use()) else { return Vec::new() };
    let mut events = Vec::new();
    let (year, month, _) = civil(trial.max(KEPT_FROM));
    let mut first = day(year, month, 1);
    while first <= last {
        let next = months_later(first, 1);
        let pause = company
            .paid
            .windows(2)
            .any(|pair| pair[0].until.is_some_and(|until| first > until) && next <= pair[1].from);
        // Paying, and not used for months: those whom the definition of *active* turns on.
        let asleep = company.standing == Standing::Customer && at % 29 == 5 && first >= day(2025, 8, 1);
        if !pause && !asleep {
            let days = dice.between(3, 22).min(last - first + 1).max(1);
            let users = dice.between(1, company.people as i64);
            let seen = (next - 1).min(last);
            events.push((
                office_hour(seen, 36_000),
                json!({"type": "logins", "month": &super::calendar::iso(first)[..7], "days": days, "users": users}),
            ));
        }
        first = next;
    }
    events
}
