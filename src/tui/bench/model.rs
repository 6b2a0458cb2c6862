//! The screens of the model, played: a value map, the operating questions, the source of truth, targets, users, versions.

use std::sync::Arc;

use super::super::msg::Problem;
use super::super::msg::map::{Difference, VersionLine};
use super::super::msg::model::{ModelAsk, ModelReply, Registered};
use super::Bench;
use crate::definitions::VersionNumber;
use crate::mapping::ValueTarget;
use crate::mapping::suggest::ValueSuggestion;
use crate::mapping::values::{Decided, Group, ValueLine, ValueTable};
use crate::model::questions::{Answer, Question};
use crate::model::register::{Counterpart, WithoutCounterpart};
use crate::model::truth::{Truth, TruthRow};
use crate::model::users::{User, UserList};
use crate::model::{Entity, Target};

impl Bench {
    fn decided(&self, to: ValueTarget) -> Option<Decided> {
        let (by, at) = (self.text("Tomas Reyes"), "2025-11-17T10:02:00Z".to_owned());
        Some(Decided { to, only_where: String::new(), by, at, by_default: false })
    }

    /// Types of accounts as a system had them, half of them decided.
    pub(super) fn account_types(&self) -> ValueTable {
        let given = |text: &str| self.decided(ValueTarget::Value(self.text(text)));
        let proposed = |value: &str, to: &str, because: &str| {
            Some(ValueSuggestion {
                value: self.text(value),
                to: ValueTarget::Value(self.text(to)),
                confidence: 0.81,
                because: self.text(because),
            })
        };
        let line =
            |value: &str, records, to: [Option<Decided>; 2], suggested: [Option<ValueSuggestion>; 2]| ValueLine {
                value: if value.is_empty() { String::new() } else { self.text(value) },
                records,
                to: to.to_vec(),
                suggested: suggested.to_vec(),
                is_new: false,
            };
        let nothing = || self.decided(ValueTarget::Nothing);
        let mut rows = vec![
            line("Active Client", 4_298, [given("customer"), nothing()], [None, None]),
            line("Prospect", 1_034, [given("prospect"), nothing()], [None, None]),
            line("Former Client", 611, [given("churned"), nothing()], [None, None]),
            line("", 109, [None, nothing()], [proposed("", "prospect", "98 have no invoice"), None]),
            line("Test", 88, [self.decided(ValueTarget::Excluded(self.text("test data"))), nothing()], [None, None]),
            line("Partner", 64, [None, None], [None, proposed("Partner", "partner", "the same word")]),
            line("active client", 12, [None, None], [proposed("active client", "customer", "but for case"), None]),
            line("Kunde (aktiv) 顧客", 7, [None, None], [None, None]),
        ];
        if let Some(last) = rows.last_mut() {
            last.is_new = true;
        }
        let records = rows.iter().map(|line| line.records).sum();
        let distinct = rows.len() as u64;
        ValueTable { fields: vec!["lifecycle_stage".into(), "segment".into()], rows, records, distinct }
    }

