import type { MenuItemConstructorOptions } from 'electron'

type Item = MenuItemConstructorOptions

/** `command` is an id of the window's own commands (`renderer/frame/frame-commands.ts`). */
type Send = (command: string) => void

/** The native menu. What the window can do is done by the window, so that its own state decides what that means. */
export function menuTemplate(platform: NodeJS.Platform, isDevelopment: boolean, send: Send): Item[] {
  const isMac = platform === 'darwin'
  // The page hears the keys first and acts on them; the menu shows them. On macOS the page can keep them from the menu.
  const item = (label: string, command: string, accelerator?: string): Item => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    registerAccelerator: false,
    click: () => send(command),
  })
  const line: Item = { type: 'separator' }
  const view = isMac ? 'Cmd' : 'Alt'
  const about = item('About Replica Lab', 'help.about')
  const preferences = item('Preferences…', 'app.preferences', 'CmdOrCtrl+,')
  return [
    ...(isMac
      ? [
          {
            role: 'appMenu' as const,
            label: 'Replica Lab',
            submenu: [
              about,
              line,
              preferences,
              line,
              { role: 'hide' as const },
              { role: 'hideOthers' as const },
              { role: 'unhide' as const },
              line,
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: '&File',
      submenu: [
        item('New topology', 'file.new', 'CmdOrCtrl+N'),
        item('Open…', 'file.open', 'CmdOrCtrl+O'),
        line,
        item('Save', 'file.save', 'CmdOrCtrl+S'),
        item('Save as…', 'file.saveAs', 'CmdOrCtrl+Shift+S'),
        item('Close the topology', 'file.close'),
        ...(isMac ? [] : [line, preferences, line, { role: 'quit' as const }]),
      ],
    },
    {
      label: '&Edit',
      submenu: [
        item('Undo', 'edit.undo', 'CmdOrCtrl+Z'),
        item('Redo', 'edit.redo', 'CmdOrCtrl+Shift+Z'),
        line,
        // These reach text fields and the canvas alike: the page hears of them as clipboard events.
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        item('Mark everything', 'edit.selectAll', 'CmdOrCtrl+A'),
      ],
    },
    {
      label: '&View',
      submenu: [
        item('Home', 'view.home', `${view}+0`),
        item('Design', 'view.design', `${view}+1`),
        item('Faults', 'view.faults', `${view}+2`),
        item('Run', 'view.run', `${view}+3`),
        item('Results', 'view.results', `${view}+4`),
        item('Compare', 'view.compare', `${view}+5`),
        item('Datasheet', 'view.datasheet', `${view}+6`),
        item('Sweep', 'view.sweep', `${view}+7`),
        line,
        item('Show or hide problems', 'view.problems', 'CmdOrCtrl+Shift+M'),
        item('Find a command…', 'app.palette', 'CmdOrCtrl+K'),
        item('Change between light and dark', 'app.theme'),
        line,
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { label: 'Actual size', role: 'resetZoom', accelerator: 'CmdOrCtrl+Alt+0' },
        { role: 'togglefullscreen' },
        ...(isDevelopment ? [line, { role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
      ],
    },
    {
      label: '&Run',
      submenu: [
        item('Run', 'run.start', 'CmdOrCtrl+Enter'),
        item('Stop', 'run.stop', 'CmdOrCtrl+.'),
        line,
        item('Run in virtual time from now on', 'run.simulated'),
        item('Run live from now on', 'run.live'),
      ],
    },
    ...(isMac ? [{ role: 'windowMenu' as const }] : []),
    {
      role: 'help',
      label: '&Help',
      submenu: [
        item('Take the tour', 'help.tour'),
        item('Keyboard shortcuts', 'help.shortcuts', 'F1'),
        ...(isMac ? [] : [line, about]),
      ],
    },
  ]
}
