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
import { boot } from './state.ts'
import type { State } from './state.ts'
import { step } from './step.ts'

/** Raft, complete: see README.md for the papers, the parameters and the deviations. */
export const protocol: Protocol<State, Message, Params, DurableImage> = {
  manifest,
  configure,
  coordinatesAtClient: () => false,
  hostsEverywhere: false,
  boot,
  step,
  probe,
  absorb,
  bytesOf,
  invariants,
}