    fn questions_asked(&self) -> Vec<Question> {
        let asked = |id: &str, question: &str, choices: &[&str], matters_to: &[&str], answer: Option<&str>| Question {
            id: id.into(),
            question: question.into(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            matters_to: matters_to.iter().map(|to| (*to).to_owned()).collect(),
            answer: answer.map(|answer| Answer {
                answer: self.text(answer),
                because: self.text("the finance team bills workspaces"),
                by: self.text("Dana Cole"),
                at: "2025-11-12T09:00:00Z".into(),
            }),
        };
        vec![
            asked(
                "what-is-a-customer",
                "What is a customer here?",
                &["a person", "an account", "a workspace"],
                &["map", "person", "account"],
                Some("an account"),
            ),
            asked(
                "one-person-many-accounts",
                "Can one person belong to several accounts?",
                &["yes, at the same time", "yes, one after the other", "no"],
                &["person", "account"],
                None,
            ),
            asked("who-wins-names", "Whose spelling of a company's name counts?", &[], &["account"], None),
        ]
    }

    fn truths(&self) -> Truth {
        let row = |of: &str, owner: &str, after: &str, by: &str, fields: &[&str]| TruthRow {
            of: of.into(),
            owner: self.text(owner),
            after: self.text(after),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            note: String::new(),
            by: by.into(),
            at: if by.is_empty() { String::new() } else { "2025-11-12T09:00:00Z".into() },
        };
        let open = TruthRow { of: "support".into(), ..TruthRow::default() };
        Truth {
            rows: vec![
                row("profiles", "Salesforce", "the new system", "Dana Cole", &["person", "person.phone"]),
                row("transactions", "Stripe", "", "", &["invoice", "payment"]),
                open,
            ],
            version: Some(VersionNumber(3)),
        }
    }

    fn targets_registered(&self) -> Vec<Registered> {
        let pair = |theirs: &str, ours: &str, set, why: &str| Counterpart {
            theirs: self.text(theirs),
            ours: ours.into(),
            set,
            why: self.text(why),
            fields: vec![("E-mail".into(), "email".into()), ("First name".into(), "given_name".into())],
        };
        vec![Registered {
            target: Target {
                name: self.text("HubSpot sandbox"),
                kind: "crm".into(),
                environment: "sandbox".into(),
                registered_from: "contacts-template.csv".into(),
                entities: vec![Entity::default()],
                ..Target::default()
            },
            counterparts: vec![
                pair("Contacts", "person", true, ""),
                pair("Companies", "account", false, "3 of 4 fields alike"),
            ],
            without: WithoutCounterpart {
                of_model: vec!["consent".into()],
                of_target: vec![self.text("Deal stages")],
                fields_of_model: vec!["person.nickname".into()],
                fields_of_target: Vec::new(),
            },
        }]
    }

    fn user_lists(&self) -> Vec<UserList> {
        let user = |name: &str, email: &str, also: &[&str], active| User {
            name: self.text(name),
            id: "u-1043".into(),
            email: self.text(email),
            also: also.iter().map(|text| self.text(text)).collect(),
            active,
        };
        vec![UserList {
            name: "users".into(),
            users: vec![
                user("Sarah Lee", "sarah.lee@larkfield.example", &["S. Lee"], true),
                user("Simon Lee", "simon.lee@larkfield.example", &[], true),
                user("Jonas Weber", "jonas.weber@larkfield.example", &["JW"], false),
            ],
        }]
    }

    fn versions_of_entity(&self) -> Vec<VersionLine> {
        let version = |number, stands, comment: &str, of: &str, before: &str, after: &str| VersionLine {
            version: Some(VersionNumber(number)),
            stands,
            author: self.text("Dana Cole"),
            at: "2025-11-12T09:00:00Z".into(),
            comment: self.text(comment),
            differences: vec![Difference { of: of.into(), before: self.text(before), after: self.text(after) }],
        };
        vec![
            version(2, true, "asked support", "fields.email.required", "no", "yes"),
            version(1, false, "", "owner", "nobody", "Dana Cole"),
        ]
    }

    /// The body, played.
    pub(super) fn answer_model(&self, ask: ModelAsk) -> Result<ModelReply, Problem> {
        Ok(match ask {
            ModelAsk::Entities => ModelReply::Entities(Vec::new()),
            ModelAsk::Values { key, column } => {
                let table = match &self.values {
                    Some(table) => Arc::clone(table),
                    None => Arc::new(self.account_types()),
                };
                ModelReply::Values { key, column, table }
            }
            ModelAsk::Groups(_) => ModelReply::Groups(Arc::new(vec![Group {
                method: "case and spaces",
                members: vec![(self.text("Active Client"), 4_298), (self.text("active client"), 12)],
                stands_for: self.text("Active Client"),
            }])),
            ModelAsk::Questions => ModelReply::Questions(self.questions_asked()),
            ModelAsk::Answer { answer, .. } => ModelReply::Changed(format!("Answered: {answer}.")),
            ModelAsk::Truth => ModelReply::Truth(self.truths()),
            ModelAsk::DecideTruth { row, .. } => ModelReply::Changed(format!("{}: {} owns it.", row.of, row.owner)),
            ModelAsk::ChangeEntity { changes, .. } if changes.iter().any(|change| change.ends_with("nonsense")) => {
                return Err(Problem::new("“nonsense” is no whole number."));
            }
            ModelAsk::ChangeEntity { name, .. } => ModelReply::Changed(format!("{name}: version 3 stands.")),
            ModelAsk::ReviewEntity { name, verdict, .. } => {
                ModelReply::Changed(format!("{name} is {}.", verdict.word()))
            }
            ModelAsk::RemoveEntity { name, .. } => ModelReply::Changed(format!("{name} is out of the model.")),
            ModelAsk::AddEntity { name } => ModelReply::Changed(format!("{name} is in the model.")),
            ModelAsk::Versions(name) => ModelReply::Versions(name, self.versions_of_entity()),
            ModelAsk::RestoreEntity { name, version } => {
                ModelReply::Changed(format!("Version {version} of {name} stands again."))
            }
            ModelAsk::Targets => ModelReply::Targets(self.targets_registered()),
            ModelAsk::Users => ModelReply::Users(self.user_lists()),
        })
    }
}
