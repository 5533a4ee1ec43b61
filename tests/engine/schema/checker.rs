//! As much of JSON Schema 2020-12 as `docs/trace.schema.json` uses. A keyword that is not known here is an error, so that the
//! schema says nothing that is not checked.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// The fields of an object that a schema spoke of: what `unevaluatedProperties` leaves alone.
type Evaluated<'a> = BTreeSet<&'a str>;

/// Why a value does not follow a schema. In most cases that is one of several that it may follow, and nobody asks.
#[derive(Debug, PartialEq)]
pub enum Why<'a> {
    /// The rule of this keyword does not hold.
    Rule(&'a str, &'a Value, &'a Value),
    /// A field that the schema does not have.
    Field(&'a str),
    /// What is wrong with this field.
    In(&'a str, Box<Why<'a>>),
    /// What is wrong with each of several schemas of which it must follow one.
    Each(Vec<Why<'a>>),
    /// It follows so many of which it must follow one.
    Several(usize),
}

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Rule(keyword, rule, value) => write!(f, "{value}: not {keyword} {rule}"),
            Why::Field(name) => write!(f, "the schema has no `{name}`"),
            Why::In(name, why) => write!(f, "{name}: {why}"),
            Why::Each(whys) => whys.iter().try_for_each(|why| write!(f, "\n- {why}")),
            Why::Several(count) => write!(f, "follows {count} of what it must follow one of"),
        }
    }
}

/// Whether the value follows the schema.
pub fn check<'a>(root: &'a Value, value: &'a Value) -> Result<(), Why<'a>> {
    Checker { root }.follows(root, value).map(drop)
}

struct Checker<'a> {
    root: &'a Value,
}

impl<'a> Checker<'a> {
    fn follows(&self, schema: &'a Value, value: &'a Value) -> Result<Evaluated<'a>, Why<'a>> {
        let schema = schema.as_object().expect("a schema is an object");
        let mut evaluated = Evaluated::new();
        // What was evaluated is known once all others were looked at. The fields come first because of several schemas most
        // differ from the value there.
        let turn = |keyword: &str| match keyword {
            "required" | "properties" => 0,
            "additionalProperties" | "unevaluatedProperties" => 2,
            _ => 1,
        };
        let mut rules: Vec<_> = schema.iter().collect();
        rules.sort_by_key(|(keyword, _)| turn(keyword));
        for (keyword, rule) in rules {
            evaluated.extend(self.keyword(keyword, rule, value, &evaluated)?);
        }
        Ok(evaluated)
    }

    fn keyword(
        &self,
        keyword: &'a str,
        rule: &'a Value,
        value: &'a Value,
        evaluated: &Evaluated<'a>,
    ) -> Result<Evaluated<'a>, Why<'a>> {
        let holds = match keyword {
            "$schema" | "title" | "description" | "$defs" => true,
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                let target = self.root.pointer(pointer);
                return self.follows(target.unwrap_or_else(|| panic!("no {rule}")), value);
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_u64() || value.is_i64(),
                "boolean" => value.is_boolean(),
                other => panic!("a type that is not known: {other}"),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => {
                assert_eq!(rule, 0);
                value.is_u64()
            }
            "minLength" => length(value) >= rule.as_u64(),
            "maxLength" => length(value) <= rule.as_u64(),
            "required" => {
                let mut names = rule.as_array().unwrap().iter();
                names.all(|name| value.get(name.as_str().unwrap()).is_some())
            }
            "properties" => return self.properties(rule, value),
            "items" => {
                let items = value.as_array().into_iter().flatten();
                for item in items {
                    self.follows(rule, item)?;
                }
                true
            }
            "oneOf" => return self.one_of(rule, value),
            // Both are the same where no other schema speaks of the object.
            "additionalProperties" | "unevaluatedProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                let mut names = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, _)| name);
                let unknown = names.find(|name| !evaluated.contains(name.as_str()));
                return unknown.map_or(Ok(Evaluated::new()), |name| Err(Why::Field(name)));
            }
            other => panic!("a keyword that is not known: {other}"),
        };
        match holds {
            true => Ok(Evaluated::new()),
            false => Err(Why::Rule(keyword, rule, value)),
        }
    }

    fn properties(&self, rules: &'a Value, value: &'a Value) -> Result<Evaluated<'a>, Why<'a>> {
        let mut known = Evaluated::new();
        for (name, rule) in rules.as_object().unwrap() {
            let Some(field) = value.get(name) else {
                continue;
            };
            self.follows(rule, field)
                .map_err(|why| Why::In(name, Box::new(why)))?;
            known.insert(name);
        }
        Ok(known)
    }

    fn one_of(&self, schemas: &'a Value, value: &'a Value) -> Result<Evaluated<'a>, Why<'a>> {
        let (mut fits, mut whys) = (Vec::new(), Vec::new());
        for schema in schemas.as_array().unwrap() {
            match self.follows(schema, value) {
                Ok(evaluated) => fits.push(evaluated),
                Err(why) => whys.push(why),
            }
        }
        match fits.len() {
            0 => Err(Why::Each(whys)),
            1 => Ok(fits.remove(0)),
            several => Err(Why::Several(several)),
        }
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}
