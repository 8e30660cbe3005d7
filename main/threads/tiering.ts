import { setFlagsFromString } from 'node:v8'

/** Bytes of bytecode that a function runs through before V8 thinks of optimizing it: V8's own figure, and ours. */
const USUAL = 67_584
const PATIENT = 400_000

const setBudget = (bytes: number): void => setFlagsFromString(`--interrupt-budget=${bytes}`)

/**
 * Lets all threads of this process optimize later than V8 would, from now until what is returned is called. Every thread
 * of a live run compiles the engine for itself, on cores that the others wait for: at a few hundred operations a second most
 * of that is not worth its while in a run's first seconds, and makes messages late. Who has more to do is through so many
 * bytes soon. Compiled code that was kept is not taken meanwhile, so threads are best started before.
 */
export function optimizeLater(): () => void {
  setBudget(PATIENT)
  return () => setBudget(USUAL)
}
