//! Pictures of every screen at three sizes, to be looked at when one of them changes.

use super::super::msg::{JobId, Msg, Problem};
use super::Bench;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (160, 45)];

fn picture(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.keys(keys);
        keep(name, &bench, width, height);
    }
}

fn keep(name: &str, bench: &Bench, width: u16, height: u16) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), bench.screen());
    });
}

#[test]
fn home() {
    for (width, height) in SIZES {
        keep("home", &Bench::home(width, height), width, height);
    }
}

#[test]
fn sources() {
    picture("sources_inventory", "j");
    picture("sources_object", "j enter");
    picture("sources_load", "j enter l enter");
    picture("sources_records", "j r f l l");
    picture("sources_record", "j r enter G");
    picture("sources_detail", "j l G k k k");
    picture("sources_system", "k");
    picture("sources_by_owner", "b b");
    picture("sources_filter", "/ t i c");
    picture("sources_facts", "j e j");
    picture("sources_facts_extraction", "j e G ] [ [ [ j");
    picture("sources_fact_form", "j e ] ] ] ] ] ] ] enter");
    picture("sources_relations", "R");
    picture("sources_relation_link", "R G k k");
    picture("sources_map", "R m");
    picture("sources_findings", "j F j j");
    picture("sources_finding_values", "j F j j l j");
    picture("sources_versions", "j r enter V");
    picture("sources_compare", "j enter l enter c");
    picture("sources_quarantine", "Q j");
    picture("sources_quarantine_rows", "Q enter");
    picture("sources_write", "Q w");
    picture("sources_chooser", "o down down space space");
    picture("sources_proposal", "o down down down down enter");
    picture("sources_proposals", "o down down down space space space enter");
}

/// Near the end of the list there is Renewals.
const RENEWALS: &str = "G k k";

#[test]
fn figures() {
    picture("profile", &format!("{RENEWALS} p ] ] ]"));
    picture("profile_figures", &format!("{RENEWALS} p ] ] ] l j j j j j j j j j"));
    picture("profile_numbers", &format!("{RENEWALS} p ] ] ] ] ] l"));
    picture("profile_limits", &format!("{RENEWALS} p enter G"));
    picture("values", &format!("{RENEWALS} enter j j j j j j b j"));
    picture("values_others", "j enter j j j j j b");
    picture("profile_points_to", "j p ] ] ] ] l");
    picture("values_by", &format!("{RENEWALS} enter j j j j j j b b o w"));
    picture("values_within", &format!("{RENEWALS} enter j j j j j j b b o w n enter"));
    picture("rows", &format!("{RENEWALS} enter j j j j j j b enter j j"));
    picture("rows_sorted", &format!("{RENEWALS} enter j j j j j j b enter f s s"));
    picture("dictionary", "D");
    picture("dictionary_filter", "D / m a i l enter");
    picture("dictionary_write", "D w");
}

/// A screen of the map, with the keys that lead there.
fn map_picture(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut bench = Bench::mapped(width, height);
        bench.keys("j");
        bench.keys(keys);
        keep(name, &bench, width, height);
    }
}

#[test]
fn the_map() {
    map_picture("map_maps", "");
    map_picture("map_begin", "+");
    map_picture("map_object", "enter j j j j j j j j j j");
    map_picture("map_object_rule", "enter j j j j j j j j j");
    map_picture("map_object_unfed", "enter j j j j");
    map_picture("map_object_undecided", "enter f s");
    map_picture("map_object_drop", "enter j j j j j j j x");
    map_picture("map_object_missing", "enter j j m");
    map_picture("map_object_candidates", "enter j j j j j j j j j j o");
    map_picture("map_why", "enter j j j j j j j j j ;");
    map_picture("map_rule", "enter j j j j j j j j j j enter backspace backspace");
    map_picture("map_rule_wrong", "enter j j j j j j j enter ctrl-u = n o p e ( T i t l e )");
    map_picture("map_rule_kinds", "enter j j j j j j j j j j enter f2");
    map_picture("map_sql", "enter S");
    map_picture("map_history", "enter h");
}

#[test]
fn the_model_and_what_blocks() {
    const VALUES: &str = "enter / M a i l i n g enter t";
    map_picture("value_map", VALUES);
    map_picture("value_map_typed", &format!("{VALUES} enter p r o"));
    map_picture("value_map_group", &format!("{VALUES} = !"));
    map_picture("value_map_second_field", &format!("{VALUES} right /  c l i e n t enter"));
    map_picture("blocks", "!");
    map_picture("blocks_by_owner", "! b j");
    map_picture("model", "m j");
    map_picture("model_entity", "m enter j j j j j j j j j j j");
    map_picture("model_entity_word", "m enter j j j j j j enter");
    map_picture("model_history", "m h");
    map_picture("model_questions", "m Q");
    map_picture("model_question", "m Q j enter");
    map_picture("model_truth", "m O j");
    map_picture("model_truth_owner", "m O j j enter");
    map_picture("model_targets", "m T j");
    map_picture("model_users", "m U j");
}

