//! A command as a line for a shell: that of POSIX, and PowerShell on Windows.

/// The line that sets the variables for one command, and runs it.
///
/// PowerShell has no variables for one command: they are set, and removed when it has ended.
pub(super) fn line(variables: &[(&str, String)], command: &[String]) -> String {
    match cfg!(windows) {
        true => powershell(variables, command),
        false => posix(variables, command),
    }
}

fn posix(variables: &[(&str, String)], command: &[String]) -> String {
    let set = variables
        .iter()
        .map(|(name, value)| format!("{name}={}", posix_word(value)));
    let words = command.iter().map(|word| posix_word(word));
    set.chain(words).collect::<Vec<_>>().join(" ")
}

/// Nothing is special between single quotes but their end.
fn posix_word(word: &str) -> String {
    match is_plain(word) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

fn powershell(variables: &[(&str, String)], command: &[String]) -> String {
    let set = variables
        .iter()
        .map(|(name, value)| format!("$env:{name}={}", powershell_text(value)));
    let words = command.iter().map(|word| match is_plain(word) {
        true => word.clone(),
        false => powershell_text(word),
    });
    let unset = variables
        .iter()
        .map(|(name, _)| format!("Remove-Item Env:{name}"));
    let command = words.collect::<Vec<_>>().join(" ");
    let all: Vec<_> = set.chain([command]).chain(unset).collect();
    all.join("; ")
}

/// Its typographic quotes end a text, too.
fn powershell_text(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '‘' | '’' | '‚' | '‛') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    quoted
}

/// Whether no shell reads anything into this word.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    !word.is_empty() && word.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn plain_words_stand_as_they_are() {
        let variables = [("REWEAVE_SEED", "7".to_owned())];
        let command = words(&["cargo", "test", "a::b", "--", "--exact"]);
        let posix = posix(&variables, &command);
        assert_eq!(posix, "REWEAVE_SEED=7 cargo test a::b -- --exact");
        let powershell = powershell(&variables, &command);
        assert_eq!(
            powershell,
            "$env:REWEAVE_SEED='7'; cargo test a::b -- --exact; Remove-Item Env:REWEAVE_SEED"
        );
    }

    #[test]
    fn quotes_are_quoted() {
        let variables = [("T", "main/it's ‘here’ $x".to_owned())];
        let command = words(&["run", ""]);
        assert_eq!(
            posix(&variables, &command),
            r"T='main/it'\''s ‘here’ $x' run ''"
        );
        assert_eq!(
            powershell(&variables, &command),
            "$env:T='main/it''s ‘‘here’’ $x'; run ''; Remove-Item Env:T"
        );
    }

    /// A shell gives back what was quoted.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_what_was_meant() {
        for value in [
            "it's",
            "'",
            "''",
            "a b",
            "$HOME `id` \"x\" \\ * ! ;",
            "",
            "-n",
            "é",
        ] {
            let command = words(&["printenv", "T"]);
            let line = posix(&[("T", value.to_owned())], &command);
            let output = std::process::Command::new("sh")
                .arg("-c")
                .arg(&line)
                .output();
            let printed = String::from_utf8(output.unwrap().stdout).unwrap();
            assert_eq!(printed.strip_suffix('\n'), Some(value), "{line}");
        }
    }
}
