import { app, type Session } from 'electron'
import { isWindowPage, isWindowUrl } from './protocol.ts'

/** The clipboard is what copying and pasting parts of a topology needs; everything else is refused. */
const PERMISSIONS: readonly string[] = ['clipboard-read', 'clipboard-sanitized-write']

/** Schemes that lead nowhere outside: the window's files, and what it made itself. `devtools:` is there in development. */
const LOCAL_SCHEMES: readonly string[] = ['app:', 'blob:', 'data:', 'devtools:']

/** Holds for whatever shows pages, now or later. Before Electron is ready, so that none is missed. */
export function confineContents(): void {
  app.on('web-contents-created', (_, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => {
      if (!isWindowPage(event.url) || !isWindowPage(contents.getURL())) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame) event.preventDefault()
    })
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** No permission but the clipboard's, no device, no network, no download but what the window made itself. */
export function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_, permission, answer, { requestingUrl, isMainFrame }) => {
    answer(PERMISSIONS.includes(permission) && isMainFrame && isWindowUrl(requestingUrl))
  })
  session.setPermissionCheckHandler((_, permission, origin, { isMainFrame }) => {
    return PERMISSIONS.includes(permission) && isMainFrame && isWindowUrl(origin)
  })
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !LOCAL_SCHEMES.some((scheme) => url.startsWith(scheme)) })
  })
  session.on('will-download', (event, item) => {
    const [scheme, address] = [item.getURL().slice(0, 5), item.getURL().slice(5)]
    if (scheme !== 'blob:' || !isWindowUrl(address)) event.preventDefault()
  })
}
