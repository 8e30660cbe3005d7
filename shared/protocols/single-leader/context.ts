import type { Outbox } from '../contract.ts'
import type { Message } from './messages.ts'
import type { Rules } from './rules.ts'
import type { State } from './state.ts'

/** One step's surroundings: what changes, what comes out, and the rules that decide. */
export interface Context {
  readonly state: State
  readonly out: Outbox<Message>
  readonly rules: Rules
}
