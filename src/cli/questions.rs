//! `cutover questions`: the operating questions, answered once, by name and date.

use clap::{Args, Subcommand};
use serde_json::json;

use super::output::Output;
use super::{Common, Failure, definition, exit, place};
use crate::model::questions::{self, Question};
use crate::values::format::count;
use crate::values::shown::Shown;

/// What has to be decided before records of several systems become one picture of a customer.
///
/// Without a command: every question with its answer, who gave it and when.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Questions {
    /// Only those that nobody answered; exit code 1 if there are any
    #[arg(long)]
    open: bool,
    /// Only those that matter to this entity or place (map, duplicates, lifecycle, delivery)
    #[arg(long = "for", value_name = "WHAT")]
    matters_to: Option<String>,
    #[command(subcommand)]
    act: Option<Act>,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Answer a question; an earlier answer stays in its history
    Answer {
        id: String,
        /// One of the choices (by its number too), or another answer
        answer: String,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        because: String,
    },
    /// Ask a question of the project's own
    Ask {
        /// Small letters, digits, hyphens: what-is-a-partner
        id: String,
        question: String,
        /// An answer to choose from (may be repeated)
        #[arg(long = "choice", value_name = "TEXT")]
        choices: Vec<String>,
        /// An entity or place beside which it is shown (may be repeated)
        #[arg(long = "matters-to", value_name = "WHAT")]
        matters_to: Vec<String>,
    },
    /// The answers that a question had: who gave which, when
    History { id: String },
}

pub(super) fn run(args: &Questions, common: &Common, output: &Output) -> Result<u8, Failure> {
    match &args.act {
        None => list(args, common, output),
        Some(Act::Answer { id, answer, because }) => {
            let workspace = place::open(common, true)?;
            let known = one(&workspace, id)?;
            // `2` chooses the second.
            let chosen = answer.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            let chosen = known.as_ref().zip(chosen).and_then(|(question, at)| question.choices.get(at).cloned());
            questions::answer(&workspace, id, None, chosen.as_deref().unwrap_or(answer), because)?;
            tell(&workspace, id, output)
        }
        Some(Act::Ask { id, question, choices, matters_to }) => {
            let workspace = place::open(common, true)?;
            questions::ask(&workspace, id, question, choices, matters_to)?;
            tell(&workspace, id, output)
        }
        Some(Act::History { id }) => {
            let workspace = place::open(common, false)?;
            if one(&workspace, id)?.is_none() {
                return Err(Failure::usage(
                    format!("There is no question “{}”.", Shown::of(id)),
                    "cutover questions lists them.",
                ));
            }
            definition::history(&workspace.reader()?, "name", questions::KIND, id, None, output)
        }
    }
}

fn one(workspace: &crate::workspace::Workspace, id: &str) -> Result<Option<Question>, Failure> {
    let reader = workspace.reader()?;
    let all = questions::questions(reader.conn()).map_err(|e| reader.explain(&e))?;
    Ok(all.into_iter().find(|question| question.id == id.trim()))
}

fn tell(workspace: &crate::workspace::Workspace, id: &str, output: &Output) -> Result<u8, Failure> {
    let Some(question) = one(workspace, id)? else { return Ok(exit::DONE) };
    if output.json {
        return output.object(&serde_json::to_value(&question).unwrap_or_default());
    }
    output.text(&drawn(&question))
}

fn list(args: &Questions, common: &Common, output: &Output) -> Result<u8, Failure> {
    let workspace = place::open(common, false)?;
    let reader = workspace.reader()?;
    let all = match &args.matters_to {
        Some(what) => questions::questions_for(reader.conn(), what),
        None => questions::questions(reader.conn()),
    };
    let mut all = all.map_err(|e| reader.explain(&e))?;
    let open = all.iter().filter(|question| question.answer.is_none()).count();
    let total = all.len();
    if args.open {
        all.retain(|question| question.answer.is_none());
    }
    if output.json {
        output.object(&json!({ "questions": all, "open": open, "total": total }))?;
    } else {
        let drawn: Vec<String> = all.iter().map(drawn).collect();
        let line =
            format!("{} = {} answered + {open} open\n", count(total as u64, "question", "questions"), total - open);
        output.text(&format!("{}{}{line}", drawn.join("\n"), if drawn.is_empty() { "" } else { "\n" }))?;
    }
    Ok(if args.open && open > 0 { exit::NOT_HELD } else { exit::DONE })
}

fn drawn(question: &Question) -> String {
    let mut text = format!("{}  {}\n", Shown::of(&question.id), Shown::of(&question.question));
    match &question.answer {
        Some(answer) => {
            text.push_str(&format!(
                "  {} · {} · {}\n",
                Shown::of(&answer.answer),
                Shown::of(&answer.by),
                Shown::of(&answer.at)
            ));
            if !answer.because.is_empty() {
                text.push_str(&format!("  because {}\n", Shown::of(&answer.because)));
            }
        }
        None => {
            for (at, choice) in question.choices.iter().enumerate() {
                text.push_str(&format!("  {}  {}\n", at + 1, Shown::of(choice)));
            }
            if question.choices.is_empty() {
                text.push_str("  open\n");
            }
        }
    }
    text
}
