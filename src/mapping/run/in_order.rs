//! Work on many items by several threads, whose results are taken in the order of the items: any number of threads gives
//! the same.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::job::{Cancelled, Job};

/// How many threads work at once.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).clamp(1, 8)
}

struct Hall<R, E> {
    done: BTreeMap<usize, R>,
    /// Results that were taken; none further ahead than this many behind it is begun.
    taken: usize,
    /// How many items there were.
    ended: Option<usize>,
    failed: Option<E>,
    stopped: bool,
}

struct Shared<R, E> {
    hall: Mutex<Hall<R, E>>,
    changed: Condvar,
}

impl<R, E> Shared<R, E> {
    fn lock(&self) -> MutexGuard<'_, Hall<R, E>> {
        self.hall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut Hall<R, E>)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn fail(&self, error: E) {
        self.tell(|hall| {
            hall.failed.get_or_insert(error);
            hall.stopped = true;
        });
    }
}

/// Lets nobody wait for a thread that panicked.
struct Leaving<'a, R, E>(&'a Shared<R, E>);

impl<R, E> Drop for Leaving<'_, R, E> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.tell(|hall| hall.stopped = true);
        }
    }
}

/// Does `work` on every item, by `threads` threads that each `begin` with something of their own, and hands the results to
/// `take` in the order of the items. No more than some results wait.
///
/// # Errors
/// The first error of any of them, or that the job was cancelled.
pub fn in_order<I, S, R: Send, E: Send + From<Cancelled>>(
    threads: usize,
    job: &Job,
    items: impl Iterator<Item = Result<I, E>> + Send,
    begin: impl Fn() -> Result<S, E> + Sync,
    work: impl Fn(&mut S, I) -> Result<R, E> + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = threads.max(1);
    let ahead = threads * 3;
    let shared = Shared {
        hall: Mutex::new(Hall { done: BTreeMap::new(), taken: 0, ended: None, failed: None, stopped: false }),
        changed: Condvar::new(),
    };
    let items = Mutex::new((0usize, items));
    let next = || {
        let mut items = items.lock().unwrap_or_else(PoisonError::into_inner);
        let number = items.0;
        {
            let mut hall = shared.lock();
            while !hall.stopped && hall.ended.is_none() && number >= hall.taken + ahead {
                hall = shared.changed.wait(hall).unwrap_or_else(PoisonError::into_inner);
            }
            if hall.stopped || hall.ended.is_some() {
                return None;
            }
        }
        match items.1.next() {
            None => {
                shared.tell(|hall| hall.ended = Some(number));
                None
            }
            Some(item) => {
                items.0 += 1;
                Some((number, item))
            }
        }
    };
    let labour = || {
        let _leaving = Leaving(&shared);
        let mut own = match begin() {
            Ok(own) => own,
            Err(error) => return shared.fail(error),
        };
        while let Some((number, item)) = next() {
            match item.and_then(|item| work(&mut own, item)) {
                Ok(result) => shared.tell(|hall| {
                    hall.done.insert(number, result);
                }),
                Err(error) => return shared.fail(error),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(labour);
        }
        loop {
            let result = {
                let mut hall = shared.lock();
                loop {
                    let taken = hall.taken;
                    if let Some(result) = hall.done.remove(&taken) {
                        hall.taken += 1;
                        break Some(result);
                    }
                    if hall.stopped || hall.ended == Some(taken) {
                        break None;
                    }
                    hall = shared.changed.wait(hall).unwrap_or_else(PoisonError::into_inner);
                }
            };
            let Some(result) = result else { break };
            shared.changed.notify_all();
            if let Err(error) = job.check().map_err(E::from).and_then(|()| take(result)) {
                shared.fail(error);
                break;
            }
        }
    });
    let hall = shared.hall.into_inner().unwrap_or_else(PoisonError::into_inner);
    hall.failed.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Stop(&'static str);

    impl From<Cancelled> for Stop {
        fn from(_: Cancelled) -> Self {
            Self("cancelled")
        }
    }

    fn squares(threads: usize, job: &Job, until: u64) -> (Vec<u64>, Result<(), Stop>) {
        let mut taken = Vec::new();
        let items = (0..1_000u64).map(|n| if n == until { Err(Stop("an item")) } else { Ok(n) });
        let end = in_order(
            threads,
            job,
            items,
            || Ok(0u64),
            |own, n| {
                *own += 1;
                Ok(n * n)
            },
            |square| {
                taken.push(square);
                if taken.len() == 400 { Err(Stop("the taker")) } else { Ok(()) }
            },
        );
        (taken, end)
    }

    #[test]
    fn results_come_in_the_order_of_the_items_with_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut taken = Vec::new();
            let items = (0..500u64).map(Ok::<_, Stop>);
            let end = in_order(
                threads,
                &Job::new(),
                items,
                || Ok(()),
                |(), n| Ok(n * n),
                |n| {
                    taken.push(n);
                    Ok(())
                },
            );
            assert_eq!(end, Ok(()));
            assert_eq!(taken, (0..500).map(|n| n * n).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn whoever_fails_ends_all_of_it() {
        let (taken, end) = squares(3, &Job::new(), u64::MAX);
        assert_eq!((taken.len(), end), (400, Err(Stop("the taker"))));
        let (_, end) = squares(3, &Job::new(), 77);
        assert_eq!(end, Err(Stop("an item")));
        let none = in_order(
            2,
            &Job::new(),
            (0..9).map(Ok::<i32, Stop>),
            || Err::<(), _>(Stop("no begin")),
            |(), n| Ok(n),
            |_| Ok(()),
        );
        assert_eq!(none, Err(Stop("no begin")));
    }

    #[test]
    fn a_cancelled_job_stops_before_the_next_result_is_taken() {
        let job = Job::new();
        job.cancel();
        let (taken, end) = squares(2, &job, u64::MAX);
        assert_eq!((taken.len(), end), (0, Err(Stop("cancelled"))));
    }
}
