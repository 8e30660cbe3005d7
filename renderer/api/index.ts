import type { LabApi } from '../../shared/ipc/contract.ts'
import { socketApi, type Connection } from './socket.ts'

declare global {
  interface Window {
    /** Put there by the preload script of the desktop shell; a browser has none and talks to the loopback server. */
    readonly lab?: LabApi
  }
}

/** The shell's lab lives in its main process: where that is gone, so is the window. */
const UNBROKEN: Connection = {
  onDisconnect: () => () => undefined,
  onReconnect: () => () => undefined,
  reconnect: () => undefined,
}

/** The one way from the window to the lab. */
export const api: LabApi & Connection =
  window.lab === undefined ? socketApi() : { ...window.lab, ...UNBROKEN }

/** What to show of a failed request: the lab's own sentence. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
