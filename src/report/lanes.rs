//! Draws a story: a lane for each task or host, a row for each thing that one of them does, time and step on the left.
//!
//! ```text
//! time  step  main                 main/task            main/task#2
//!   0s     1  spawns main/task and main/task#2
//!   0s     2  │                    takes a
//!   0s     2  │                    is preempted: main/task#2 goes first (1)
//!   0s     3  │                    │                    takes b
//!   0s     3  │                    │                    waits for a ✗
//!   0s     4  │                    waits for b ✗
//! ```
//!
//! What is said begins in the lane, and may reach over those to its right, for nothing else happens in that row. A message, a grant,
//! a value that is read is an arrow from the lane that it comes from.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use super::canvas::{Canvas, Paint, Screen, wrapped};
use super::columns::Columns;
use super::screen::fitted;
use super::story::{Line, Story, Told};
use crate::base::count::counted;
use crate::base::ids::TaskNo;
use crate::base::span::Seconds;
use crate::record::event::{Event, PacketFate};

/// A lane is so wide at least, and at most if it is not the last; the last is so wide at least.
const LEAST: usize = 16;
const MOST: usize = 32;
const LEAST_LAST: usize = 34;

/// The name of one who has no lane has so many characters.
const MOST_NAME: usize = 24;

/// What one row says takes so many lines, at the most.
const MOST_LINES: usize = 3;

/// Writes the story.
pub(super) fn write(f: &mut fmt::Formatter<'_>, story: &Story, screen: Screen) -> fmt::Result {
    let lanes = Lanes::of(story, screen);
    lanes.head(f)?;
    for (nth, line) in story.lines.iter().enumerate() {
        match line {
            Line::Told(told) => lanes.told(f, nth, told)?,
            Line::Left {
                events,
                tasks,
                name,
            } => {
                let events = counted(*events, "event");
                let whose = match (tasks, name) {
                    (1, Some(name)) => format!(" of {}", fitted(name, MOST)),
                    (1, None) => String::new(),
                    (tasks, _) => format!(" of {}", counted(*tasks, "task")),
                };
                lanes.between(f, &format!("… {events}{whose} …"))?;
            }
            Line::Again { lines: 1, times } => {
                lanes.between(f, &format!("… the last line {times} times"))?;
            }
            Line::Again {
                lines: round,
                times,
            } => {
                lanes.between(f, &format!("… the last {round} lines {times} times"))?;
            }
        }
    }
    Ok(())
}

/// How a story lies on a screen.
struct Lanes<'s> {
    columns: &'s Columns,
    screen: Screen,
    /// How wide the times are, and the steps, if they are told.
    time: usize,
    step: Option<usize>,
    /// Where the first lane begins.
    lead: usize,
    /// The lane on the screen of each column that has one. The others share the last.
    shown: BTreeMap<usize, usize>,
    lanes: Vec<Lane>,
}

/// A lane on the screen.
struct Lane {
    name: String,
    /// Where it begins.
    start: usize,
    /// The first line in which something happens in it, and the last.
    alive: Option<(usize, usize)>,
}

