import { remember } from '../sessions.ts'
import type { SessionRecord } from '../sessions.ts'
import type { Copy } from './messages.ts'

/** One command of the origin. Only the origin writes anything down: caches begin empty. */
export interface DurableRecord {
  readonly position: number
  readonly session: SessionRecord
  readonly sessionsMax: number
  /** null: a compare-and-set that found something else. */
  readonly change: { readonly key: number; readonly copy: Copy } | null
}

/** What a restarted origin is given. */
export interface DurableImage {
  position: number
  readonly cells: Map<number, Copy>
  readonly sessions: Map<number, SessionRecord>
}

export function absorb(durable: DurableImage | null, record: unknown): DurableImage {
  const { position, session, sessionsMax, change } = record as DurableRecord
  const image: DurableImage = durable ?? { position: 0, cells: new Map(), sessions: new Map() }
  image.position = position
  remember(image.sessions, session, sessionsMax)
  if (change !== null) image.cells.set(change.key, change.copy)
  return image
}
