//! `cutover lookup`: who or what an identifier is.

use std::io::{BufRead, Write};

use clap::Args;

use super::output::Output;
use super::records::{key_of, value_of};
use super::{Common, Failure, exit, place};
use crate::crosswalk::search::Searcher;
use crate::crosswalk::{Answer, Found, Hit, How, IdKind};
use crate::sources::ColumnRole;
use crate::values::shown::Shown;

/// Find a record by any identifier, however it is written: an ID of any system, an e-mail, a phone number, a name, a
/// record key.
#[derive(Debug, Args)]
pub(super) struct Lookup {
    /// What the customer gives you; several words are one text (after `--` it may begin with a hyphen)
    #[arg(required_unless_present = "stdin", value_name = "TEXT", allow_negative_numbers = true)]
    text: Vec<String>,
    /// The most answers
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Look up every line of standard input; answers one a line (NDJSON with --json)
    #[arg(long, conflicts_with = "text")]
    stdin: bool,
}

pub(super) fn run(args: &Lookup, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    output.use_mask_of(&workspace)?;
    let mut searcher = Searcher::open(&workspace)?;
    if args.stdin {
        return each_line(args, &mut searcher, output);
    }
    let text = args.text.join(" ");
    let found = searcher.find(&text, args.limit.max(1))?;
    let answers = answers_of(&mut searcher, &found)?;
    if output.json {
        output.object(&to_json(&found, &answers, output))?;
    } else {
        output.text(&in_words(&found, &answers, output))?;
    }
    Ok(if found.hits.is_empty() { exit::NOT_HELD } else { exit::DONE })
}

fn each_line(args: &Lookup, searcher: &mut Searcher, output: &Output) -> Result<u8, Failure> {
    let mut out = output.stream();
    let mut missed = false;
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.read_until(b'\n', &mut line).map_err(|e| Failure::io("standard input", &e))?;
        if read == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if text.trim().is_empty() {
            continue;
        }
        let found = searcher.find(text, args.limit.max(1))?;
        missed |= found.hits.is_empty();
        let written = if output.json {
            let answers = answers_of(searcher, &found)?;
            writeln!(out, "{}", super::output::json_line(&to_json(&found, &answers, output)))
        } else {
            writeln!(out, "{}", one_line(&found, output))
        };
        written.map_err(|e| Failure::io("standard output", &e))?;
    }
    out.flush().map_err(|e| Failure::io("standard output", &e))?;
    Ok(if missed { exit::NOT_HELD } else { exit::DONE })
}

fn answers_of(searcher: &mut Searcher, found: &Found) -> Result<Vec<Answer>, Failure> {
    found.hits.iter().map(|hit| searcher.answer(hit).map_err(Failure::from)).collect()
}

fn one_line(found: &Found, output: &Output) -> String {
    let typed = Shown::of(&typed_text(found, output));
    match found.hits.first() {
        None => format!("{typed}\tnot found"),
        Some(_) if found.exact > 1 => format!("{typed}\t{} records have exactly this", found.exact),
        Some(hit) => format!(
            "{typed}\t{}\t{} {}\t{}\t{}",
            how(hit),
            Shown::of(&hit.source),
            Shown::of(&hit.object),
            shown_id(hit, output),
            output.shown(&hit.title)
        ),
    }
}

fn how(hit: &Hit) -> String {
    let word = match hit.how {
        How::Exact => "exact",
        How::Prefix => "begins like that",
        How::Substring => "holds it",
        How::Typo => "one character off",
        How::Guess => "a guess",
    };
    match &hit.note {
        Some(note) if hit.how == How::Typo => note.clone(),
        Some(note) => format!("{word}: {note}"),
        None => word.to_owned(),
    }
}

fn id_text(hit: &Hit, output: &Output) -> String {
    match hit.kind {
        IdKind::Email | IdKind::Phone | IdKind::Name => output.value(&hit.id),
        _ => value_of(output, ColumnRole::NativeId, &hit.id),
    }
}

fn shown_id(hit: &Hit, output: &Output) -> Shown {
    Shown::of(&id_text(hit, output))
}

fn title(hit: &Hit, output: &Output) -> String {
    if hit.title == hit.id { id_text(hit, output) } else { output.value(&hit.title) }
}

