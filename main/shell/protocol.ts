import { protocol, type Session } from 'electron'
import { HEADERS } from '../server/security.ts'
import type { StaticFiles } from '../server/static-files.ts'

const SCHEME = 'app'
/** The window's own address: a standard origin, so that `'self'` in the policy means these files and nothing else. */
const WINDOW_ORIGIN = `${SCHEME}://lab`
export const WINDOW_URL = `${WINDOW_ORIGIN}/`

/** Once, and before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Whether an address is one of the window's pages. Custom schemes have no `origin` in Node's URL, so it is put together. */
export function isWindowUrl(address: string): boolean {
  return originOf(address) === WINDOW_ORIGIN
}

/** Whether it is the page itself: the only one that a window may ever be at. */
export function isWindowPage(address: string): boolean {
  return isWindowUrl(address) && new URL(address).pathname === '/'
}

function originOf(address: string): string | null {
  if (!URL.canParse(address)) return null
  const { protocol: scheme, host, username, password } = new URL(address)
  return username === '' && password === '' ? `${scheme}//${host}` : null
}

/** Answers for the window's files with the same headers, and from the same list, as the loopback server. */
export function serveWindow(session: Session, files: StaticFiles): void {
  session.protocol.handle(SCHEME, async (request) => {
    if (!isWindowUrl(request.url)) return refusal(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
    const file = await files.read(new URL(request.url).pathname)
    if (file === null) return refusal(404)
    const body = request.method === 'HEAD' ? null : new Uint8Array(file.bytes)
    return new Response(body, { headers: { ...HEADERS, 'content-type': file.type } })
  })
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { ...HEADERS } })
}

/** Serves one page to a session of its own, under a policy that lets nothing run and nothing be fetched. */
export function servePage(session: Session, html: string): { url: string; end(): void } {
  session.protocol.handle(SCHEME, () => {
    const headers = {
      ...HEADERS,
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'content-type': 'text/html; charset=utf-8',
    }
    return new Response(html, { headers })
  })
  return { url: `${SCHEME}://report/`, end: () => session.protocol.unhandle(SCHEME) }
}
