# Who may do what with which field. Made by amanat; this file is the same for every catalog.
#
# It decides nothing: the answers were worked out by amanat's reference decision, for each kind of field, and
# stand in data.json; what is here finds the one that is asked for. Whatever is not found is denied. Days were
# compared when the answers were made (data.amanat.as_of); make them anew when the day or the catalog changes.
#
# data.amanat.decision     input {role, purpose, action, field} or {role, purpose, action, column}
#                          → {effect, mask, conditions, reason}. With "consented": [purposes that the subject of
#                          the row has consented to], conditions are answered too.
# data.amanat.table        input {role, purpose, action, system, schema, table}, and "columns": [more names]
#                          → an answer as above for every declared column and every name asked for.
# data.amanat.row_filters  the same input → which rows: {rows: "all" | "some" | "none", filters, sql, why}.
#                          The SQL is for a query that calls the table t. What it says is never "all" in doubt.
#
# One role and one purpose a request: answers for two pairs are never put together. Masks are named, not
# applied: whoever asks has to apply them.
package amanat

denied(reason) := {"effect": "deny", "mask": null, "conditions": [], "reason": reason}

default decision := {"effect": "deny", "mask": null, "conditions": [], "reason": "bad_request"}

decision := consenting(answer(field_kind(input.field), "unknown_field")) if {
	is_request({"role", "purpose", "action", "field"}, {"consented"})
	is_texts(object.get(input, "consented", []))
}

decision := consenting(answer(column_kind(input.column), "undeclared_column")) if {
	is_request({"role", "purpose", "action", "column"}, {"consented"})
	is_texts(object.get(input, "consented", []))
}

default table := {}

table := {name: answer(kind, "undeclared_column") |
	some name in names
	kind := object.get(declared, name, -1)
} if {
	asks_for_table
	declared := columns_of(input.system, object.get(input, "schema", ""), input.table)
	names := object.keys(declared) | {name | some name in object.get(input, "columns", [])}
}

default row_filters := {
	"rows": "none",
	"filters": [],
	"sql": {"postgresql": "FALSE"},
	"why": "nothing is open to this role, purpose and action here",
}

row_filters := found if {
	asks_for_table
	schema := object.get(input, "schema", "")
	open := data.amanat.open[input.role][input.purpose][input.system][schema][input.table]
	input.action in open.actions
	found := data.amanat.filters[open.filter]
}

# An answer for a kind of field (-1: none). What is asked for has to be declared; what is not is the reason.
answer(kind, missing) := denied("unknown_role") if {
	not input.role in data.amanat.roles
} else := denied("unknown_purpose") if {
	not data.amanat.purposes[input.purpose]
} else := denied("unknown_action") if {
	not input.action in data.amanat.actions
} else := denied(missing) if {
	kind < 0
} else := found if {
	found := data.amanat.outcomes[with_grant(kind)]
} else := found if {
	not data.amanat.granted[input.role][input.purpose][input.action]
	found := data.amanat.outcomes[without_grant(kind)]
} else := denied("bad_data")

with_grant(kind) := data.amanat.granted[input.role][input.purpose][input.action][kind]

without_grant(kind) := data.amanat.refused[input.purpose][standing][input.action][data.amanat.families[kind]]

# Whether the purpose names the role at all. Without a grant every role that it names gets the same, and so
# does every other.
default standing := "unnamed"

standing := "named" if input.role in data.amanat.purposes[input.purpose]

field_kind(id) := found if {
	found := data.amanat.fields[id]
} else := -1

# A column is written as in the catalog: system.table.column or system.schema.table.column.
column_kind(text) := found if {
	parts := split(text, ".")
	many := count(parts)
	many > 2
	not "" in parts
	schema := concat(".", array.slice(parts, 1, many - 2))
	found := data.amanat.columns[parts[0]][schema][parts[many - 2]][parts[many - 1]]
} else := -1

# Without `consented` the conditions are for the caller to see to, row by row.
consenting(found) := found if {
	not "consented" in object.keys(input)
} else := found if {
	count(found.conditions) == 0
} else := object.union(found, {"conditions": []}) if {
	every condition in found.conditions {
		condition.known
		condition.purpose in input.consented
	}
} else := denied("no_consent")

columns_of(system, schema, name) := found if {
	found := data.amanat.columns[system][schema][name]
} else := {}

asks_for_table if {
	is_request({"role", "purpose", "action", "system", "table"}, {"schema", "columns"})
	is_string(object.get(input, "schema", ""))
	is_texts(object.get(input, "columns", []))
}

is_request(required, optional) if {
	is_object(input)
	keys := object.keys(input)
	count(required - keys) == 0
	count(keys - (required | optional)) == 0
	every key in required {
		is_string(input[key])
	}
}

is_texts(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
