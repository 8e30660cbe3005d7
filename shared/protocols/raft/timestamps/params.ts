import { LIMITS } from '../../../topology/limits.ts'
import type { ParamSpec } from '../../../topology/strategy.ts'

/** Parameters of groups whose writes bear timestamps. */
export const TIMESTAMP_PARAMS: readonly ParamSpec[] = [
  {
    name: 'timestamps',
    label: 'Timestamps',
    help: 'Whether writes bear timestamps, so that reads can ask for the state at one; and who gives them.',
    type: 'choice',
    default: 'none',
    choices: [
      { value: 'none', label: 'None', help: 'The order of the log is all there is.' },
      {
        value: 'commit-wait',
        label: 'Commit wait (Spanner)',
        help: 'The leader takes the latest that now can be, and answers when that has certainly passed: twice the uncertainty later.',
      },
      {
        value: 'hybrid',
        label: 'Hybrid logical clocks (CockroachDB)',
        help: 'The replica asked takes them from its own clock; a read that finds a version within the uncertainty moves up to it.',
      },
      {
        value: 'oracle',
        label: 'Oracle (TiDB)',
        help: 'The leader hands them out: one question before a read, two before a write.',
      },
    ],
  },
  {
    name: 'maxClockOffsetMs',
    label: 'Maximum clock offset',
    help: 'Hybrid: how far two clocks may be apart. Reads take versions so far ahead for older; beyond it they can be stale.',
    type: 'ms',
    default: 500,
    min: 0,
    max: LIMITS.clockOffsetMs,
  },
  {
    name: 'closedAfterMs',
    label: 'Closed timestamps behind by',
    help: 'Commit wait and hybrid: with each heartbeat the leader promises to write nothing more at what is so long past.',
    type: 'ms',
    default: 3_000,
    min: 0,
    max: LIMITS.latencyMs,
  },
  {
    name: 'staleReads',
    label: 'Stale reads',
    help: 'Level "bounded-staleness" with commit wait or hybrid clocks: which timestamp within the bound a read takes.',
    type: 'choice',
    default: 'newest',
    choices: [
      {
        value: 'newest',
        label: 'The newest at hand',
        help: 'The latest at which the replica asked needs to wait for nothing, if that is within the bound.',
      },
      { value: 'exact', label: 'Just within the bound', help: 'Always as old as the bound allows.' },
    ],
  },
  {
    name: 'oracleWindowMs',
    label: 'Oracle window',
    help: 'Oracle: timestamps are handed out up to what the log says, so far ahead; the next oracle begins after it.',
    type: 'ms',
    default: 3_000,
    min: 1,
    max: LIMITS.latencyMs,
  },
]
