/** Literature that several planted bugs name. */

/** "In Search of an Understandable Consensus Algorithm (Extended Version)". */
export const RAFT_PAPER = 'Ongaro and Ousterhout, Raft (extended version), 2014'
/** "Consensus: Bridging Theory and Practice". */
export const RAFT_DISSERTATION = 'Ongaro, dissertation, 2014'
export const RAFT_GUIDE = "Gjengset, Students' Guide to Raft, 2016"
export const SESSION_GUARANTEES =
  'Terry et al., "Session Guarantees for Weakly Consistent Replicated Data", PDIS 1994'
export const SPANNER = 'Corbett et al., "Spanner: Google\'s Globally-Distributed Database", OSDI 2012'
export const LEASES = 'Gray and Cheriton, "Leases", SOSP 1989'
