import type { Problem, ReadLevel, SessionGuarantee, Topology } from '../types.ts'

/** What is promised about operations on different keys at once, and so about several shards. */
const ACROSS_KEYS: Partial<Record<ReadLevel | SessionGuarantee, string>> = {
  sequential: 'one order of all operations',
  causal: 'that whoever sees an effect sees its causes',
  'consistent-prefix': 'a state that once was the state of all keys together',
  'monotonic-writes': "that a session's writes are seen in their order",
  'writes-follow-reads': 'that a write is seen after what its session had read',
}

/**
 * What several shards cannot promise together. Each shard orders its own operations and none of another's, and of all the
 * levels that speak of several keys only linearizability is local: it holds for the whole where it holds for each part
 * (Herlihy & Wing 1990, section 3.1). Read-your-writes and monotonic reads speak of one key at a time.
 */
export function checkAcrossShards({ partitioning, consistency }: Topology): Problem[] {
  if (partitioning.scheme === 'none' || consistency.read === 'linearizable') return []
  const problem = (path: string, name: ReadLevel | SessionGuarantee, mend: string): Problem[] => {
    const promise = ACROSS_KEYS[name]
    if (promise === undefined) return []
    const sentence = `"${name}" promises ${promise}, and shards that know nothing of each other cannot keep that. ${mend}`
    return [{ path, sentence }]
  }
  return [
    ...problem(
      '$.consistency.read',
      consistency.read,
      'Ask for "linearizable", which holds for all keys where it holds for each, for "monotonic-reads", or leave the key space in one piece.',
    ),
    ...consistency.session.flatMap((name, at) =>
      problem(
        `$.consistency.session[${at}]`,
        name,
        'Take it out, read "linearizable", or leave the key space in one piece.',
      ),
    ),
  ]
}
