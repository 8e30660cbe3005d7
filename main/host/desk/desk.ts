import type { Handlers } from '../../../shared/ipc/contract.ts'
import { aboutOf } from './about.ts'
import { catalog } from './catalog.ts'
import { ChosenDocuments } from './chosen-documents.ts'
import { Datasheets } from './datasheets.ts'
import { handleOf, readDocument, type Documents } from './documents.ts'
import { DraftStore } from './drafts.ts'
import { Exports } from './exports.ts'
import { FolderDocuments } from './folder-documents.ts'
import { defaultDocumentsFolder } from './folders.ts'
import { keyMovement } from './key-movement.ts'
import { LatestOnly } from './latest-only.ts'
import { Library } from './library.ts'
import { LibraryClient } from './library-client.ts'
import { PreferencesStore } from './preferences.ts'
import { Runs } from './runs.ts'
import { Sweeps } from './sweeps.ts'
import { TopologyChecker } from './topology-check.ts'
import type { Desk, DeskOptions } from './types.ts'

/** Files of hundreds of places take longer to check than anything else here should wait. */
const LARGE_CHARS = 60_000

/** Puts the lab behind the channels that windows speak over. Rejects with a sentence where its data cannot be read. */
export async function createDesk(options: DeskOptions): Promise<Desk> {
  const { lab, dataFolder, dialogs, emit } = options
  const preferences = await PreferencesStore.open(dataFolder)
  const thread = new LibraryClient(options.libraryThread)
  // Whoever types must not wait for whoever opens a million operations, nor whoever scrolls for a run that is run again.
  const second = new LibraryClient(options.libraryThread)
  const predictions = new LatestOnly((input: { text: string }) => second.call('predict', input), {
    prediction: null,
    reason: 'The file has changed since.',
  })
  const library = await Library.open(dataFolder, thread, {
    max: () => preferences.values.libraryMax,
    changed: () => emit('library.changed', null),
  })
  const chosen = dialogs === null ? null : await ChosenDocuments.load(dialogs, dataFolder)
  const documents: Documents =
    chosen ?? new FolderDocuments(options.documentsFolder ?? defaultDocumentsFolder())
  const drafts = new DraftStore(dataFolder)
  const runs = new Runs(lab, library, emit)
  const files = new Exports(library, thread, dialogs, dataFolder)
  await files.clear()
  const jobs = {
    dataFolder,
    threads: options.threads,
    thread: options.jobThread,
    drawing: second,
    exports: files,
    emit,
  }
  const sheets = await Datasheets.open(jobs)
  const sweeps = await Sweeps.open(jobs)
  const checker = new TopologyChecker()
  let isClosed = false

  const handlers = asynchronous({
    'app.about': () => aboutOf(options),
    'catalog.get': () => catalog(),
    'topology.check': ({ text }) =>
      text.length > LARGE_CHARS ? second.call('check', { text }) : checker.check(text),
    'topology.movement': keyMovement,
    'topology.predict': (input) => predictions.ask(input),
    'files.list': () => documents.list(),
    'files.open': ({ id }) => documents.open(id),
    'files.save': (ask) => documents.save(ask),
    'files.forget': ({ id }) => nothing(documents.forget(id)),
    'drafts.put': (draft) => nothing(drafts.put(draft)),
    'drafts.list': () => drafts.list(),
    'drafts.drop': ({ id }) => nothing(drafts.drop(id)),
    'runs.start': (request) => runs.start(request),
    'runs.list': () => runs.list(),
    'runs.stop': ({ runId }) => nothing(runs.get(runId).stop()),
    'runs.pause': ({ runId }) => nothing(runs.get(runId).pause()),
    'runs.resume': ({ runId }) => nothing(runs.get(runId).resume()),
    'runs.watch': ({ runId }) => nothing(runs.get(runId).watch()),
    'runs.inject': ({ runId, fault }) => runs.get(runId).inject(fault),
    'runs.lift': ({ runId, index }) => nothing(runs.get(runId).lift(index)),
    'runs.past': ({ runId }) => runs.past(runId),
    'library.list': () => library.list(),
    'library.report': ({ id }) => library.report(id),
    'library.chart': ({ ids, ...query }) =>
      second.call('chart', { folders: ids.map((id) => library.folder(id)), query }),
    'library.rename': ({ id, name }) => nothing(library.rename(id, name)),
    'library.remove': ({ ids }) => nothing(library.remove(ids)),
    'library.operations': ({ id, ...query }) => {
      return thread.call('operations', { folder: library.folder(id), query })
    },
    'library.trace': async ({ id, row }) => {
      const folder = library.folder(id)
      const wanted = await thread.call('row', { folder, row })
      if ('reason' in wanted) return { operation: row, messages: [], reason: wanted.reason }
      return second.call('trace', { folder, wanted })
    },
    'library.judge': ({ id, guarantee }) => second.call('judge', { folder: library.folder(id), guarantee }),
    'library.import': (ask) => library.import(ask),
    'datasheets.list': () => sheets.list(),
    'datasheets.start': (request) => sheets.start(request),
    'datasheets.stop': () => nothing(sheets.stop()),
    'datasheets.get': ({ id }) => sheets.get(id),
    'datasheets.chart': (query) => sheets.chart(query),
    'datasheets.remove': ({ ids }) => nothing(sheets.remove(ids)),
    'datasheets.save': ({ id, format }) => sheets.save(id, format),
    'sweeps.list': () => sweeps.list(),
    'sweeps.plan': (request) => sweeps.plan(request),
    'sweeps.start': (request) => sweeps.start(request),
    'sweeps.stop': () => nothing(sweeps.stop()),
    'sweeps.get': ({ id }) => sweeps.get(id),
    'sweeps.topology': ({ id }) => sweeps.topology(id),
    'sweeps.chart': (query) => sweeps.chart(query),
    'sweeps.rename': ({ id, name }) => nothing(sweeps.rename(id, name)),
    'sweeps.remove': ({ ids }) => nothing(sweeps.remove(ids)),
    'sweeps.save': ({ id, format }) => sweeps.save(id, format),
    'exports.save': ({ id, format }) => files.save(id, format),
    'preferences.get': () => preferences.values,
    'preferences.set': async (changes) => {
      const values = await preferences.set(changes)
      if (changes.libraryMax !== undefined) await library.trim()
      return values
    },
  })

  return {
    handlers,
    takeDownload: (token) => files.take(token),
    get isBusy() {
      return runs.isBusy || sheets.isBusy || sweeps.isBusy
    },
    async openPath(file) {
      const opened = chosen === null ? await readDocument(handleOf(file), file) : await chosen.openPath(file)
      emit('file.arrived', opened)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await Promise.all([runs.close(), sheets.stop(), sweeps.stop()])
      await Promise.all([preferences.settled(), drafts.settled()])
      await Promise.all([thread.close(), second.close()])
      await files.clear()
    },
  }
}

/** Handlers that may answer at once, as ones that never throw but reject. */
function asynchronous(direct: {
  [C in keyof Handlers]: (
    input: Parameters<Handlers[C]>[0],
  ) => Awaited<ReturnType<Handlers[C]>> | ReturnType<Handlers[C]>
}): Handlers {
  return Object.fromEntries(
    Object.entries(direct).map(([channel, handler]) => [
      channel,
      async (input: never): Promise<unknown> => handler(input),
    ]),
  ) as unknown as Handlers
}

async function nothing(work: Promise<unknown> | void): Promise<null> {
  await work
  return null
}
