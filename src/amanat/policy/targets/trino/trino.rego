# Who may do what in Trino, for its Open Policy Agent plugin. Made by amanat; this file is the same for every
# catalog. NOT EXECUTED ON A TRINO SERVER: the requests that the plugin documents were put to this policy in
# evaluators of Rego; the SQL in data.json was parsed as Trino's, and run by proxy on DuckDB.
#
# It needs all four addresses of access-control.properties: without the one for row filters Trino shows every
# row, and without the one for column masks it masks nothing.
#
# Who acts is the user, or the one group of the user, that is named role__purpose. Somebody who is two such
# pairs at once gets nothing. Whatever is not found in data.json is denied, and so is every operation that is
# not named here: creating and changing objects, views (they would show the owner's data to others),
# procedures, functions of a catalog (one of them passes queries through unseen), impersonation, other
# people's queries, session properties. Trino itself lets everybody read information_schema through the
# operations that list; they list what somebody can use.
package trino

default allow := false

default rowFilters := [{"expression": "false"}]

identity := input.context.identity

pairs := {name |
	some name in array.concat([identity.user], identity.groups)
	data.trino.access[name]
}

# The one pair that somebody acts for; undefined for none and for more.
acting := name if {
	is_string(identity.user)
	is_texts(identity.groups)
	count(pairs) == 1
	some name in pairs
	identity.user != data.trino.reader
}

# Row filters and hash masks read as the reader: only the columns they need, and never in a query of its own.
is_reader if {
	identity.user == data.trino.reader
}

granted(place) := data.trino.tables[number] if {
	number := data.trino.access[acting][place.catalogName][place.schemaName][place.tableName]
}

operation := input.action.operation

resource := input.action.resource

allow if {
	operation == "ExecuteQuery"
	acting
}

allow if {
	acting
	permitted(operation, resource)
}

allow if {
	is_reader
	operation == "SelectFromColumns"
	is_texts(resource.table.columns)
	known := data.trino.filter_reads[resource.table.catalogName][resource.table.schemaName][resource.table.tableName]
	every column in resource.table.columns {
		column in known
	}
}

allow if {
	is_reader
	operation in {"AccessCatalog", "ExecuteFunction"}
	reader_permitted
}

reader_permitted if {
	operation == "AccessCatalog"
	data.trino.filter_reads[resource.catalog.name]
}

reader_permitted if {
	operation == "ExecuteFunction"
	built_in(resource.function)
}

permitted(asked, what) if {
	asked in {"AccessCatalog", "FilterCatalogs", "ShowSchemas"}
	data.trino.access[acting][what.catalog.name]
}

permitted(asked, what) if {
	asked in {"FilterSchemas", "ShowTables"}
	schema_open(what.schema)
}

permitted(asked, what) if {
	asked in {"FilterTables", "ShowColumns"}
	table_open(what.table)
}

permitted("SelectFromColumns", what) if {
	is_texts(what.table.columns)
	every column in what.table.columns {
		readable(what.table, column)
	}
	count(granted(what.table).read) > 0
}

permitted("SelectFromColumns", what) if {
	is_texts(what.table.columns)
	describes(what.table)
}

permitted("FilterColumns", what) if {
	is_texts(what.table.columns)
	every column in what.table.columns {
		listed(what.table, column)
	}
}

permitted("UpdateTableColumns", what) if {
	is_texts(what.table.columns)
	count(what.table.columns) > 0
	every column in what.table.columns {
		column in granted(what.table).update
	}
}

permitted("InsertIntoTable", what) if granted(what.table).insert

permitted("DeleteFromTable", what) if granted(what.table).delete

permitted("ExecuteFunction", what) if built_in(what.function)

readable(place, column) if {
	column in object.keys(granted(place).read)
}

listed(place, column) if readable(place, column)

listed(place, column) if column in granted(place).update

listed(place, _) if describes(place)

table_open(place) if granted(place)

table_open(place) if describes(place)

schema_open(place) if data.trino.access[acting][place.catalogName][place.schemaName]

