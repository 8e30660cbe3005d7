import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { Handlers } from '../../shared/ipc/contract.ts'
import { CHANNELS, parseInput } from '../../shared/ipc/parsers.ts'
import { CLOSING_HEARD, wireName, type WireAnswer } from './channels.ts'
import { isWindowUrl } from './protocol.ts'

const FOREIGN = 'Only the window of the lab may ask for this.'

export interface Router {
  handlers: Handlers
  /** The contents of the one window, or null where there is none. */
  ours(): WebContents | null
  /** The window has heard that it is about to close. */
  onClosingHeard(): void
}

/** Answers the window's requests: each is checked for who asks, then for what is asked. */
export function routeRequests(router: Router): void {
  const { handlers } = router
  for (const channel of CHANNELS) {
    const handler = handlers[channel] as (input: unknown) => Promise<unknown>
    ipcMain.handle(wireName(channel), async (event, input: unknown): Promise<WireAnswer> => {
      if (!isFromWindow(event, router.ours())) return { error: FOREIGN }
      const parsed = parseInput(channel, input ?? null)
      if (!parsed.ok) return { error: parsed.error }
      try {
        return { output: (await handler(parsed.value)) ?? null }
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) }
      }
    })
  }
  ipcMain.on(CLOSING_HEARD, (event) => {
    if (isFromWindow(event, router.ours())) router.onClosingHeard()
  })
}

/** The window's own page, in its main frame: not a frame inside it, nor whatever came to be shown instead. */
function isFromWindow(
  { sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent,
  ours: WebContents | null,
): boolean {
  return (
    sender === ours &&
    senderFrame !== null &&
    senderFrame === sender.mainFrame &&
    isWindowUrl(senderFrame.url)
  )
}