/// What was typed. Whoever masks may have typed a name or an address; an ID that was found stays readable.
fn typed_text(found: &Found, output: &Output) -> String {
    let is_personal = |hit: &Hit| matches!(hit.kind, IdKind::Email | IdKind::Phone | IdKind::Name);
    if found.hits.is_empty() || found.typed.contains('@') || found.hits.iter().any(is_personal) {
        return output.value(&found.typed);
    }
    found.typed.clone()
}

/// The key of the record that holds a find, without an address in it if masking is asked for.
fn record_of(hit: &Hit, output: &Output) -> String {
    let place = format!("{}/{}/", hit.source, hit.object);
    match hit.record.strip_prefix(&place) {
        Some(id) if !id.starts_with('@') => format!("{place}{}", value_of(output, ColumnRole::NativeId, id)),
        _ => hit.record.clone(),
    }
}

fn to_json(found: &Found, answers: &[Answer], output: &Output) -> serde_json::Value {
    let typed = typed_text(found, output);
    let answers: Vec<serde_json::Value> = answers.iter().map(|answer| answer_json(answer, &typed, output)).collect();
    let remarks: Vec<String> = found.remarks.iter().map(|remark| output.sentence(remark)).collect();
    serde_json::json!({
        "typed": typed, "answers": answers, "exact": found.exact, "more": found.more, "remarks": remarks,
    })
}

fn answer_json(answer: &Answer, typed: &str, output: &Output) -> serde_json::Value {
    let hit = &answer.hit;
    let record: serde_json::Map<String, serde_json::Value> = answer
        .record
        .values
        .iter()
        .filter_map(|(name, role, value)| Some((name.clone(), value_of(output, *role, value.as_deref()?).into())))
        .collect();
    let legacy: Vec<serde_json::Value> = answer
        .linked
        .iter()
        .map(|link| {
            serde_json::json!({
                "id": value_of(output, ColumnRole::NativeId, &link.id), "kind": link.kind, "source": link.source,
                "object": link.object, "status": link.status, "note": masked_note(&link.note, output),
            })
        })
        .collect();
    let history: Vec<serde_json::Value> = answer
        .chain
        .iter()
        .map(|step| {
            serde_json::json!({
                "what": "merged", "from": output.sentence(&step.from), "into": output.sentence(&step.into),
                "source": step.source, "at": step.at, "told_by": output.sentence(&step.told_by),
            })
        })
        .collect();
    let named_by: Vec<serde_json::Value> = answer
        .named_by
        .iter()
        .map(|(source, object, column, count)| {
            serde_json::json!({ "source": source, "object": object, "column": column, "records": count })
        })
        .collect();
    serde_json::json!({
        "matched": {
            "id": id_text(hit, output), "typed": typed, "kind": hit.kind, "source": hit.source, "object": hit.object,
            "column": hit.column, "how": hit.how, "note": hit.note, "record": record_of(hit, output),
        },
        "native_id": answer.record.native_id.as_deref().map(|id| value_of(output, ColumnRole::NativeId, id)),
        "record_key": key_of(output, &answer.record),
        "source": answer.record.source, "object": answer.record.object,
        "title": title(hit, output),
        "record": record,
        "load": answer.record.load.0, "file": answer.record.file, "line": answer.record.line,
        "status": hit.status, "reason": output.sentence(&hit.reason),
        "customer": null,
        "legacy_ids": legacy,
        "history": history,
        "named_by": named_by,
        "remarks": answer.remarks.iter().map(|remark| output.sentence(remark)).collect::<Vec<_>>(),
        "lifecycle": null,
    })
}

/// What stands after ` · ` is a name.
fn masked_note(note: &str, output: &Output) -> String {
    match note.split_once(" · ") {
        Some((says, name)) if output.masks() => format!("{says} · {}", output.value(name)),
        _ => note.to_owned(),
    }
}