impl<'s> Lanes<'s> {
    fn of(story: &'s Story, screen: Screen) -> Lanes<'s> {
        let columns = &story.columns;
        let told = |(nth, line): (usize, &'s Line)| match line {
            Line::Told(told) => Some((nth, told.as_ref())),
            Line::Left { .. } | Line::Again { .. } => None,
        };
        let told: Vec<(usize, &Told)> = story.lines.iter().enumerate().filter_map(told).collect();
        let width = |text: String| text.chars().count();
        let times = told
            .iter()
            .map(|(_, told)| width(Seconds(told.row.at).to_string()));
        let time = times.max().unwrap_or(0).max("time".len());
        let steps = told.iter().filter_map(|(_, told)| told.step);
        let step = steps
            .max()
            .map(|most| width(most.to_string()).max("step".len()));
        let lead = 2 + time + 2 + step.map_or(0, |step| step + 2);
        // Beside the last.
        let room = screen.width.saturating_sub(lead + LEAST_LAST);
        // Those that matter most have lanes of their own.
        let fit = 1 + room / LEAST;
        let mut order: Vec<usize> = (0..columns.lanes.len()).collect();
        order.sort_by_key(|&lane| Reverse(columns.lanes[lane].weight));
        let others = order.len() > fit;
        if others {
            order.truncate(fit - 1);
        }
        order.sort_unstable();
        let count = order.len() + usize::from(others);
        let wide = (room / count.saturating_sub(1).max(1)).clamp(LEAST, MOST);
        let names = order.iter().map(|&lane| columns.lanes[lane].name.as_str());
        let names = names
            .chain(others.then_some(if fit > 1 { "others" } else { "all" }))
            .enumerate();
        let lane = |(nth, name): (usize, &str)| Lane {
            name: fitted(
                name,
                if nth + 1 < count {
                    wide - 1
                } else {
                    LEAST_LAST
                },
            ),
            start: lead + nth * wide,
            alive: None,
        };
        let mut lanes = Lanes {
            columns,
            screen,
            time,
            step,
            lead,
            lanes: names.map(lane).collect(),
            shown: order
                .iter()
                .enumerate()
                .map(|(at, &lane)| (lane, at))
                .collect(),
        };
        for (nth, told) in told {
            for task in [Some(told.row.task), told.row.from].into_iter().flatten() {
                if let Some(lane) = lanes.lane(task) {
                    let alive = &mut lanes.lanes[lane].alive;
                    *alive = Some((alive.map_or(nth, |(first, _)| first), nth));
                }
            }
        }
        lanes
    }

    /// The lane of a task on the screen; none for the runtime.
    fn lane(&self, task: TaskNo) -> Option<usize> {
        let column = self.columns.lane(task)?;
        let others = self.lanes.len() - 1;
        Some(self.shown.get(&column).copied().unwrap_or(others))
    }

    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.lead("time", "step");
        for lane in &self.lanes {
            line.put(lane.start, &lane.name, Paint::Strong);
        }
        line.write(f, self.screen)
    }

    /// What stands on the left of a line.
    fn lead(&self, time: &str, step: &str) -> Canvas {
        let mut line = Canvas::default();
        line.put(2, &format!("{time:>0$}", self.time), Paint::Faint);
        if let Some(width) = self.step {
            line.put(2 + self.time + 2, &format!("{step:>width$}"), Paint::Faint);
        }
        line
    }

    /// A line between two rows.
    fn between(&self, f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
        let room = self.screen.width.saturating_sub(self.lead);
        let mut line = Canvas::default();
        line.put(self.lead, &fitted(text, room), Paint::Faint);
        line.write(f, self.screen)
    }

    /// A row.
    fn told(&self, f: &mut fmt::Formatter<'_>, nth: usize, told: &Told) -> fmt::Result {
        let step = told.step.map_or_else(String::new, |step| step.to_string());
        let mut line = self.lead(&Seconds(told.row.at).to_string(), &step);
        self.guides(&mut line, nth);
        if self.flight(&mut line, told) {
            return line.write(f, self.screen);
        }
        let lane = self.lane(told.row.task);
        let start = lane.map_or(self.lead, |lane| self.lanes[lane].start);
        let (text, paint) = self.text(told, lane);
        let room = self.screen.width.saturating_sub(start).max(LEAST);
        let mut texts = wrapped(&text, room, MOST_LINES).into_iter();
        let first = texts.next().unwrap_or_default();
        if let Some((lane, from)) = lane.zip(told.row.from.and_then(|from| self.lane(from))) {
            self.arrow(&mut line, from, lane, first.chars().count());
        }
        // No guide follows at once.
        line.put(start + first.chars().count(), " ", Paint::Plain);
        line.put(start, &first, paint);
        line.write(f, self.screen)?;
        for text in texts {
            let mut line = Canvas::default();
            self.guides(&mut line, nth);
            line.put(start + 2, &text, paint);
            line.write(f, self.screen)?;
        }
        Ok(())
    }

