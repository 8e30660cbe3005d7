import type { Outbox, Outcome } from '../contract.ts'
import { protocol as raft } from '../raft/index.ts'
import type { Message } from '../raft/messages.ts'
import type { PlantedBug } from './planted-bug.ts'
import { LOGS } from './raft-habitats.ts'
import { Relay, saying } from './wrap.ts'

/** Every so many confirmations are turned into something else. */
const EVERY = 3

/** Writes that are done, and of which the client is told something else. */
class Denials extends Relay<Message> {
  readonly #status: 'info' | 'fail'

  constructor(out: Outbox<Message>, status: 'info' | 'fail') {
    super(out)
    this.#status = status
  }

  override reply(opId: number, outcome: Outcome, after?: number): void {
    const isWrite = outcome.status === 'ok' && outcome.version !== null && outcome.value === 0
    const told: Outcome =
      isWrite && opId % EVERY === 0
        ? {
            ...outcome,
            status: this.#status,
            error: this.#status === 'info' ? 'write-timeout' : 'refused',
            version: null,
            token: null,
          }
        : outcome
    this.out.reply(opId, told, after)
  }
}

const HABITAT = {
  ...LOGS,
  params: { ...LOGS.params, checkQuorum: true, reads: 'read-index' },
  keys: [1, 1],
} as const

/** No bug: of every third write the client is told that its outcome is unknown, and it is there all the same. */
export const UNKNOWN_WRITES_APPEAR: PlantedBug = {
  id: 'control/unknown-writes-appear',
  sentence: 'A write that ended unknown becomes visible later, as it may.',
  source: 'Jepsen: an indeterminate operation (info) may take effect at any later time, or never',
  protocol: saying(raft, (out) => new Denials(out, 'info')),
  habitat: HABITAT,
  caughtBy: [],
}

export const DENIAL_BUGS: readonly PlantedBug[] = [
  {
    id: 'raft/denies-what-it-did',
    sentence: 'A write is said to have failed for certain, and becomes visible all the same.',
    source: 'Jepsen, "Elasticsearch 1.5.0", 2015: writes that were said to have failed and were there',
    protocol: saying(raft, (out) => new Denials(out, 'fail')),
    habitat: HABITAT,
    caughtBy: ['the record', 'linearizable'],
  },
]
