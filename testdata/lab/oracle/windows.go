package oracle

var windowsMutations []*Mutation
