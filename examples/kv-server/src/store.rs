//! Keys and values, shared by all connections.

use std::collections::HashMap;

use tokio::sync::RwLock;

use crate::request::Request;

#[derive(Debug, Default)]
pub(crate) struct Store {
    values: RwLock<HashMap<String, String>>,
}

impl Store {
    /// Does what is asked, and says what is to be answered.
    pub(crate) async fn answer(&self, line: &str) -> String {
        match Request::parse(line) {
            Ok(Request::Get(key)) => told(self.values.read().await.get(key)),
            Ok(Request::Set(key, value)) => {
                let mut values = self.values.write().await;
                values.insert(key.to_owned(), value.to_owned());
                "OK".into()
            }
            Ok(Request::Del(key)) => {
                let removed = self.values.write().await.remove(key);
                if removed.is_some() { "OK" } else { "NONE" }.into()
            }
            Ok(Request::Incr(key)) => self.increment(key).await,
            Err(wrong) => format!("ERROR {wrong}"),
        }
    }

    #[cfg(not(feature = "planted"))]
    async fn increment(&self, key: &str) -> String {
        let mut values = self.values.write().await;
        match one_more(values.get(key)) {
            Ok(value) => {
                values.insert(key.to_owned(), value.clone());
                told(Some(&value))
            }
            Err(wrong) => wrong,
        }
    }

    /// The planted bug: between the two locks somebody else may have the same idea.
    #[cfg(feature = "planted")]
    async fn increment(&self, key: &str) -> String {
        let next = one_more(self.values.read().await.get(key));
        match next {
            Ok(value) => {
                let mut values = self.values.write().await;
                values.insert(key.to_owned(), value.clone());
                told(Some(&value))
            }
            Err(wrong) => wrong,
        }
    }
}

fn told(value: Option<&String>) -> String {
    value.map_or("NONE".into(), |value| format!("VALUE {value}"))
}

/// What is not there counts as 0.
fn one_more(value: Option<&String>) -> Result<String, String> {
    let value = value.map_or("0", |value| value);
    match value.parse::<u64>() {
        Ok(number) => Ok(number.saturating_add(1).to_string()),
        Err(_) => Err(format!("ERROR `{value}` is no number")),
    }
}
