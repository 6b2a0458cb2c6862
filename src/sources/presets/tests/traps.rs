//! Small exports as the systems really write them, each with something that has misled a program before.

use super::*;
use crate::sources::ColumnRole as Role;
use crate::sources::columns::{Guess, guess_roles};

/// A file, understood: what it was recognised as, and its columns.
struct Understood {
    recognised: Option<Recognised<'static>>,
    columns: Vec<(String, Guess)>,
}

impl Understood {
    fn column(&self, name: &str) -> &Guess {
        &self.columns.iter().find(|(column, _)| column == name).unwrap_or_else(|| panic!("no column {name}")).1
    }

    fn is(&self) -> Option<String> {
        self.recognised.as_ref().map(Recognised::name)
    }

    fn native(&self) -> Option<&str> {
        self.columns.iter().find(|(_, guess)| guess.role == Role::NativeId).map(|(name, _)| name.as_str())
    }
}

/// `folder/name`, and lines of cells parted by `|`, the header first.
fn understood(file: &str, lines: &[&str]) -> Understood {
    let (folder, name) = file.split_once('/').expect("folder/name");
    let cells = |line: &str| line.split('|').map(str::to_owned).collect::<Vec<String>>();
    let header = cells(lines[0]);
    let rows: Vec<Vec<Option<String>>> =
        lines[1..].iter().map(|line| cells(line).into_iter().map(Some).collect()).collect();
    let recognised = recognise(&Place { folders: vec![folder], name, file: name }, &header);
    let mut guesses = guess_roles(name, &header, &rows);
    if let Some(recognised) = &recognised {
        lay_over(recognised, &header, &rows, &mut guesses);
    }
    Understood { recognised, columns: header.into_iter().zip(guesses).collect() }
}

#[test]
fn report_ids_that_differ_by_case_alone_are_two() {
    let found = understood(
        "Downloads/report1731571200",
        &[
            "Contact ID|First Name|Last Name|Account Name|Mailing City|Contact Owner",
            "0038d00000Wm7Ta|Ann|Lee|Ostra|Lund|M. Ek",
            "0038d00000wM7Ta|Bob|Ray|Ostra|Lund|M. Ek",
            "0038d00000WM7tA|Cid|Ash|Ostra|Lund|M. Ek",
        ],
    );
    assert_eq!(found.is().as_deref(), Some("Salesforce/Contact"));
    assert_eq!(found.native(), Some("Contact ID"));
    assert!(found.recognised.is_some_and(|known| known.certain && known.evidence.contains("report labels")));
}

#[test]
fn long_ids_are_native_until_a_spreadsheet_made_them_equal() {
    let header = "Record Id|Contact Owner|Contact Owner.id|First Name|Last Name|Account Name|Account Name.id|Email|Created Time|Modified Time";
    let row = |id: &str, mail: &str| {
        format!(
            "{id}|M. Ek|zcrm_4876876000000225013|Ann|Lee|Ostra|zcrm_4876876000000311002|{mail}@x.example|2024-05-01 10:00:00|2024-05-02 10:00:00"
        )
    };
    let whole = [
        row("zcrm_4876876000000333001", "a"),
        row("zcrm_4876876000000333002", "b"),
        row("zcrm_4876876000000333003", "c"),
    ];
    let lines: Vec<&str> = std::iter::once(header).chain(whole.iter().map(String::as_str)).collect();
    let found = understood("Zoho/Contacts", &lines);
    assert_eq!((found.is().as_deref(), found.native()), (Some("Zoho CRM/Contact"), Some("Record Id")));
    assert_eq!(found.column("Account Name.id").points_to.as_deref(), Some("Account"));
    let ruined = [row("4.87688E+18", "a"), row("4.87688E+18", "b"), row("4.87688E+18", "c")];
    let lines: Vec<&str> = std::iter::once(header).chain(ruined.iter().map(String::as_str)).collect();
    let found = understood("Zoho/Contacts", &lines);
    assert_eq!(found.native(), None);
    let evidence = &found.column("Record Id").evidence;
    assert!(evidence.contains("only 1 of the first 3 are different"), "{evidence}");
}

