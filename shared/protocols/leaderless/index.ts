import type { Protocol } from '../contract.ts'
import { configure } from './config.ts'
import type { Params } from './config.ts'
import { absorb } from './durable.ts'
import type { DurableImage } from './durable.ts'
import { invariants, probe } from './invariants.ts'
import { manifest } from './manifest.ts'
import { bytesOf } from './messages.ts'
import type { Message } from './messages.ts'
import { RULES } from './rules.ts'
import type { Rules } from './rules.ts'
import { boot } from './state.ts'
import type { State } from './state.ts'
import { step } from './step.ts'

/** Leaderless replication by the rules given: with any but its own it is one that the checkers must find out. */
export function createLeaderless(rules: Rules): Protocol<State, Message, Params, DurableImage> {
  return {
    manifest,
    configure: (params) => configure(params, rules),
    coordinatesAtClient: (params) => params.coordinator === 'client',
    orderOf: (params) => (params.conflicts === 'siblings' ? 'dotted' : 'ordered'),
    hostsEverywhere: true,
    boot,
    step,
    probe,
    absorb,
    bytesOf,
    invariants,
  }
}

/** Dynamo, Cassandra and Riak: see README.md for the papers, the parameters and the deviations. */
export const protocol = createLeaderless(RULES)
