# The rules on the two clusters of a pair, for conftest: conftest test --policy policy/rego plan.json
# They say what policy/rules/pairs.py says, on the same twins; what a plan does not know yet, they pass over.
package main

import rego.v1

# Blocks of all modules, with the path of their module.
blocks contains {"module": path, "block": block} if {
	walk(input.configuration.root_module, [path, module])
	is_object(module)
	block := module.resources[_]
}

peerings contains found if {
	found := blocks[_]
	found.block.type == "aws_dsql_cluster_peering"
	planned(found.block)
}

# A block with `count = 0` plans nothing.
planned(block) if {
	change := input.resource_changes[_]
	change.type == block.type
	change.name == block.name
	not gone(change)
}

gone(change) if change.change.actions == ["delete"]

# Clusters that an argument of a peering leads to in its own module.
clusters(expression) := {name |
	reference := expression.references[_]
	startswith(reference, "aws_dsql_cluster.")
	parts := split(reference, ".")
	name := concat(".", [parts[0], parts[1]])
}

own(peering) := clusters(peering.block.expressions.identifier)

others(peering) := clusters(peering.block.expressions.clusters)

both(peering) := own(peering) | others(peering)

# DSQL015: for each peering from one cluster to another there is one the other way.
mirrored(one) if {
	other := peerings[_]
	other.module == one.module
	other.block.address != one.block.address
	count(own(one) & others(other)) > 0
	count(others(one) & own(other)) > 0
}

deny contains message if {
	one := peerings[_]
	count(own(one)) > 0
	count(others(one)) > 0
	not mirrored(one)
	message := sprintf("DSQL015: %s links to a cluster that has no peering that links back", [one.block.address])
}

# DSQL016: no peering depends on another one.
deny contains message if {
	one := peerings[_]
	other := one.block.depends_on[_]
	startswith(other, "aws_dsql_cluster_peering.")
	message := sprintf("DSQL016: %s depends on %s", [one.block.address, other])
}

# Clusters that anything in a block leads to, by its address in its own module.
reached(block) := {name |
	walk(block, [_, expression])
	is_object(expression)
	some name in clusters(expression)
} | {name |
	some name in block.depends_on
	startswith(name, "aws_dsql_cluster.")
}

# Clusters with a witness: those that are, or should be, one side of a pair.
sides contains found if {
	found := blocks[_]
	found.block.type == "aws_dsql_cluster"
	found.block.expressions.multi_region_properties
	planned(found.block)
}

# DSQL014: each cluster with a witness is linked by something in the plan: a peering, or a step that names two clusters.
linking(side) if {
	one := peerings[_]
	one.module == side.module
	both(one)[side.block.address]
}

linking(side) if {
	step := blocks[_]
	step.module == side.module
	step.block.type in {"terraform_data", "null_resource"}
	named := reached(step.block)
	named[side.block.address]
	count(named) > 1
}

deny contains message if {
	side := sides[_]
	not linking(side)
	message := sprintf("DSQL014: %s has a witness, and nothing links it with another cluster", [side.block.address])
}

# DSQL017: no cluster depends on another one of its pair.
deny contains message if {
	one := sides[_]
	other := sides[_]
	one.module == other.module
	one.block.address != other.block.address
	reached(one.block)[other.block.address]
	message := sprintf("DSQL017: %s depends on %s", [one.block.address, other.block.address])
}

# DSQL012: both clusters of a pair, and their peerings, name the same witness.
witness(change) := change.change.after.multi_region_properties[_].witness_region

module_of(change) := object.get(change, "module_address", "")

linked(change) if {
	one := peerings[_]
	both(one)[concat(".", [change.type, change.name])]
}

deny contains message if {
	one := input.resource_changes[_]
	other := input.resource_changes[_]
	one.type == "aws_dsql_cluster"
	other.type == "aws_dsql_cluster"
	one.address < other.address
	module_of(one) == module_of(other)
	linked(one)
	linked(other)
	witness(one) != witness(other)
	message := sprintf("DSQL012: the witnesses of %s and %s differ", [one.address, other.address])
}

deny contains message if {
	one := input.resource_changes[_]
	one.type == "aws_dsql_cluster"
	linked(one)
	not witness(one)
	message := sprintf("DSQL012: %s is linked, and names no witness", [one.address])
}

deny contains message if {
	peering := input.resource_changes[_]
	peering.type == "aws_dsql_cluster_peering"
	cluster := input.resource_changes[_]
	cluster.type == "aws_dsql_cluster"
	module_of(cluster) == module_of(peering)
	one := peerings[_]
	one.block.name == peering.name
	own(one)[concat(".", [cluster.type, cluster.name])]
	peering.change.after.witness_region != witness(cluster)
	message := sprintf("DSQL012: %s names another witness than its cluster", [peering.address])
}
