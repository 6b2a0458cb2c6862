//! The customer model that Cutover comes with (`assets/model`), ready to be cut down, and the concepts that a grain is
//! chosen from.

use std::sync::OnceLock;

use super::Entity;
use super::entity::read;

const DOCUMENTS: &[&str] = &[
    include_str!("../../assets/model/person.toml"),
    include_str!("../../assets/model/account.toml"),
    include_str!("../../assets/model/organization.toml"),
    include_str!("../../assets/model/billing_customer.toml"),
    include_str!("../../assets/model/workspace.toml"),
    include_str!("../../assets/model/user.toml"),
    include_str!("../../assets/model/account_contact.toml"),
    include_str!("../../assets/model/account_payer.toml"),
    include_str!("../../assets/model/workspace_user.toml"),
    include_str!("../../assets/model/opportunity.toml"),
    include_str!("../../assets/model/opportunity_contact.toml"),
    include_str!("../../assets/model/opportunity_product.toml"),
    include_str!("../../assets/model/product.toml"),
    include_str!("../../assets/model/subscription.toml"),
    include_str!("../../assets/model/invoice.toml"),
    include_str!("../../assets/model/payment.toml"),
    include_str!("../../assets/model/ticket.toml"),
    include_str!("../../assets/model/activity.toml"),
    include_str!("../../assets/model/note.toml"),
    include_str!("../../assets/model/consent.toml"),
    include_str!("../../assets/model/campaign.toml"),
    include_str!("../../assets/model/campaign_member.toml"),
    include_str!("../../assets/model/signup.toml"),
    include_str!("../../assets/model/activation.toml"),
    include_str!("../../assets/model/purchase.toml"),
    include_str!("../../assets/model/invoice_event.toml"),
    include_str!("../../assets/model/ticket_event.toml"),
    include_str!("../../assets/model/renewal.toml"),
    include_str!("../../assets/model/cancellation.toml"),
    include_str!("../../assets/model/legacy_id.toml"),
    include_str!("../../assets/model/account_summary.toml"),
];

/// Its entities, in their order.
#[must_use]
pub fn entities() -> &'static [Entity] {
    static ENTITIES: OnceLock<Vec<Entity>> = OnceLock::new();
    ENTITIES.get_or_init(|| {
        // Every document is read without a fault: a test proves it.
        let mut entities: Vec<Entity> = DOCUMENTS.iter().filter_map(|text| read::leniently(text)).collect();
        entities.sort_by_key(|entity| entity.order);
        entities
    })
}

/// One of them by its name.
#[must_use]
pub fn entity(name: &str) -> Option<&'static Entity> {
    entities().iter().find(|entity| entity.name == name)
}

/// A concept that a grain is chosen from. A project may use a word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Concept {
    pub word: &'static str,
    /// What one row is then.
    pub one_row_is: &'static str,
    /// When it matters.
    pub matters_when: &'static str,
}

/// The concepts, the five that most often hide behind the word *customer* first.
pub const CONCEPTS: &[Concept] = &[
    Concept {
        word: "person",
        one_row_is: "one human known by name",
        matters_when: "Conversations, support, consent: whenever a human being is addressed.",
    },
    Concept {
        word: "account",
        one_row_is: "one business relationship that one team of ours looks after",
        matters_when: "Sales, renewals and ownership.",
    },
    Concept {
        word: "organization",
        one_row_is: "one legal entity as its register names it",
        matters_when: "Contracts, tax, compliance, and groups of companies.",
    },
    Concept {
        word: "billing entity",
        one_row_is: "one payer to whom invoices are addressed",
        matters_when: "Invoices, payments and dunning.",
    },
    Concept {
        word: "workspace",
        one_row_is: "one place in the product in which a team works",
        matters_when: "Product use, activation, seats and access.",
    },
    Concept {
        word: "household",
        one_row_is: "one group of people who live and buy together",
        matters_when: "Private buyers who share an address, a contract or a limit.",
    },
    Concept {
        word: "location",
        one_row_is: "one place at which goods or services are received",
        matters_when: "Branches, deliveries, and service on site.",
    },
    Concept {
        word: "subscription",
        one_row_is: "one agreement to pay for one plan, period by period",
        matters_when: "Recurring revenue: whenever the agreement is counted and not who made it.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::Document;
    use crate::model::lint;

    #[test]
    fn every_shipped_document_is_right_and_written_as_we_write_it() {
        for text in DOCUMENTS {
            match Entity::parse(text) {
                Ok(entity) => {
                    let written = entity.to_toml();
                    let other = written.lines().zip(text.lines()).find(|(ours, theirs)| ours != theirs);
                    assert!(written == *text, "{}: {other:?}", entity.name);
                }
                Err(faults) => panic!("{text:.60}\n{faults:#?}"),
            }
        }
        assert_eq!(entities().len(), DOCUMENTS.len());
    }

    #[test]
    fn nothing_of_the_shipped_model_waits_for_a_correction() {
        let remarks = lint::lint(entities());
        // Who owns it is for the project to say.
        let other: Vec<_> = remarks.iter().filter(|remark| remark.kind != "no_owner").collect();
        assert!(other.is_empty(), "{other:#?}");
    }

    #[test]
    fn the_concepts_are_those_of_the_shipped_entities() {
        for (name, concept) in
            ["person", "account", "organization", "billing_customer", "workspace"].iter().zip(CONCEPTS)
        {
            let entity = entity(name).unwrap();
            assert_eq!(
                (entity.grain.concept.as_str(), entity.grain.one_row_is.as_str()),
                (concept.word, concept.one_row_is)
            );
            assert!(entity.matters_when.starts_with(concept.matters_when.trim_end_matches('.')), "{name}");
        }
    }

    #[test]
    fn every_field_is_defined_and_every_table_serves_a_process() {
        for entity in entities() {
            assert!(!entity.processes.is_empty(), "{}", entity.name);
            for field in &entity.fields {
                assert!(!field.definition.is_empty(), "{}.{}", entity.name, field.name);
            }
        }
    }
}
