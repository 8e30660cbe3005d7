import type { ConsistencySpec } from '../topology/types.ts'

/** What sessions carry where there is one order of all writes: how far their later reads must have got in it. */
export interface PositionRules {
  /** Whether writes hand their position to the session. */
  readonly tokenOfWrites: boolean
  /** Whether reads hand the position of what they saw to the session. */
  readonly tokenOfReads: boolean
}

export function positionRules({ read, session }: ConsistencySpec): PositionRules {
  const inOrder = read === 'sequential' || read === 'causal'
  return {
    tokenOfWrites: inOrder || read === 'read-your-writes' || session.includes('read-your-writes'),
    // A session that saw less than before would see no prefix that grows.
    tokenOfReads:
      inOrder ||
      read === 'consistent-prefix' ||
      read === 'monotonic-reads' ||
      session.includes('monotonic-reads'),
  }
}

/** "written", "read", "written or read"; empty where nothing is carried. */
export function seenWords({ tokenOfWrites, tokenOfReads }: PositionRules): string {
  return [tokenOfWrites ? 'written' : '', tokenOfReads ? 'read' : '']
    .filter((each) => each !== '')
    .join(' or ')
}
