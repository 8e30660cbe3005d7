import { nextTick, watch } from 'vue'
import { EXPORT_FORMATS, type FileEntry } from '../../shared/ipc/contract.ts'
import { api } from '../api/index.ts'
import { PALETTE } from '../model/edits-groups.ts'
import { switchStrategy } from '../model/edits-settings.ts'
import { scenariosFor } from '../model/fault-edits-scenarios.ts'
import { ARRANGEMENTS } from '../model/layout-arrange.ts'
import { useCatalog } from '../stores/catalog.ts'
import { useDatasheets } from '../stores/datasheets.ts'
import { useDocument } from '../stores/document.ts'
import { useLibrary } from '../stores/library.ts'
import { useUi, type Tab } from '../stores/ui.ts'
import { useDesignActions } from '../views/design/use-design-actions.ts'
import { CHANGE_CHOICES, changeWords } from '../views/faults/change-words.ts'
import { changeRefusal } from '../views/faults/use-changes.ts'
import {
  addWords,
  changeCommandId,
  DRAW_WORDS,
  faultLabel,
  FIT_WORDS,
  JSON_WORDS,
  layoutWords,
  membershipLabel,
  scenarioLabel,
  SNAP_WORDS,
} from './command-words.ts'
import { useCommands, type Command } from './commands.ts'
import { EXPORT_WORDS } from './export-words.ts'
import { useFiles } from './files.ts'
import { startJob, stopJob } from './jobs.ts'
import { shortName } from './names.ts'
import { takeExport } from './take-export.ts'

/** So many files and runs are offered by name; Open and Results have the others. */
const NAMED_MAX = 20

/**
 * What can be done in views that are not open, for the palette: each goes to its view and does it there. Those of the
 * open view have the same ids and are its own. `files` are those that can be opened.
 */
export function awayCommands(files: readonly FileEntry[]): Command[] {
  return [
    ...designCommands(),
    ...linkCommands(),
    ...faultCommands(),
    ...membershipCommands(),
    ...datasheetCommands(),
    ...resultCommands(),
    ...fileCommands(files),
  ]
}

/** Goes to a view and runs a command of it, as soon as the view is there: views are loaded when first looked at. */
export function runIn(tab: Tab, id: string): void {
  const ui = useUi()
  const commands = useCommands()
  ui.go(tab)
  const stop = watch(
    () => [ui.isHome || ui.tab !== tab, commands.all.value.some((command) => command.id === id)],
    ([isLeft, isThere]) => {
      if (!isLeft && !isThere) return
      void nextTick(() => {
        stop()
        if (!isLeft) commands.run(id)
      })
    },
    { immediate: true, flush: 'post' },
  )
}

function designCommands(): Command[] {
  const doc = useDocument()
  const ui = useUi()
  const catalog = useCatalog()
  const group = 'Design'
  const enabled = () => doc.isOpen && doc.file !== null
  const there = (id: string, label: string, keys?: string): Command => ({
    id,
    label,
    group,
    enabled,
    ...(keys === undefined ? {} : { keys }),
    run: () => runIn('design', id),
  })
  const strategies = (catalog.catalog?.strategies ?? []).map((strategy): Command => ({
    id: `design.strategy.${strategy.id}`,
    label: `Strategy: ${strategy.title}`,
    group,
    enabled: () =>
      doc.isOpen &&
      doc.file !== null &&
      doc.file.replication.strategy !== strategy.id &&
      doc.check?.refusals.strategy?.[strategy.id] === undefined,
    run: () => {
      ui.go('design')
      doc.edit(`Strategy: ${strategy.title}`, (file) => switchStrategy(file, strategy))
    },
  }))
  return [
    ...PALETTE.map(({ id, label }) => there(`design.add.${id}`, addWords(label))),
    ...strategies,
    ...ARRANGEMENTS.map(({ value, label }) => there(`design.layout.${value}`, layoutWords(label))),
    there('design.json', JSON_WORDS, 'Mod+J'),
    there('design.snap', SNAP_WORDS),
    there('design.fit', FIT_WORDS),
  ]
}

/** A link needs two ends: from the one thing that is marked to any other. */
function linkCommands(): Command[] {
  const { file, isOpen } = useDocument()
  const ui = useUi()
  const [marked, ...others] = ui.selection
  if (!isOpen || file === null || marked === undefined || marked.kind === 'link' || others.length > 0)
    return []
  const { connect } = useDesignActions(() => undefined)
  const from = marked.id
  return [...file.regions, ...file.replicas, ...file.clients]
    .filter(({ id }) => id !== from)
    .map(({ id }) => ({
      id: `design.link.${id}`,
      label: `Link ${from} to ${id}`,
      group: 'Design',
      sought: true,
      run: () => {
        ui.go('design')
        connect(from, id)
      },
    }))
}