fn in_words(found: &Found, answers: &[Answer], output: &Output) -> String {
    let mut text = String::new();
    let Some(first) = found.hits.first() else {
        text.push_str(&format!(
            "Nobody has “{}”. It was in no file that was loaded.\n",
            Shown::of(&typed_text(found, output))
        ));
        for remark in &found.remarks {
            text.push_str(&format!("! {}\n", Shown::of(&output.sentence(remark))));
        }
        return text;
    };
    let alone = found.exact == 1 || (found.hits.len() == 1 && first.how != How::Typo && first.how != How::Guess);
    if alone && let Some(answer) = answers.first() {
        text.push_str(&one_answer(answer, output));
        let others = found.hits.len() - 1;
        if others > 0 {
            text.push_str("\nAlso\n");
        }
        text.push_str(&list(&found.hits[1..], output));
    } else {
        if found.exact == 0 {
            text.push_str(&format!("Nobody has exactly “{}”. Nearest:\n", Shown::of(&typed_text(found, output))));
        }
        text.push_str(&list(&found.hits, output));
    }
    if found.more {
        text.push_str("and more; --limit N lists them.\n");
    }
    for remark in &found.remarks {
        text.push_str(&format!("! {}\n", Shown::of(&output.sentence(remark))));
    }
    text
}

fn list(hits: &[Hit], output: &Output) -> String {
    let mut text = String::new();
    for hit in hits {
        text.push_str(&format!(
            "  {}  {} {} · {} · {} · {}\n",
            shown_id(hit, output),
            Shown::of(&hit.source),
            Shown::of(&hit.object),
            Shown::of(&title(hit, output)),
            how(hit),
            Shown::of(&output.sentence(&hit.reason))
        ));
    }
    text
}

fn one_answer(answer: &Answer, output: &Output) -> String {
    let hit = &answer.hit;
    let record = &answer.record;
    let mut text = format!("{}\n", Shown::of(&title_of(answer, output)));
    text.push_str(&format!(
        "  matched   {} ({} {}, {})\n",
        shown_id(hit, output),
        Shown::of(&hit.source),
        Shown::of(&hit.column),
        how(hit)
    ));
    text.push_str(&format!("  status    {}\n", Shown::of(&output.sentence(&hit.reason))));
    text.push_str(&format!(
        "  record    {}\n  from      {}, line {}, load {}\n",
        Shown::of(&key_of(output, record)),
        Shown::of(&record.file),
        record.line,
        record.load
    ));
    for (name, role, value) in &answer.highlights {
        text.push_str(&format!("  {}  {}\n", Shown::of(name).pad_right(8), Shown::of(&value_of(output, *role, value))));
    }
    if !answer.chain.is_empty() {
        let mut chain = Shown::of(&output.sentence(&answer.chain[0].from)).to_plain();
        for step in &answer.chain {
            let at = step.at.as_deref().map_or_else(String::new, |at| format!(" ({})", at.get(..10).unwrap_or(at)));
            chain.push_str(&format!(" → {}{at}", Shown::of(&output.sentence(&step.into))));
        }
        text.push_str(&format!("  merged    {chain}\n"));
    }
    if !answer.linked.is_empty() {
        text.push_str("  every old ID\n");
        for link in &answer.linked {
            text.push_str(&format!(
                "    {} {}  {}  {}\n",
                Shown::of(&link.source),
                Shown::of(&link.object),
                Shown::of(&value_of(output, ColumnRole::NativeId, &link.id)),
                Shown::of(&masked_note(&link.note, output))
            ));
        }
    }
    for (source, object, column, count) in &answer.named_by {
        text.push_str(&format!(
            "  named by  {} of {} {} in {}\n",
            crate::values::format::count(*count, "record", "records"),
            Shown::of(source),
            Shown::of(object),
            Shown::of(column)
        ));
    }
    text.push_str("  the row as exported\n");
    for (name, role, value) in &record.values {
        let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else { continue };
        let value = Shown::of(&value_of(output, *role, value)).fit_end(100);
        text.push_str(&format!("    {}  {value}\n", Shown::of(name).fit_end(28).pad_right(28)));
    }
    for remark in &answer.remarks {
        text.push_str(&format!("  ! {}\n", Shown::of(&output.sentence(remark))));
    }
    text
}

fn title_of(answer: &Answer, output: &Output) -> String {
    let title = crate::crosswalk::search::title_of(&answer.record);
    if Some(&title) == answer.record.native_id.as_ref() {
        value_of(output, ColumnRole::NativeId, &title)
    } else {
        output.value(&title)
    }
}
