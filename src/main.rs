//! The `cutover` binary: hands the command line to the library and returns its exit code.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    cutover::cli::run(std::env::args_os())
}