#[test]
fn columns_that_must_not_be_modified_name_the_record() {
    let found = understood(
        "exports/My Active Contacts",
        &[
            "(Do Not Modify) Contact|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Full Name|Email|Company Name|Business Phone",
            "8da6e5b9-88df-e311-b8e5-6c3be5a8b200|yZ1=|3/14/2025 9:12|Ann Lee|a@x.example|Ostra|555-0100",
            "8ea6e5b9-88df-e311-b8e5-6c3be5a8b200|yZ2=|3/15/2025 9:12|Bob Ray|b@x.example|Ostra|555-0101",
        ],
    );
    assert_eq!(
        (found.is().as_deref(), found.native()),
        (Some("Dynamics 365/Contact"), Some("(Do Not Modify) Contact"))
    );
    let changed = found.column("(Do Not Modify) Modified On");
    assert_eq!(changed.meaning, Some(ColumnMeaning::ModifiedAt));
    assert!(changed.dates.as_deref().is_some_and(|dates| dates.contains("M/D/YYYY")));
    // An entity that no preset lists is known for one of the system, and its key by its form.
    let found = understood(
        "exports/Active Warranties",
        &[
            "(Do Not Modify) Warranty|(Do Not Modify) Row Checksum|(Do Not Modify) Modified On|Number",
            "8da6e5b9-88df-e311-b8e5-6c3be5a8b200|yZ1=|3/14/2025 9:12|W-1",
            "8ea6e5b9-88df-e311-b8e5-6c3be5a8b200|yZ2=|3/15/2025 9:12|W-2",
        ],
    );
    assert_eq!((found.is().as_deref(), found.native()), (Some("Dynamics 365"), Some("(Do Not Modify) Warranty")));
}

#[test]
fn headers_of_entity_and_field_are_known_with_their_stars() {
    let found = understood(
        "Downloads/people-4711",
        &[
            "Person - Name *|Person - Email - Work|Person - Phone - Work|Person - Organization|Person - Owner|Person - ID",
            "Ann Lee|a@x.example, ann@y.example|555-0100|Ostra|M. Ek|11",
            "Bob Ray|b@x.example|555-0101|Ostra|M. Ek|12",
            "Cid Ash|c@x.example|555-0102|Ostra|M. Ek|13",
        ],
    );
    assert_eq!((found.is().as_deref(), found.native()), (Some("Pipedrive/Person"), Some("Person - ID")));
    assert_eq!(found.column("Person - Name *").role, Role::FullName);
    let mail = found.column("Person - Email - Work");
    assert_eq!((mail.role, mail.separator.as_deref()), (Role::Email, Some(",")));
    assert_eq!(found.column("Person - Organization").role, Role::OrganizationName, "a name, not an ID");
}

#[test]
fn ids_behind_an_apostrophe_are_ids() {
    let found = understood(
        "Shop/customers_export",
        &[
            "Customer ID|First Name|Last Name|Email|Accepts Email Marketing|Default Address Company|Default Address Zip|Phone|Total Spent|Total Orders|Tags",
            "'7102938475001|Ann|Lee|a@x.example|yes||'01067|'+46185550127|10.00|1|",
            "'7102938475002|Bob|Ray|b@x.example|no||'22100|'+46185550128|0.00|0|",
        ],
    );
    assert_eq!((found.is().as_deref(), found.native()), (Some("Shopify/Customer"), Some("Customer ID")));
    assert_eq!(found.column("Accepts Email Marketing").meaning, Some(ColumnMeaning::Consent));
}

#[test]
fn a_mark_before_the_first_header_hides_no_id() {
    let found = understood(
        "x/Branch__c",
        &[
            "\u{feff}Id|OwnerId|IsDeleted|Name|CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp",
            "a00Ec000009WFupIAG|005Ec000004oBPNIA2||B0|2024-01-22T14:26:21.000+0000|005Ec000004oBPNIA2|2024-01-22T14:26:21.000+0000|005Ec000004oBPNIA2|2024-01-22T14:26:21.000+0000",
            "a00Ec000009WFuqIAG|005Ec000004oBPNIA2||B1|2024-01-22T14:26:21.000+0000|005Ec000004oBPNIA2|2024-01-22T14:26:21.000+0000|005Ec000004oBPNIA2|2024-01-22T14:26:21.000+0000",
        ],
    );
    assert_eq!((found.is().as_deref(), found.native()), (Some("Salesforce"), Some("\u{feff}Id")));
    assert_eq!(found.column("OwnerId").points_to.as_deref(), Some("User"));
}

