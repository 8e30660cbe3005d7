/**
 * The mathematics that the engine may use: each function returns the same bits on every machine and engine, which
 * ECMAScript promises for + - * / and the square root alone. `Math.log` and its kin may differ, and do.
 */
export { exp, expm1, log, log1p, log2, pow } from './elementary.ts'
export { erf, erfc, normalCdf, normalQuantile } from './normal.ts'

/** Square root: exactly rounded by the standard, so it may be taken from the engine. */
export const sqrt: (x: number) => number = Math.sqrt
