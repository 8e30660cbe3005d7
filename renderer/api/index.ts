import type { LabApi } from '../../shared/ipc/contract.ts'
import { socketApi } from './socket.ts'

declare global {
  interface Window {
    /** Put there by the preload script of the desktop shell; a browser has none and talks to the loopback server. */
    readonly lab?: LabApi
  }
}

/** The one way from the window to the lab. */
export const api: LabApi & { onReconnect(listener: () => void): () => void } =
  window.lab === undefined ? socketApi() : { ...window.lab, onReconnect: () => () => undefined }

/** What to show of a failed request: the lab's own sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
