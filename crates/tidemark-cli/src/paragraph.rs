//! Sentences in lines that fit a terminal.

/// Columns of a terminal that is as narrow as usual.
const WIDTH: usize = 80;

/// The text behind `first`, its further lines indented as far. What stands in backticks stays in one line, to be copied.
pub(crate) fn paragraph(first: &str, text: &str) -> String {
    let indent = first.chars().count();
    let (mut lines, mut line) = (first.to_owned(), indent);
    for (number, word) in words(text).into_iter().enumerate() {
        let length = word.chars().count();
        if number > 0 && line + 1 + length > WIDTH {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', indent));
            line = indent;
        } else if number > 0 {
            lines.push(' ');
            line += 1;
        }
        lines.push_str(word);
        line += length;
    }
    lines.push('\n');
    lines
}

fn words(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let ends = move |c: char| {
        quoted ^= c == '`';
        c == ' ' && !quoted
    };
    text.split(ends).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_are_indented() {
        let text = paragraph("  - ", &"word ".repeat(40));
        assert!(text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() == 3);
        assert!(
            text.starts_with("  - word") && text.lines().skip(1).all(|line| line.starts_with("    word"))
        );
        assert_eq!(text.matches("word").count(), 40);
    }

    #[test]
    fn commands_are_not_broken() {
        let filler = "x".repeat(60);
        let text = paragraph("", &format!("{filler} run `tidemark pair set NAME verify=daily`; then go on"));
        assert!(text.contains("\n`tidemark pair set NAME verify=daily`; then"), "{text}");
    }
}
