import type { Checker } from '../contract.ts'
import { judgeCausal } from './causal.ts'
import { judgeConvergent } from './convergent.ts'
import { judgeMemory } from './memory.ts'

const BOUAJJANI =
  'Bouajjani, Enea, Guerraoui, Hamza: "On Verifying Causal Consistency", POPL 2017 (definitions, bad patterns)'
const CLOCKS = [
  'Zennou, Biswas, Bouajjani, Enea, Erradi: "Checking Causal Consistency of Distributed Databases", Computing 2021',
  'Møldrup, Pavlogiannis: "AWDIT: An Optimal Weak Database Isolation Tester", PLDI 2025 (clocks per session)',
]
const MODELS = ['register', 'cas-register'] as const

/** Weak causal consistency (CC). Values must be unique per key. */
export const causal: Checker = {
  name: 'causal',
  title: 'Causal consistency',
  definition:
    'Every read is explained by an order of the operations in its causal past, the closure of session order and reads-from.',
  models: MODELS,
  sources: [
    'Ahamad, Neiger, Burns, Kohli, Hutto: "Causal Memory", Distributed Computing 1995',
    BOUAJJANI,
    ...CLOCKS,
  ],
  check: (ops, stepsMax) => judgeCausal(ops, stepsMax).verdict,
}

/** Causal convergence (CCv, causal+). */
export const causalConvergent: Checker = {
  name: 'causal-convergent',
  title: 'Causal convergence (causal+)',
  definition:
    'Causal consistency in which all sessions order concurrent writes of a key alike: a read returns the last write in its causal past.',
  models: MODELS,
  sources: [
    'Lloyd, Freedman, Kaminsky, Andersen: "Don\'t Settle for Eventual", SOSP 2011 (causal+)',
    BOUAJJANI,
    ...CLOCKS,
  ],
  check: judgeConvergent,
}

/** Causal memory (CM). */
export const causalMemory: Checker = {
  name: 'causal-memory',
  title: 'Causal memory',
  definition: 'Every session explains all its reads by one order of the operations in its causal past.',
  models: MODELS,
  sources: ['Ahamad, Neiger, Burns, Kohli, Hutto: "Causal Memory", Distributed Computing 1995', BOUAJJANI],
  check: judgeMemory,
}
