import { BrowserWindow, session } from 'electron'
import { confineSession } from './hardening.ts'
import { servePage } from './protocol.ts'
import { within } from './within.ts'

const PRINT_MS_MAX = 60_000
let printed = 0

/** Prints a page of HTML in a hidden window where no script runs and nothing is fetched. Rejects with a sentence. */
export async function printToPdf(html: string): Promise<Uint8Array> {
  // A name without "persist:" is a session in memory; one for each print, so that two at once do not mix.
  const own = session.fromPartition(`print-${++printed}`)
  confineSession(own)
  const page = servePage(own, html)
  const window = new BrowserWindow({
    show: false,
    width: 1000,
    height: 1400,
    webPreferences: {
      session: own,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      javascript: false,
      devTools: false,
      spellcheck: false,
    },
  })
  try {
    const bytes = await within(PRINT_MS_MAX, async () => {
      await window.loadURL(page.url)
      return window.webContents.printToPDF({
        pageSize: 'A4',
        preferCSSPageSize: true,
        printBackground: true,
        generateTaggedPDF: true,
      })
    })
    if (bytes === null)
      throw new Error('The report took too long to print. Export it as HTML and print that.')
    return bytes
  } finally {
    window.destroy()
    page.end()
  }
}