#[test]
fn both_merge_columns_are_read_by_label_and_by_internal_name() {
    let labels = understood(
        "HubSpot/hubspot-crm-exports-all-contacts",
        &[
            "Record ID|First Name|Last Name|Email|Contact owner|Lifecycle Stage|Associated Company IDs|Merged object IDs|Merged vids with timestamps of a contact",
            "51|Ann|Lee|a@x.example|M. Ek|Lead|61;62|31;32|31:1667347200000",
            "52|Bob|Ray|b@x.example|M. Ek|Lead||||",
        ],
    );
    for name in ["Merged object IDs", "Merged vids with timestamps of a contact"] {
        let column = labels.column(name);
        assert_eq!((column.role, column.separator.as_deref()), (Role::MergedIds, Some(";")), "{name}");
    }
    assert_eq!(labels.column("Associated Company IDs").points_to.as_deref(), Some("Company"));
    let internal = understood(
        "dump/contact",
        &[
            "id|property_email|property_firstname|property_lastname|property_lifecyclestage|property_hs_calculated_merged_vids|property_hs_merged_object_ids|property_createdate",
            "51|a@x.example|Ann|Lee|lead|31:1667347200000|31;32|2024-01-01T00:00:00Z",
            "52|b@x.example|Bob|Ray|lead|||2024-01-01T00:00:00Z",
        ],
    );
    assert_eq!(internal.is().as_deref(), Some("HubSpot/Contact"));
    assert_eq!(internal.column("property_hs_merged_object_ids").role, Role::MergedIds);
    assert_eq!(internal.native(), Some("id"));
}

#[test]
fn three_files_of_an_audience_are_parts_of_one_object() {
    let common = "Email Address|First Name|MEMBER_RATING|OPTIN_TIME|OPTIN_IP|CONFIRM_TIME|CONFIRM_IP|LATITUDE|LONGITUDE|TIMEZONE|CC|REGION";
    for (file, more, part) in [
        ("x/subscribed_segment_export_1", "LAST_CHANGED|LEID|EUID|NOTES|TAGS", "subscribed"),
        ("x/unsubscribed_segment_export_1", "UNSUB_TIME|UNSUB_CAMPAIGN_ID|LEID|EUID|NOTES|TAGS", "unsubscribed"),
        ("x/cleaned_segment_export_1", "CLEAN_TIME|CLEAN_CAMPAIGN_ID|LEID|EUID|NOTES|TAGS", "cleaned"),
        // Whatever somebody called it, its header tells.
        ("x/march", "CLEAN_TIME|CLEAN_CAMPAIGN_ID|LEID|EUID|NOTES|TAGS", "cleaned"),
    ] {
        let found = understood(file, &[&format!("{common}|{more}")]);
        assert_eq!(found.is().as_deref(), Some("Mailchimp/members"), "{file}");
        assert_eq!(found.recognised.and_then(|known| known.segment), Some(part), "{file}");
    }
}

#[test]
fn what_a_loading_tool_wrote_is_marked_and_named_after_its_object() {
    let header = "ID|ACCOUNTID|NAME|STAGENAME|AMOUNT|PROBABILITY|CLOSEDATE|ISCLOSED|ISWON|FORECASTCATEGORY|NEXTSTEP";
    let error = understood("load/error041306013312345", &[&format!("{header}|ERROR")]);
    let known = error.recognised.expect("recognised");
    assert_eq!(known.object_name().as_deref(), Some("Opportunity error"));
    assert!(known.result.is_some_and(|result| !result.warning.is_empty()));
    let success = understood("load/success041306013312345", &[&format!("{header}|STATUS")]);
    assert_eq!(success.recognised.and_then(|known| known.object_name()).as_deref(), Some("Opportunity success"));
    // A lead has a status of its own, which may stand last.
    let lead = "ID|LASTNAME|FIRSTNAME|COMPANY|ISCONVERTED|CONVERTEDDATE|CONVERTEDACCOUNTID|LEADSOURCE|RATING|STATUS";
    let lead = understood("crm/Lead", &[lead]);
    assert!(lead.recognised.is_some_and(|known| known.result.is_none()));
}

#[test]
fn a_wish_not_to_be_written_to_is_no_address() {
    let found = understood(
        "crm/Contact",
        &[
            "Id|MasterRecordId|AccountId|LastName|FirstName|MailingCity|HasOptedOutOfEmail|HasOptedOutOfFax|EmailBouncedDate|ReportsToId|SystemModstamp",
            "0038d00000Wm7TaAAJ|||Lee|Ann|Lund|||||2024-01-23T02:21:49.000Z",
        ],
    );
    assert_eq!(found.column("HasOptedOutOfEmail").role, Role::Plain);
    assert_eq!(found.column("HasOptedOutOfEmail").meaning, Some(ColumnMeaning::Consent));
    assert_eq!(found.column("EmailBouncedDate").role, Role::Plain);
    assert_eq!(found.column("MasterRecordId").role, Role::MergedInto);
    assert_eq!(found.column("ReportsToId").points_to.as_deref(), Some("Contact"));
}

