import { watch } from 'vue'
import { useCatalog } from '../stores/catalog.ts'
import { useDocument } from '../stores/document.ts'
import { usePreferences } from '../stores/preferences.ts'
import { useRuns } from '../stores/runs.ts'
import { TABS, useUi, type Tab } from '../stores/ui.ts'
import { bottomPanels, showPanel } from './bottom-panels.ts'
import { useCommands, type Command } from './commands.ts'
import { useFiles } from './files.ts'
import { IS_APPLE } from './keys.ts'
import { goToPane } from './panes.ts'
import { useRunning } from './running.ts'

const TAB_LABELS: Readonly<Record<Tab, string>> = {
  design: 'Go to Design',
  faults: 'Go to Faults',
  run: 'Go to Run',
  results: 'Go to Results',
  compare: 'Go to Compare',
  datasheet: 'Go to Datasheet',
  sweep: 'Go to Sweep',
}

/** Registers what can be done from everywhere. The native menu names these commands by their ids. */
export function registerFrameCommands(): void {
  const doc = useDocument()
  const ui = useUi()
  const runs = useRuns()
  const preferences = usePreferences()
  const catalog = useCatalog()
  const files = useFiles()
  const running = useRunning()
  const { register } = useCommands()
  const isOpen = () => doc.isOpen

  register(
    // A browser keeps Control-N and Control-W for itself; the desktop shell does not.
    {
      id: 'file.new',
      label: 'New topology',
      group: 'File',
      keys: ['Mod+Alt+N', 'Mod+N'],
      run: files.openNew,
    },
    { id: 'file.open', label: 'Open', group: 'File', keys: 'Mod+O', run: files.open },
    { id: 'file.save', label: 'Save', group: 'File', keys: 'Mod+S', enabled: isOpen, run: files.save },
    {
      id: 'file.saveAs',
      label: 'Save as',
      group: 'File',
      keys: 'Mod+Shift+S',
      enabled: isOpen,
      run: () => files.saveAs(),
    },
    {
      id: 'file.download',
      label: 'Download a copy',
      group: 'File',
      enabled: () => doc.isOpen && catalog.about?.dialogs !== true,
      run: files.download,
    },
    { id: 'file.close', label: 'Close the topology', group: 'File', enabled: isOpen, run: files.close },
    {
      id: 'edit.undo',
      label: 'Undo',
      group: 'Edit',
      keys: 'Mod+Z',
      enabled: () => doc.isOpen && doc.canUndo,
      run: doc.undo,
    },
    {
      id: 'edit.redo',
      label: 'Redo',
      group: 'Edit',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      enabled: () => doc.isOpen && doc.canRedo,
      run: doc.redo,
    },
    {
      id: 'run.start',
      label: 'Run',
      group: 'Run',
      keys: 'Mod+Enter',
      enabled: () => doc.isOpen && !runs.isRunning,
      run: running.start,
    },
    {
      id: 'run.stop',
      label: 'Stop',
      group: 'Run',
      keys: 'Mod+.',
      enabled: () => runs.isRunning,
      run: running.stop,
    },
    {
      id: 'run.simulated',
      label: 'Run in virtual time from now on',
      group: 'Run',
      enabled: () => ui.runtime !== 'simulated',
      run: () => (ui.runtime = 'simulated'),
    },
    {
      id: 'run.live',
      label: 'Run live from now on',
      group: 'Run',
      enabled: () => ui.runtime !== 'live',
      run: () => (ui.runtime = 'live'),
    },
    {
      id: 'view.home',
      label: 'Go to Home',
      group: 'View',
      keys: IS_APPLE ? 'Mod+0' : 'Alt+0',
      run: ui.goHome,
    },
    ...TABS.map((tab, i): Command => ({
      id: `view.${tab}`,
      label: TAB_LABELS[tab],
      group: 'View',
      keys: `${IS_APPLE ? 'Mod' : 'Alt'}+${i + 1}`,
      run: () => ui.go(tab),
    })),
    {
      id: 'view.problems',
      label: 'Show or hide problems',
      group: 'View',
      keys: 'Mod+Shift+M',
      run: () => showPanel(bottomPanels.shownId.value === 'problems' ? null : 'problems'),
    },
    {
      id: 'view.nextPane',
      label: 'Go to the next pane',
      group: 'View',
      keys: 'F6',
      run: () => goToPane(1),
    },
    {
      id: 'view.previousPane',
      label: 'Go to the pane before',
      group: 'View',
      keys: 'Shift+F6',
      run: () => goToPane(-1),
    },
    {
      id: 'app.palette',
      label: 'Find a command',
      group: 'App',
      keys: 'Mod+K',
      run: () => (ui.sheet = 'palette'),
    },
    {
      id: 'app.theme',
      label: 'Change between light and dark',
      group: 'App',
      run: () => preferences.set({ theme: preferences.theme === 'dark' ? 'light' : 'dark' }),
    },
    {
      id: 'app.preferences',
      label: 'Preferences',
      group: 'App',
      keys: 'Mod+,',
      run: () => (ui.sheet = 'preferences'),
    },
    { id: 'help.tour', label: 'Take the tour', group: 'Help', run: () => (ui.sheet = 'tour') },
    {
      id: 'help.shortcuts',
      label: 'Keyboard shortcuts',
      group: 'Help',
      keys: ['?', 'F1'],
      run: () => (ui.sheet = 'shortcuts'),
    },
    { id: 'help.about', label: 'About Replica Lab', group: 'Help', run: () => (ui.sheet = 'about') },
  )

  watch(
    () => catalog.catalog?.presets ?? [],
    (presets) => {
      for (const { id, name } of presets)
        register({ id: `preset.${id}`, label: name, group: 'Preset', run: () => files.openPreset(id) })
    },
    { immediate: true },
  )
}
