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
import { createStep } from './step.ts'

export type TtlCache = Protocol<State, Message, Params, DurableImage>

/** The protocol with some of its rules replaced, to show what they are good for. */
export function createTtlCache(rules: Partial<Rules> = {}): TtlCache {
  return {
    manifest,
    configure,
    coordinatesAtClient: () => false,
    hostsEverywhere: false,
    boot,
    step: createStep({ ...RULES, ...rules }),
    probe,
    absorb,
    bytesOf,
    invariants,
  }
}

/** An origin behind caches, as content delivery networks and the DNS have it: see README.md. */
export const protocol: TtlCache = createTtlCache()