#[test]
fn figures_while_they_are_made() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.keys(RENEWALS);
        bench.answers = false;
        bench.keys("p").later(1_200);
        let generation = bench.app.counting()[0];
        let progress = crate::job::Progress {
            stage: "counting".into(),
            details: Vec::new(),
            done: 740,
            total: Some(2_109),
            rows: 740,
            quarantined: 0,
            elapsed: std::time::Duration::from_millis(1_200),
            left: Some(std::time::Duration::from_secs(3)),
            cancelling: false,
        };
        bench.send(Msg::Counting(generation, progress));
        keep("profile_counting", &bench, width, height);
    }
}

#[test]
fn dates_once_decided() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.decided = Some(crate::sources::profile::DateOrder::DayFirst);
        bench.keys(&format!("{RENEWALS} p ] ] ] l j j j j j j"));
        keep("profile_decided", &bench, width, height);
    }
}

#[test]
fn sources_before_the_first_load() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.app.inventory = Some(crate::sources::Inventory::default());
        bench.draw();
        keep("sources_empty", &bench, width, height);
    }
}

#[test]
fn a_survey_while_it_is_made_and_a_load_of_several_files_that_waits_for_it() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.app.sources.survey = None;
        bench.answers = false;
        bench.keys("F L esc F");
        let job = bench.app.jobs.survey().map(|entry| entry.id).unwrap();
        bench.later(4_000);
        let progress = crate::job::Progress {
            stage: "looking at Salesforce › Contact".into(),
            details: Vec::new(),
            done: 181_000,
            total: Some(302_774),
            rows: 181_000,
            quarantined: 0,
            elapsed: std::time::Duration::from_secs(4),
            left: Some(std::time::Duration::from_secs(3)),
            cancelling: false,
        };
        bench.send(Msg::Progress(job, progress));
        keep("sources_findings_not_yet", &bench, width, height);
        bench.answers = true;
        bench.keys("esc o down down down space space space enter enter J");
        keep("overlay_jobs_waiting", &bench, width, height);
    }
}

#[test]
fn a_system_without_a_file() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        let kind = crate::sources::SystemKind::Commerce;
        let shop = crate::sources::Source { name: "Shop".into(), kind, objects: Vec::new() };
        bench.inventory.sources.push(shop);
        let inventory = bench.inventory.clone();
        super::super::panes::sources::counted(&mut bench.app, inventory);
        bench.keys("G");
        keep("sources_no_file", &bench, width, height);
    }
}

#[test]
fn a_file_with_other_columns() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.keys("o down down down down enter enter");
        let clash = crate::sources::load::Clash {
            file: "Contact-roles.csv".into(),
            source: "Salesforce".into(),
            object: "Contact".into(),
            shared: 2,
            file_columns: 5,
            object_columns: 7,
        };
        bench.send(Msg::Clash(JobId(1), clash));
        keep("overlay_clash", &bench, width, height);
    }
}

#[test]
fn lookup() {
    picture("lookup_before", "5");
    picture("lookup_recent", "5 0 0 3 8 enter esc esc");
    picture("lookup_typing", "5 0 0 3 8");
    picture("lookup_ambiguous", "5 8 8 2 1 3");
    picture("lookup_near", "5 c u s _");
    picture("lookup_none", "5 z z z");
    picture("lookup_answer", "5 0 0 3 8 enter");
    picture("lookup_row", "5 0 0 3 8 enter enter");
}

#[test]
fn overlays() {
    picture("overlay_help", "?");
    picture("overlay_palette", ": r e c");
    picture("overlay_role", "j enter e");
    picture("overlay_form", "o down down down down enter e");
}

#[test]
fn a_load_while_it_runs() {
    for (width, height) in SIZES {
        let mut bench = Bench::new(width, height);
        bench.keys("o down down down down enter enter");
        for second in 1..=16_u64 {
            bench.later(1_000);
            let progress = crate::job::Progress {
                stage: "reading".into(),
                details: vec![
                    ("read as", "CSV, comma, UTF-8, header on line 1".into()),
                    ("native ID", "event_id".into()),
                ],
                done: 82_000_000 * second,
                total: Some(2_120_000_000),
                rows: 268_000 * second + second % 5 * 9_000,
                quarantined: 0,
                elapsed: std::time::Duration::from_secs(second),
                left: Some(std::time::Duration::from_secs(26 - second)),
                cancelling: false,
            };
            bench.send(Msg::Progress(JobId(1), progress));
        }
        keep("load_running", &bench, width, height);
        bench.keys("J");
        keep("overlay_jobs", &bench, width, height);
        bench.keys("esc q");
        keep("overlay_leaving", &bench, width, height);
        let mut problem = Problem::new("Account.csv was not loaded: a quote is opened and never closed.");
        problem.facts.push(("where", "line 8,113, column 9, Description, byte 1,904,220".into()));
        problem.facts.push(("tried", "comma, UTF-8, quotes doubled; read to the last line".into()));
        problem.still_true = "Nothing of it is in the workspace.".into();
        problem.next = "o chooses a corrected file.".into();
        bench.keys("esc");
        bench.send(Msg::JobEnded(JobId(1), Err(problem)));
        keep("overlay_problem", &bench, width, height);
    }
}

#[test]
fn small_screens() {
    for (width, height) in [(59, 14), (40, 8), (20, 5)] {
        let mut bench = Bench::new(width, height);
        keep("small_sources", &bench, width, height);
        bench.resize(100, 30).keys("5").types("0038");
        bench.resize(width, height);
        keep("small_lookup", &bench, width, height);
    }
}
