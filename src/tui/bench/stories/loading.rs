//! Stories of loading.

use super::super::super::jobs::told;
use super::super::super::msg::{Ask, Came, Effect, JobId, Loaded, Msg, Outcome, Problem};
use super::super::super::place::Place;
use super::super::Bench;
use super::asked;
use crate::job::Job;
use crate::sources::LoadId;

#[test]
fn a_file_is_found_by_typing_looked_at_and_loaded() {
    let mut bench = Bench::new(120, 36);
    bench.keys("o").types("contact-d").keys("tab enter");
    assert!(bench.line(1).contains("Before loading › Contact-delta.csv"), "{}", bench.screen());
    bench.keys("enter");
    assert!(
        matches!(bench.effects.last(), Some(Effect::Load { job: JobId(1), files, .. }) if files[0].ends_with("Contact-delta.csv"))
    );
    assert_eq!(bench.app.place(), Place::Progress);
    let loaded = Loaded {
        file: "Contact-delta.csv".into(),
        outcome: Outcome::Done { load: LoadId(15), new: 1_204, changed: 2_310, quarantined: 0 },
    };
    bench.send(Msg::JobEnded(JobId(1), Ok(Came::Loaded(vec![loaded]))));
    assert_eq!(bench.app.place(), Place::Sources);
    assert!(
        bench.message().starts_with("✓ Loaded Contact-delta.csv: 1,204 new, 2,310 changed, 0 quarantined."),
        "{}",
        bench.message()
    );
}

#[test]
fn the_same_bytes_again_change_nothing() {
    let again = Loaded {
        file: "Contact.csv".into(),
        outcome: Outcome::Already { load: LoadId(9), as_of: "2025-11-14T06:00:00Z".into() },
    };
    assert_eq!(told(&[again]).line.to_plain(None), "These bytes are load 9 already (2025-11-14). Nothing changed.");
}

#[test]
fn several_files_are_marked_and_loaded_at_once() {
    let mut bench = Bench::new(120, 36);
    bench.keys("o down down down down space space enter");
    assert!(bench.line(1).contains("2 files, nothing is loaded yet"), "{}", bench.screen());
    assert!(asked(&bench).iter().any(|ask| matches!(ask, Ask::Propose { files, .. } if files.len() == 2)));
}

#[test]
fn a_letter_typed_in_the_list_goes_into_the_path() {
    let mut bench = Bench::new(120, 36);
    bench.keys("o down down q");
    assert!(bench.screen().contains("> ./q▏"));
    assert!(!bench.effects.contains(&Effect::Quit));
}

#[test]
fn how_a_file_is_read_can_be_overruled() {
    let mut bench = Bench::new(100, 30);
    bench.keys("o down down down down enter");
    bench.keys("e down down down down down").types("nonsense").keys("enter");
    assert!(bench.screen().contains("✗ one character, or its name"), "{}", bench.screen());
    bench.keys("ctrl-u tab tab enter");
    assert!(
        matches!(asked(&bench).last(), Some(Ask::Propose { how, .. }) if how.read.delimiter == Some(b';') && how.object.as_deref() == Some("Contact")),
        "{:?}",
        asked(&bench).last()
    );
}

fn loading() -> Bench {
    let mut bench = Bench::new(120, 36);
    bench.keys("o down down down down enter enter");
    let job = Job::new();
    job.begin("reading", 2_120_000_000);
    job.advance(1_310_000_000);
    job.count_rows(6_912_400, 0);
    job.note("read as", "CSV, comma, UTF-8, header on line 1".into());
    let mut progress = job.progress();
    progress.left = Some(std::time::Duration::from_secs(16));
    progress.elapsed = std::time::Duration::from_secs(26);
    bench.later(26_000);
    bench.send(Msg::Progress(JobId(1), progress));
    bench
}

#[test]
fn a_running_load_is_left_running_and_seen_everywhere() {
    let mut bench = loading();
    assert!(bench.screen().contains("61 %   about 16 s left"), "{}", bench.screen());
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::Sources);
    assert!(bench.line(35).contains("load  61 %  J jobs"), "{}", bench.line(35));
    bench.keys("J enter");
    assert_eq!(bench.app.place(), Place::Progress);
    bench.keys("c");
    assert_eq!(bench.effects.last(), Some(&Effect::Cancel(JobId(1))));
}

#[test]
fn leaving_asks_only_while_a_load_runs_and_never_by_the_same_key() {
    let mut bench = loading();
    bench.keys("q q");
    assert!(!bench.effects.contains(&Effect::Quit));
    bench.keys("q enter");
    assert!(!bench.effects.contains(&Effect::Quit), "the cursor begins on staying");
    bench.keys("q down enter");
    assert_eq!(bench.effects[bench.effects.len() - 2..], [Effect::Cancel(JobId(1)), Effect::Quit]);
}

#[test]
fn a_load_that_failed_says_what_is_still_true() {
    let mut bench = loading();
    let mut problem = Problem::new("Contact.csv was not loaded: a quote is opened and never closed.");
    problem.facts.push(("where", "line 8,113, column 9".into()));
    problem.still_true = "Nothing of it is in the workspace.".into();
    problem.next = "o chooses a corrected file.".into();
    bench.send(Msg::JobEnded(
        JobId(1),
        Ok(Came::Loaded(vec![Loaded { file: "Contact.csv".into(), outcome: Outcome::Failed(Box::new(problem)) }])),
    ));
    assert_eq!(bench.app.place(), Place::Problem);
    bench.keys("y");
    assert!(bench.copied().unwrap().contains("where: line 8,113, column 9"));
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::Sources);
}

#[test]
fn nothing_is_written_to_a_workspace_opened_for_reading() {
    let mut bench = Bench::new(100, 30);
    bench.app.session.as_mut().unwrap().read_only = true;
    let before = bench.effects.len();
    bench.keys("o u ctrl-r j enter l x h e enter esc esc e enter + x");
    let changes = |effect: &Effect| {
        matches!(
            effect,
            Effect::Load { .. }
                | Effect::Rebuild { .. }
                | Effect::Ask { ask: Ask::EditFacts { .. } | Ask::SetRole { .. }, .. }
        )
    };
    assert!(!bench.effects[before..].iter().any(changes));
    assert!(bench.line(0).contains("read only"));
}

#[test]
fn esc_before_loading_goes_back_to_the_choice_of_files() {
    let mut bench = Bench::new(120, 36);
    bench.keys("o").types("contact-d").keys("tab enter");
    assert_eq!(bench.app.place(), Place::Proposal);
    bench.keys("esc");
    assert_eq!(bench.app.place(), Place::Chooser);
    assert!(bench.screen().contains("> ./Contact-delta.csv▏"), "{}", bench.screen());
}
