import { version } from '../../package.json'

export const TOOL = 'replica-lab'
export const VERSION = version