schema_open(place) if {
	place.schemaName == "information_schema"
	data.trino.access[acting][place.catalogName]
}

# The three tables behind SHOW and DESCRIBE; Trino filters their rows by the operations that list.
describes(place) if {
	place.schemaName == "information_schema"
	place.tableName in {"columns", "schemata", "tables"}
	data.trino.access[acting][place.catalogName]
}

built_in(function) if {
	function.catalogName == "system"
	function.schemaName == "builtin"
	is_string(function.functionName)
}

# Positions of what may be seen in a list; columns come as one table with a list of them.
batch contains i if {
	acting
	operation in {"FilterCatalogs", "FilterSchemas", "FilterTables"}
	some i, what in input.action.filterResources
	permitted(operation, what)
}

batch contains i if {
	acting
	operation == "FilterColumns"
	count(input.action.filterResources) == 1
	place := input.action.filterResources[0].table
	some i, column in place.columns
	listed(place, column)
}

rowFilters := [{"expression": expression, "identity": data.trino.reader} | some expression in found.filters] if {
	operation == "GetRowFilters"
	acting
	found := granted(resource.table)
	count(found.read) > 0
}

rowFilters := [] if {
	operation == "GetRowFilters"
	acting
	writes_only(granted(resource.table))
}

rowFilters := [] if {
	operation == "GetRowFilters"
	acting
	describes(resource.table)
}

rowFilters := [] if {
	operation == "GetRowFilters"
	is_reader
}

writes_only(found) if {
	count(found.read) == 0
	count(found.filters) == 0
}

columnMask := mask(resource.column) if {
	operation == "GetColumnMask"
	masked(resource.column)
}

batchColumnMasks contains {"index": i, "viewExpression": mask(what.column)} if {
	operation == "GetColumnMask"
	some i, what in input.action.filterResources
	masked(what.column)
}

# Every column is masked, but for those that are shown as they are.
masked(column) if not bare(column)

bare(column) if granted(column).read[column.columnName] == null

bare(column) if {
	not readable(column, column.columnName)
	writable(granted(column))
}

bare(column) if {
	acting
	describes(column)
}

bare(_) if is_reader

# Trino writes into no table with a mask. What is not readable there is refused before any mask is asked for.
writable(found) if found.insert

writable(found) if found.delete

writable(found) if count(found.update) > 0

mask(column) := object.union(identity_of(form), {"expression": fitted(form.expression, kind)}) if {
	kind := lower(column.columnType)
	form := granted(column).read[column.columnName][family(kind)]
	fits(form, kind)
} else := {"expression": "NULL"}

fitted(expression, kind) := sprintf("TRY_CAST(%s AS %s)", [expression, kind])

identity_of(form) := {"identity": form.identity} if form.identity

identity_of(form) := {} if not form.identity

fits(form, kind) if {
	family(kind) != "varchar"
	form.needs == 0
}

fits(_, kind) if kind == "varchar"

fits(form, kind) if {
	startswith(kind, "varchar(")
	to_number(trim_suffix(trim_prefix(kind, "varchar("), ")")) >= form.needs
}

# The families of types that masks have forms for; the type stands in the SQL, so it is matched whole.
family(kind) := "varchar" if {
	regex.match(`^varchar(\([0-9]{1,10}\))?$`, kind)
} else := "whole" if {
	kind in {"tinyint", "smallint", "integer", "bigint"}
} else := "decimal" if {
	regex.match(`^decimal\([0-9]{1,2}, ?[0-9]{1,2}\)$`, kind)
} else := "real" if {
	kind in {"real", "double"}
} else := "date" if {
	kind == "date"
} else := "timestamp" if {
	regex.match(`^timestamp(\([0-9]{1,2}\))?$`, kind)
} else := "zoned" if {
	regex.match(`^timestamp(\([0-9]{1,2}\))? with time zone$`, kind)
}

is_texts(value) if {
	is_array(value)
	every item in value {
		is_string(item)
	}
}