function faultCommands(): Command[] {
  const doc = useDocument()
  const { catalog } = useCatalog()
  const group = 'Faults'
  const there = (id: string, label: string, isPossible = true): Command => ({
    id,
    label,
    group,
    enabled: () => doc.isOpen && doc.file !== null && isPossible,
    run: () => runIn('faults', id),
  })
  const strategyId = doc.file?.replication.strategy ?? ''
  const strategy = catalog?.strategies.find(({ id }) => id === strategyId) ?? { id: strategyId, roles: [] }
  const scenarios = doc.file === null ? [] : scenariosFor(doc.file, strategy, [])
  return [
    there('faults.draw', DRAW_WORDS),
    ...(catalog?.faults ?? []).map(({ value, label }) => there(`faults.add.${value}`, faultLabel(label))),
    ...scenarios.map(({ id, label, refused }) =>
      there(`faults.scenario.${id}`, scenarioLabel(label), refused === null),
    ),
  ]
}

/** A replica joins or leaves: one for which it makes sense, or the one that is named. */
function membershipCommands(): Command[] {
  const doc = useDocument()
  const ui = useUi()
  const group = 'Faults'
  return CHANGE_CHOICES.flatMap(({ value: kind, label }): Command[] => {
    const enabled = () => doc.isOpen && doc.file !== null && changeRefusal(kind) === null
    const id = changeCommandId(kind)
    const named = (doc.file?.replicas ?? []).map(({ id: replica }): Command => ({
      id: `${id}.${replica}`,
      label: membershipLabel(changeWords({ kind, replica })),
      group,
      sought: true,
      enabled,
      run: () => {
        ui.selection = [{ kind: 'replica', id: replica }]
        runIn('faults', id)
      },
    }))
    return [
      { id, label: membershipLabel(label.toLowerCase()), group, enabled, run: () => runIn('faults', id) },
      ...named,
    ]
  })
}

function datasheetCommands(): Command[] {
  const doc = useDocument()
  const ui = useUi()
  const sheets = useDatasheets()
  const group = 'Datasheet'
  const make = (id: string, label: string, isQuick: boolean): Command => ({
    id,
    label,
    group,
    enabled: () => doc.isOpen && !sheets.isMaking,
    run: () => {
      ui.go('datasheet')
      return startJob(() => sheets.start(isQuick), 'Not measured')
    },
  })
  return [
    make('datasheet.make', 'Make a datasheet', false),
    make('datasheet.makeQuick', 'Make a datasheet, quick', true),
    {
      id: 'datasheet.stop',
      label: 'Stop measuring',
      group,
      enabled: () => sheets.isMaking,
      run: () => stopJob(sheets.stop),
    },
  ]
}

/** The run that Results shows, or would, is what is exported: one sees which. */
function resultCommands(): Command[] {
  const ui = useUi()
  const library = useLibrary()
  const group = 'Results'
  const exported = library.selected ?? library.entries[0]
  if (exported === undefined) return []
  const { id: runId, hasHistory } = exported
  const exports = EXPORT_FORMATS.map((format): Command => ({
    id: `results.export.${format}`,
    label: `Export report: ${EXPORT_WORDS[format]}`,
    group,
    enabled: () => hasHistory || format !== 'history.jsonl',
    run: () => {
      library.selectedId = runId
      ui.go('results')
      return takeExport(() => api.request('exports.save', { id: runId, format }))
    },
  }))
  const runs = library.entries.slice(0, NAMED_MAX).map(({ id, name }, i): Command => ({
    id: `results.show.${id}`,
    label: `Show run ${i === 0 ? '(the latest)' : `${i + 1}`}: ${name}`,
    group,
    run: () => {
      library.selectedId = id
      ui.go('results')
    },
  }))
  return [...exports, ...runs]
}

function fileCommands(entries: readonly FileEntry[]): Command[] {
  const files = useFiles()
  return entries
    .filter(({ missing }) => !missing)
    .slice(0, NAMED_MAX)
    .map(({ id, name }) => ({
      id: `file.open.${id}`,
      label: shortName(name),
      group: 'File',
      run: () => files.openEntry(id),
    }))
}
