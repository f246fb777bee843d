"""WHAT ElastiCache is: engines, names, limits, ARNs, access strings. Pure, standard library only."""
