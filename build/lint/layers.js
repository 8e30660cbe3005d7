/**
 * The layers of the code, as data, and the ESLint rule that holds them: arrows point down only. A module may import its
 * own folder and what its layer's entry lists; anything else is an error. Tests, the `testing` folders and `build/` are not bound.
 */

import path from 'node:path'

/** Contracts: files of types and constants that layers share without depending on one another's code. */
const PLAN_TYPES = 'plan/types.ts'
const PROTOCOL_CONTRACT = 'protocols/contract.ts'
const WORLD = 'runtime/world.ts'
/** What the parameters of a strategy come to, which a model of it must read as the strategy does. */
const CONFIGS = [
  'leaderless/access.ts',
  'leaderless/config.ts',
  'raft/config.ts',
  'single-leader/config.ts',
].map((file) => `protocols/${file}`)

/**
 * Folder of `shared/` → the folders it may import, and single files (with an extension) of others. Runtimes and
 * clients know protocols by their contract only; metrics, checkers and reports know nothing but the record of a run.
 */
export const SHARED_LAYERS = {
  base: [],
  topology: ['base'],
  clocks: ['base'],
  datatypes: ['base', 'clocks'],
  partitioning: ['base', 'topology'],
  workload: ['base', 'topology', PLAN_TYPES, PROTOCOL_CONTRACT],
  plan: ['base', 'topology', 'partitioning', 'workload'],
  protocols: ['base', 'topology', 'clocks', 'datatypes', 'partitioning', 'plan'],
  history: ['base', 'topology', PLAN_TYPES, PROTOCOL_CONTRACT],
  runtime: ['base', 'topology', 'plan', PROTOCOL_CONTRACT],
  clients: ['base', 'topology', 'workload', 'plan', 'history', WORLD, PROTOCOL_CONTRACT],
  simulator: ['base', 'topology', 'plan', 'workload', 'history', 'runtime', 'clients', PROTOCOL_CONTRACT],
  metrics: ['base', 'topology', 'history', PLAN_TYPES, PROTOCOL_CONTRACT],
  checkers: ['base', 'topology', 'history', PLAN_TYPES, PROTOCOL_CONTRACT],
  predict: ['base', 'topology', 'plan', 'metrics', ...CONFIGS],
  report: ['base', 'topology', 'history', 'metrics', 'checkers', 'predict', PLAN_TYPES, PROTOCOL_CONTRACT],
  ipc: ['base', 'topology', 'history', 'metrics', 'checkers', 'predict', 'report', PROTOCOL_CONTRACT],
}

/** Packages that a folder of `shared/` may import; `type:` in front allows types alone. */
export const SHARED_PACKAGES = {
  topology: ['valibot', '@valibot/to-json-schema'],
  checkers: ['edn-data'],
  ipc: ['valibot'],
  report: ['type:echarts'],
}

/** Folder of `main/` → the other folders of `main/` that it may import. Only the shell may reach Electron. */
export const MAIN_LAYERS = {
  host: ['threads'],
  threads: [],
  server: ['host'],
  cli: ['host', 'server'],
  shell: ['host', 'server'],
}

/** What the renderer may import of `shared/`: data and their shapes, nothing that runs a topology. */
export const RENDERER_SHARED = [
  'base',
  'topology',
  'report',
  'ipc',
  'history',
  'metrics',
  'predict',
  PLAN_TYPES,
  'plan/faults.ts',
]

const isTest = (file) => /\.test\.ts$/.test(file) || /^(shared|main|renderer)\/testing\//.test(file)
const isPackage = (source) => !source.startsWith('.') && !path.isAbsolute(source)
const isNode = (source) => source.startsWith('node:')
const nameOf = (source) => source.split('/', source.startsWith('@') ? 2 : 1).join('/')

/** Whether a list of folders and single files lets `target` (relative to `shared/`) in. */
const admits = (list, target) => list.includes(target) || list.includes(target.split('/')[0])

/**
 * Why `file` may not import `source`, as a sentence, or null where it may. Paths are relative to the project, with
 * forward slashes; `typeOnly` says that the import vanishes when compiled.
 */
export function layerViolation(file, source, typeOnly) {
  if (isTest(file)) return null
  const [layer, folder = ''] = file.split('/')
  if (isPackage(source)) return packageViolation(layer, folder, source, typeOnly)
  const target = path.posix.join(path.posix.dirname(file), source)
  const [targetLayer, targetFolder = ''] = target.split('/')
  if (/^(shared|main|renderer)\/testing\//.test(target) && layer !== 'build')
    return `only tests and build/ may import ${targetLayer}/testing`
  if (/\.test\.ts$/.test(target)) return 'nothing imports a test'
  if (layer === 'shared') {
    if (targetLayer !== 'shared') return `shared/ may not import ${targetLayer}/`
    if (folder === targetFolder) return null
    const allowed = SHARED_LAYERS[folder]
    if (allowed === undefined) return `shared/${folder} has no layer yet: give it one in build/lint/layers.js`
    return admits(allowed, target.slice('shared/'.length))
      ? null
      : `shared/${folder} lies below or beside ${target} and may not import it`
  }
  if (layer === 'main') {
    if (targetLayer === 'renderer' || targetLayer === 'build') return `main/ may not import ${targetLayer}/`
    if (targetLayer !== 'main' || folder === targetFolder) return null
    const allowed = MAIN_LAYERS[folder]
    if (allowed === undefined) return `main/${folder} has no layer yet: give it one in build/lint/layers.js`
    return allowed.includes(targetFolder) ? null : `main/${folder} may not import main/${targetFolder}`
  }
  if (layer === 'renderer') {
    if (targetLayer === 'renderer') return null
    if (targetLayer !== 'shared') return `renderer/ may not import ${targetLayer}/`
    return admits(RENDERER_SHARED, target.slice('shared/'.length))
      ? null
      : `renderer/ may not import ${target}`
  }
  return null
}

function packageViolation(layer, folder, source, typeOnly) {
  const name = nameOf(source)
  if (layer === 'shared') {
    const allowed = SHARED_PACKAGES[folder] ?? []
    if (allowed.includes(name) || (typeOnly && allowed.includes(`type:${name}`))) return null
    return isNode(source) || name === 'electron'
      ? `shared/ is pure and may not import ${source}`
      : `shared/${folder} may not import the package ${name}`
  }
  if (layer === 'main' && folder !== 'shell' && name === 'electron')
    return 'only main/shell may import electron'
  if (layer === 'renderer' && (isNode(source) || name === 'electron'))
    return `renderer/ may not import ${source}`
  return null
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: { type: 'problem', docs: { description: 'imports point down the layers only' }, schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/')
    const check = (node, typeOnly) => {
      if (node === null || node === undefined || typeof node.value !== 'string') return
      const sentence = layerViolation(file, node.value.replace(/[?#].*$/, ''), typeOnly)
      if (sentence !== null) context.report({ node, message: `${sentence}.` })
    }
    return {
      ImportDeclaration: (node) => check(node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source, false),
      TSImportType: (node) => check(node.source ?? node.argument?.literal, true),
    }
  },
}
