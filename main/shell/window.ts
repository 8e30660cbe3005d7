import { app, BrowserWindow, nativeTheme } from 'electron'
import { PALETTES } from '../../shared/report/palette.ts'
import { WINDOW_URL } from './protocol.ts'
import { placeOf, SIZE_MIN, type Bounds, type WindowState } from './window-state.ts'

/** Opens the one window, confined as far as Electron can, and shows it once there is something to see. */
export function openWindow(
  preload: string,
  state: WindowState | null,
  workAreas: readonly Bounds[],
): BrowserWindow {
  const window = new BrowserWindow({
    ...placeOf(state, workAreas),
    minWidth: SIZE_MIN.width,
    minHeight: SIZE_MIN.height,
    show: false,
    title: 'Replica Lab',
    // As the page will be, so that nothing flashes before it is painted.
    backgroundColor: PALETTES[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'].page,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (state?.isMaximized === true) window.maximize()
  window.once('ready-to-show', () => window.show())
  void window.loadURL(WINDOW_URL)
  return window
}
