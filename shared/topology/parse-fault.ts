import * as v from 'valibot'
import { fault } from './schema/faults.ts'
import type { FaultSpec } from './types.ts'

/** A fault by itself, as a file or the record of a run states it; null where it is none. Names are not looked up. */
export function parseFault(value: unknown): FaultSpec | null {
  const parsed = v.safeParse(fault, value)
  return parsed.success ? parsed.output : null
}