#[test]
fn merges_that_an_activity_tells_are_told_of_the_person_that_stayed_or_not_at_all() {
    let header = "id|lead_id|activity_date|master_updated|merge_ids|merge_source";
    let once = understood(
        "Marketo/activity_merge_leads",
        &[header, "9001|501|2024-01-02|true|[401,402]|Web", "9002|502|2024-01-03|true|[403]|Web"],
    );
    assert_eq!((once.is().as_deref(), once.native()), (Some("Marketo/Merge leads"), Some("id")));
    let twice = understood(
        "Marketo/activity_merge_leads",
        &[header, "9001|501|2024-01-02|true|[401,402]|Web", "9002|501|2024-01-03|true|[403]|Web"],
    );
    for found in [once, twice] {
        assert_eq!(found.column("merge_ids").role, Role::MergedIds);
        let winner = found.column("lead_id");
        assert_eq!((winner.role, winner.points_to.as_deref()), (Role::ForeignKey, Some("Lead")));
        assert_eq!(winner.meaning, Some(ColumnMeaning::MergedWinner));
    }
}

#[test]
fn a_table_without_an_id_of_its_own_gets_none() {
    let found = understood(
        "zendesk/ticket_tag_data",
        &["tag|ticket_id|_fivetran_synced", "vip|123|2020-03-05", "new|124|2020-03-05", "old|125|2020-03-05"],
    );
    assert_eq!((found.is().as_deref(), found.native()), (Some("Zendesk/Ticket tag"), None));
    assert_eq!(found.column("ticket_id").points_to.as_deref(), Some("Ticket"));
    assert_eq!(found.column("_fivetran_synced").meaning, Some(ColumnMeaning::SyncedAt));
}

#[test]
fn an_unknown_system_is_worked_out_from_its_data() {
    let found = understood(
        "Fernlight/guests",
        &[
            "guest_no|account_id|parent_id|created_by|given name|e-mail|Number of visits|created_at|newsletter",
            "11|7||3|Ann|a@x.example|4|2024-01-01|yes",
            "12|7|11|3|Bob|b@x.example|2|2024-01-02|no",
            "13|8|11|4|Cid|c@x.example|1|2024-01-03|no",
        ],
    );
    assert_eq!(found.is(), None);
    assert_eq!(found.native(), Some("guest_no"));
    let key = found.column("account_id");
    assert_eq!((key.role, key.points_to.as_deref()), (Role::ForeignKey, Some("account")));
    assert!(!key.evidence.is_empty());
    assert_eq!(found.column("parent_id").points_to.as_deref(), Some("guest"));
    assert_eq!(found.column("Number of visits").role, Role::Plain);
    assert_eq!(found.column("created_at").meaning, Some(ColumnMeaning::CreatedAt));
    assert_eq!(found.column("newsletter").meaning, Some(ColumnMeaning::Consent));
}

#[test]
fn a_place_that_names_another_system_makes_a_header_uncertain() {
    let header = ["Id|AccountId|StageName|Amount|CloseDate|IsWon|IsClosed|Probability"];
    assert!(understood("Salesforce/Opportunity", &header).recognised.is_some_and(|known| known.certain));
    let elsewhere = understood("HubSpot/Opportunity", &header).recognised.expect("recognised");
    assert!(!elsewhere.certain, "{}", elsewhere.evidence);
    assert!(elsewhere.evidence.contains("another system"));
}

#[test]
fn an_id_of_another_system_says_of_which_object_it_is() {
    let names: Vec<String> =
        ["salesforce_account_id (metadata)", "stripe_customer_id__c", "legacy_id", "Salesforce ID"]
            .map(str::to_owned)
            .into();
    let mut guesses: Vec<Guess> =
        names.iter().map(|_| Guess::new(Role::OtherId, "the header names another system")).collect();
    name_other_systems(&names, &mut guesses);
    let targets: Vec<Option<&str>> = guesses.iter().map(|guess| guess.points_to.as_deref()).collect();
    assert_eq!(targets, [Some("Salesforce.Account"), Some("Stripe.Customer"), None, None]);
}

proptest::proptest! {
    #![proptest_config(crate::values::steady_cases())]

    #[test]
    fn no_header_and_no_name_stops_recognition(names: Vec<String>, folder: String, name: String) {
        let rows = vec![names.iter().map(|n| Some(n.clone())).collect::<Vec<_>>()];
        let found = recognise(&Place { folders: vec![&folder], name: &name, file: &name }, &names);
        let mut guesses = guess_roles(&name, &names, &rows);
        if let Some(found) = &found {
            lay_over(found, &names, &rows, &mut guesses);
            proptest::prop_assert!((0.0..=1.000_001).contains(&found.score));
        }
        proptest::prop_assert!(guesses.iter().filter(|guess| guess.role == Role::NativeId).count() <= 1);
    }

    #[test]
    fn no_text_stops_the_reading_of_a_preset(text: String) {
        if let Err(error) = parse("x.toml", &text, true) {
            let safe = !error.to_string().contains(['\n', '\x1b']);
            proptest::prop_assert!(safe);
        }
    }
}