    /// What a row says, and how.
    fn text(&self, told: &Told, lane: Option<usize>) -> (String, Paint) {
        let row = &told.row;
        let shared = lane.is_some_and(|lane| lane == self.shown.len());
        let column = self
            .columns
            .lane(row.task)
            .map(|column| fitted(&self.columns.lanes[column].name, MOST_NAME));
        let whose = match (shared, self.columns.name(row.task), column) {
            (true, Some(task), Some(column)) => format!("{column}:{task}: "),
            (true, None, Some(column)) => format!("{column}: "),
            (false, Some(task), _) => format!("{task}: "),
            (false, None, _) | (true, _, None) => String::new(),
        };
        let whose = if lane.is_none() { "· " } else { &whose };
        let marks = marks(told);
        let failing = if told.failing { " ✗" } else { "" };
        // The message stands above.
        let panics = told.failing && matches!(row.event, Event::Panicked { .. });
        let said = if panics { "panics" } else { &row.said };
        let text = format!("{whose}{said}{marks}{failing}");
        let paint = match (told.failing, told.lost || row.deviation.is_some()) {
            (true, _) => Paint::Bad,
            (false, true) => Paint::Turn,
            (false, false) => Paint::Plain,
        };
        (text, paint)
    }

    /// Lines that show whose each lane is, between the first row in it and the last.
    fn guides(&self, line: &mut Canvas, nth: usize) {
        for lane in &self.lanes {
            if lane
                .alive
                .is_some_and(|(first, last)| first < nth && nth <= last)
            {
                line.put(lane.start, "│", Paint::Faint);
            }
        }
    }

    /// An arrow from one lane to what is said, in so many characters, in another.
    fn arrow(&self, line: &mut Canvas, from: usize, to: usize, said: usize) {
        let (start, end) = (self.lanes[from].start, self.lanes[to].start);
        if from < to {
            let shaft = "─".repeat(end - start - 3);
            line.put(start, &format!("├{shaft}▶"), Paint::Faint);
        } else if from > to && end + said + 3 < start {
            let shaft = "─".repeat(start - end - said - 2);
            line.put(end + said + 1, &format!("◀{shaft}┤"), Paint::Faint);
        }
    }

    /// A packet that does not simply arrive, as an arrow between the lanes of two hosts; if it has room.
    fn flight(&self, line: &mut Canvas, told: &Told) -> bool {
        let Event::Packet { fate, bytes, .. } = told.row.event else {
            return false;
        };
        let Some((from, to)) = &told.row.hosts else {
            return false;
        };
        let start = |host: &String| {
            let column = self
                .columns
                .lanes
                .iter()
                .position(|lane| lane.name == *host)?;
            let lane = self.shown.get(&column)?;
            Some(self.lanes[*lane].start)
        };
        let (Some(from), Some(to)) = (start(from), start(to)) else {
            return false;
        };
        let label = format!(" {}{} ", counted(bytes as usize, "byte"), marks(told));
        let (left, right) = (from.min(to), from.max(to));
        let length = right - left;
        let Some(shaft) = length.checked_sub(label.chars().count() + 4) else {
            return false;
        };
        let (lead, rest) = ("─".repeat(shaft / 2), "─".repeat(shaft - shaft / 2));
        let arrives = !matches!(fate, PacketFate::Lost | PacketFate::Cut);
        let drawn = match (from < to, arrives) {
            (true, true) => format!("├{lead}{label}{rest}▶"),
            (true, false) => format!("├{lead}{label}{rest}✗"),
            (false, true) => format!("◀{lead}{label}{rest}┤"),
            (false, false) => format!("✗{lead}{label}{rest}┤"),
        };
        line.put(left, &drawn, Paint::Turn);
        let after = right + 2;
        let words = fitted(fate.words(), self.screen.width.saturating_sub(after));
        line.put(after, &words, Paint::Turn);
        true
    }
}

/// What a row is to the course of the run: the deviation that shows in it, and whether the run is lost with it.
fn marks(told: &Told) -> String {
    let deviation = told.row.deviation.map(|nth| format!(" ({nth})"));
    let lost = if told.lost { " ← lost" } else { "" };
    format!("{}{lost}", deviation.unwrap_or_default())
}
