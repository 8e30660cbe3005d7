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
import { step } from './step.ts'

/** Zab by the rules given: with any but its own it is one that the checkers must find out. */
export function createZab(rules: Rules): Protocol<State, Message, Params, DurableImage> {
  return {
    manifest,
    configure: (params) => configure(params, rules),
    coordinatesAtClient: () => false,
    hostsEverywhere: false,
    routine: { timers: ['tick'], kinds: ['zab.ping', 'zab.pong', 'zab.channelAck', 'zab.vote'] },
    boot,
    step,
    probe,
    absorb,
    bytesOf,
    invariants,
  }
}

/** Zab as ZooKeeper has it: see README.md for the papers, the parameters and the deviations. */
export const protocol = createZab(RULES)
