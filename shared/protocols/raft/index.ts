import type { Protocol } from '../contract.ts'
import { configure } from './config.ts'
import type { Params } from './config.ts'
import { absorb } from './durable.ts'
import type { DurableImage } from './durable.ts'
import { invariants } from './invariants.ts'
import { manifest } from './manifest.ts'
import { bytesOf } from './messages.ts'
import type { Message } from './messages.ts'
import { probe } from './probe.ts'
import { middleOf, remains, sizeOf, spanOf } from './range.ts'
import { RANGE_RULES } from './range-rules.ts'
import type { RangeRules } from './range-rules.ts'
import { boot } from './state.ts'
import type { State } from './state.ts'
import { step } from './step.ts'
import { TIMESTAMP_RULES } from './timestamps/rules.ts'
import type { TimestampRules } from './timestamps/rules.ts'

/** Raft by the rules of timestamps given: with any but its own it is one that the checkers must find out. */
export function createRaft(
  rules: TimestampRules,
  rangeRules: RangeRules = RANGE_RULES,
): Protocol<State, Message, Params, DurableImage> {
  return {
    manifest,
    configure: (params) => configure(params, rules, rangeRules),
    coordinatesAtClient: () => false,
    hostsEverywhere: false,
    routine: { timers: ['heartbeat'], kinds: ['raft.heartbeat', 'raft.heartbeatReply'] },
    boot,
    step,
    probe,
    ranges: { span: spanOf, size: sizeOf, middle: middleOf, remains },
    absorb,
    bytesOf,
    invariants,
  }
}

/** Raft, complete: see README.md for the papers, the parameters and the deviations. */
export const protocol = createRaft(TIMESTAMP_RULES)
