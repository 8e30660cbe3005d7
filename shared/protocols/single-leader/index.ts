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
import { RULES } from './rules.ts'
import type { Rules } from './rules.ts'
import { boot } from './state.ts'
import type { State } from './state.ts'
import { stepWith } from './step.ts'

export type SingleLeader = Protocol<State, Message, Params, DurableImage>

/** The protocol with some of its rules replaced, to show what they are good for. */
export function createSingleLeader(rules: Partial<Rules> = {}): SingleLeader {
  return {
    manifest,
    configure,
    coordinatesAtClient: () => false,
    hostsEverywhere: false,
    routine: {
      timers: ['heartbeat'],
      kinds: ['single-leader.heartbeat', 'single-leader.heartbeatAck'],
    },
    boot,
    step: stepWith({ ...RULES, ...rules }),
    probe,
    absorb,
    bytesOf,
    invariants,
  }
}

/** A replicated log with one leader, as PostgreSQL and MySQL have it: see README.md. */
export const protocol: SingleLeader = createSingleLeader()
