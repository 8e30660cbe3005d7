import type { Protocol } from '../contract.ts'
import { configure, isOrdered } from './config.ts'
import type { Params } from './config.ts'
import { absorb } from './durable.ts'
import type { DurableImage } from './durable.ts'
import { createInvariants, probe } from './invariants.ts'
import { manifest } from './manifest.ts'
import { bytesOf } from './messages.ts'
import type { Message } from './messages.ts'
import { createModels } from './models.ts'
import { RULES } from './rules.ts'
import type { Rules } from './rules.ts'
import { boot } from './state.ts'
import type { State } from './state.ts'
import { createStep } from './step.ts'

/** The protocol that is made of these rules; `RULES` make the one that ships. */
export function createMultiLeader(rules: Rules): Protocol<State, Message, Params, DurableImage> {
  const models = createModels(rules)
  return {
    manifest,
    configure,
    coordinatesAtClient: () => false,
    orderOf: (params) => (isOrdered(params) ? 'ordered' : 'dotted'),
    modelOf: ({ conflicts }) => (conflicts === 'counter' || conflicts === 'set' ? conflicts : 'register'),
    hostsEverywhere: false,
    routine: { timers: ['heartbeat'], kinds: ['multi-leader.heartbeat'] },
    boot: (config, durable) => boot(config, durable, models),
    step: createStep(rules, models),
    probe,
    absorb,
    bytesOf,
    invariants: createInvariants(models),
  }
}

/** CouchDB, BDR, circular replication: see README.md for the papers, the parameters and the deviations. */
export const protocol = createMultiLeader(RULES)
