import type { Channel, EventName } from '../../shared/ipc/contract.ts'

/**
 * The names that the preload script lets through, as plain data: it is the one part of the shell that lives in the
 * window's process, so it carries no parser along. A channel that is missing here does not compile.
 */
const REQUESTS: Readonly<Record<Channel, true>> = {
  'app.about': true,
  'catalog.get': true,
  'topology.check': true,
  'topology.movement': true,
  'topology.predict': true,
  'files.list': true,
  'files.open': true,
  'files.save': true,
  'files.forget': true,
  'drafts.put': true,
  'drafts.list': true,
  'drafts.drop': true,
  'runs.start': true,
  'runs.list': true,
  'runs.stop': true,
  'runs.pause': true,
  'runs.watch': true,
  'runs.resume': true,
  'runs.inject': true,
  'runs.lift': true,
  'runs.past': true,
  'library.list': true,
  'library.report': true,
  'library.chart': true,
  'library.rename': true,
  'library.remove': true,
  'library.operations': true,
  'library.trace': true,
  'library.judge': true,
  'library.import': true,
  'datasheets.list': true,
  'datasheets.start': true,
  'datasheets.stop': true,
  'datasheets.get': true,
  'datasheets.chart': true,
  'datasheets.remove': true,
  'datasheets.save': true,
  'sweeps.list': true,
  'sweeps.plan': true,
  'sweeps.start': true,
  'sweeps.stop': true,
  'sweeps.get': true,
  'sweeps.topology': true,
  'sweeps.chart': true,
  'sweeps.rename': true,
  'sweeps.remove': true,
  'sweeps.save': true,
  'exports.save': true,
  'preferences.get': true,
  'preferences.set': true,
}

const EVENTS: Readonly<Record<EventName, true>> = {
  'run.status': true,
  'run.statistics': true,
  'run.events': true,
  'library.changed': true,
  'datasheet.status': true,
  'datasheets.changed': true,
  'sweep.status': true,
  'sweeps.changed': true,
  'menu.command': true,
  'file.arrived': true,
  'app.closing': true,
}

export const isRequest = (name: string): name is Channel => Object.hasOwn(REQUESTS, name)
export const isEvent = (name: string): name is EventName => Object.hasOwn(EVENTS, name)

/** What a request or an event is called between the processes. */
export const wireName = (name: Channel | EventName): string => `lab:${name}`

/** Sent by the preload script once the window has heard that it is about to close: what it asked for came before. */
export const CLOSING_HEARD = 'lab:closing-heard'

/** The answer to a request. Errors travel as sentences: Electron would put words of its own before them. */
export type WireAnswer = { output: unknown } | { error: string }
