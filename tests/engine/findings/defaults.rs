//! The level of a finding that nobody set a level for.

use reweave::{FindingKind, Level, Sim};

use super::SECOND;

#[test]
fn each_kind_warns_denies_or_is_allowed() {
    let warn = [
        FindingKind::StuckTask,
        FindingKind::UnawaitedTask,
        FindingKind::NeverAwaited,
        FindingKind::LongHold,
        FindingKind::Leak,
        FindingKind::AbandonedReceiver,
        FindingKind::Starvation,
    ];
    for &kind in FindingKind::ALL {
        let expected = match kind {
            FindingKind::DroppedMessages => Level::Allow,
            kind if warn.contains(&kind) => Level::Warn,
            _ => Level::Deny,
        };
        assert_eq!(kind.default_level(), expected, "{kind}");
    }
}

#[test]
fn a_run_uses_it() {
    let run = Sim::new().run(async {
        drop(reweave::time::sleep(SECOND));
        reweave::thread::sleep(SECOND);
        drop(reweave::spawn(std::future::pending::<()>()));
    });
    let kinds = [
        FindingKind::Blocking,
        FindingKind::NeverAwaited,
        FindingKind::UnawaitedTask,
    ];
    assert_eq!(super::kinds(&run), kinds);
    for finding in run.findings() {
        assert_eq!(finding.level(), finding.kind().default_level());
    }
}
