export { combine, strongestLevelObserved, worst } from './combine.ts'
export type { CombinedVerdict, ObservedLevel } from './combine.ts'
export { IMPLIES, LEVELS, strongerThan, weakerThan } from './implies.ts'
export type { Implication } from './implies.ts'
