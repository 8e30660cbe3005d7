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

/** The protocol that is made of these rules; `RULES` make the one that ships. */
export function createChain(rules: Rules): Protocol<State, Message, Params, DurableImage> {
  return {
    manifest,
    configure,
    coordinatesAtClient: () => false,
    hostsEverywhere: false,
    // Neighbours that have no news send each other empty updates, to be heard.
    routine: {
      timers: ['tick'],
      kinds: ['chain.heartbeat', 'chain.grant', 'chain.update', 'chain.ack'],
    },
    boot,
    step: createStep(rules),
    probe,
    absorb,
    bytesOf,
    invariants,
  }
}

/** Chain replication with CRAQ's reads: see README.md for the papers, the parameters and the deviations. */
export const protocol = createChain(RULES)
