//! Zendesk's tickets, one JSON object per line. Users and organizations are in `zendesk_people`.

use serde_json::json;

use super::calendar::{day, office_hour, zulu};
use super::dice::Dice;
use super::truth::Export;
use super::world::World;
use super::zendesk_people::{EXPORTED, ndjson};

const SUBJECTS: [&str; 16] = [
    "Invoice wrong",
    "Cannot log in",
    "Two appointments in one slot",
    "Import of patients fails",
    "Change of payment details",
    "Analyser not connected",
    "Labels print twice",
    "New user please",
    "Calendar shows wrong time zone",
    "Question about the contract",
    "Report is empty",
    "Reminder mails not sent",
    "Please delete my account",
    "Rota for holidays",
    "Samples missing after sync",
    "Slow since this morning",
];

/// One ticket before it gets its number.
struct Ticket {
    created: i64,
    id: Option<i64>,
    requester: i64,
    organization: Option<i64>,
    subject: &'static str,
}

pub fn exports(world: &mut World) -> Vec<Export> {
    let mut dice = Dice::new(world.seed, "zendesk tickets");
    let mut tickets: Vec<Ticket> = Vec::new();
    for at in 0..world.people.len() {
        let Some(requester) = world.keys.requester[at] else { continue };
        let person = &world.people[at];
        let count = match at {
            0 => 31,
            1 => 13,
            2 => 14,
            _ => *dice.pick(&[0, 0, 1, 1, 1, 2, 3, 4]),
        };
        let last =
            world.companies[person.company].last_use().unwrap_or(EXPORTED - 1).clamp(person.joined, EXPORTED - 1);
        let first = person.joined.max(day(2023, 1, 2)).min(last);
        for _ in 0..count {
            tickets.push(Ticket {
                created: office_hour(dice.between(first, last), dice.roll()),
                id: None,
                requester,
                organization: world.keys.organization[person.company],
                subject: dice.pick::<&str>(&SUBJECTS),
            });
        }
        if at == 5 {
            tickets.push(Ticket {
                created: office_hour(day(2024, 2, 19), 9_000),
                id: Some(88_213),
                requester,
                organization: None,
                subject: SUBJECTS[0],
            });
        }
    }
    for nth in 0..9 {
        let requester = 1_898_000_000_000 + dice.between(1, 999_999);
        let created = office_hour(day(2023, 3, 3) + nth * 80, dice.roll());
        world.truth.trap(
            "orphan reference",
            &format!("Zendesk/Ticket requester {requester}"),
            "requester_id is in no file",
        );
        tickets.push(Ticket { created, id: None, requester, organization: None, subject: SUBJECTS[nth as usize] });
    }
    tickets.sort_by_key(|ticket| (ticket.created, ticket.requester));
    world.truth.world(
        "one number, three things",
        "Zendesk/User/88213",
        "Zendesk/Ticket/88213",
        "and the number of the workspace of Ostra Labs",
    );
    let mut number = 86_000;
    let mut lines = Vec::new();
    for ticket in tickets {
        number += dice.between(1, 3);
        number += i64::from(number == 88_213);
        let open = ticket.created > (EXPORTED - 12) * 86_400;
        let solved = (ticket.created + dice.between(1, 9) * 86_400).min(EXPORTED * 86_400 + 50_000);
        let agent = 1_900_000_000_100 + *dice.pick::<i64>(&[14, 15, 16]);
        let value = json!({
            "id": ticket.id.unwrap_or(number),
            "created_at": zulu(ticket.created),
            "updated_at": zulu(solved),
            "type": if dice.chance(600) { "question" } else { "incident" },
            "subject": ticket.subject,
            "priority": dice.pick(&["low", "normal", "normal", "high", "urgent"]),
            "status": if open { "open" } else if dice.chance(900) { "closed" } else { "solved" },
            "requester_id": ticket.requester,
            "submitter_id": ticket.requester,
            "assignee_id": agent,
            "organization_id": ticket.organization,
            "group_id": 20_555_010,
            "external_id": null,
            "tags": [],
            "via": {"channel": dice.pick(&["email", "web", "api"]), "source": {"rel": null}},
            "satisfaction_rating": {"score": dice.pick(&["unoffered", "unoffered", "good", "bad"])},
        });
        lines.push(value.to_string().into_bytes());
    }
    vec![ndjson("Zendesk/tickets.ndjson", lines, 0)]
}
