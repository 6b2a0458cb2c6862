//! Writes the exports of Larkfield, the sample company: `cargo run --example generate_sample -- OUT_DIR [--seed N]`.
//! OUT_DIR gets a folder for each system, `larkfield.zip` with the same files, the truth in `truth/` and the table of the
//! planted traps, `traps.md`. The same seed gives the same bytes on any machine.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

mod company;

fn main() -> Result<(), Box<dyn Error>> {
    let mut seed = company::SEED;
    let mut out = None;
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seed" => seed = arguments.next().ok_or("--seed needs a number")?.parse()?,
            _ => out = Some(argument),
        }
    }
    let out = out.ok_or("usage: generate_sample OUT_DIR [--seed N]")?;
    let out = Path::new(&out);
    let sample = company::generate(seed);
    let truth = sample.truth.iter().map(|(name, bytes)| (format!("truth/{name}"), bytes));
    for (path, bytes) in sample.exports.iter().map(|(path, bytes)| (path.clone(), bytes)).chain(truth) {
        let path = out.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    fs::write(out.join("larkfield.zip"), &sample.archive)?;
    fs::write(out.join("traps.md"), &sample.traps)?;
    println!("{}", sample.traps);
    println!("larkfield.zip: {} bytes", sample.archive.len());
    Ok(())
}
