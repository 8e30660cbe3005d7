import type { JsonSchema } from '../../shared/topology/json-schema.ts'

/** Tables of fields, out of a JSON Schema. */
export class SchemaTables {
  readonly #definitions: Record<string, JsonSchema>

  constructor(schema: JsonSchema) {
    this.#definitions = (schema.$defs ?? {}) as Record<string, JsonSchema>
  }

  definition(name: string): JsonSchema {
    const found = this.#definitions[name]
    if (found === undefined) throw new Error(`the schema has no definition ${name}`)
    return found
  }

  /** All definitions whose name begins so, as alternatives. */
  defined(prefix: string): JsonSchema {
    const names = Object.keys(this.#definitions).filter((name) => name.startsWith(prefix))
    return { anyOf: names.map((name) => this.definition(name)) }
  }

  table(schema: JsonSchema, { nested = true, skip = [] as readonly string[] } = {}): string {
    const rows = this.#rows(schema, '', nested).filter(
      ([field]) => !skip.some((name) => field === `\`${name}\``),
    )
    if (rows.length === 0) return 'No fields.'
    return tableOf(['field', 'type', 'default', 'meaning'], rows)
  }

  /** All fields of alternatives that are objects, in one. */
  merged(schema: JsonSchema): JsonSchema {
    return { properties: Object.assign({}, ...alternativesOf(schema).map(propertiesOf)) as JsonSchema }
  }

  /** Small alternatives in one table: the name, the fields and what it means. */
  variants(schema: JsonSchema, tag: string): string {
    const objects = alternativesOf(schema).filter((option) => option.type === 'object')
    const rows = objects.map((option) => {
      const fields = this.#rows(option, '', false).filter(([field]) => field !== `\`${tag}\``)
      const parameters = fields.map(
        ([field, type, usual, meaning]) => `${field}: ${type}, default ${usual}. ${meaning}`,
      )
      return [
        code(propertiesOf(option)[tag].const),
        escaped(wordsOf(option.description)),
        parameters.join('<br>'),
      ]
    })
    return tableOf([tag, 'meaning', 'parameters'], rows)
  }

  /** Alternatives that are objects, each with a heading and a table; their constant field is in the heading. */
  alternatives(schema: JsonSchema, tag: string, skip: readonly string[] = []): string {
    return alternativesOf(schema)
      .map((option) => this.#resolved(option))
      .filter((option) => option.type === 'object')
      .map((option) => {
        const properties = propertiesOf(option)
        const name = properties[tag]?.const ?? requiredOf(option).filter((field) => field !== tag)[0] ?? ''
        const about = typeof option.description === 'string' ? [escaped(option.description)] : []
        const isTagged = properties[tag]?.const !== undefined
        return [
          `### \`${wordsOf(name)}\``,
          ...about,
          this.table(option, { skip: isTagged ? [tag, ...skip] : skip }),
        ].join('\n\n')
      })
      .join('\n\n')
  }

  #rows(schema: JsonSchema, prefix: string, nested: boolean): string[][] {
    const required = requiredOf(schema)
    return Object.entries(propertiesOf(schema)).flatMap(([name, property]) => {
      const field = `${prefix}${name}`
      const usual = required.includes(name) ? '' : defaultOf(property)
      const meaning = [escaped(wordsOf(property.description)), ...choicesOf(property)].join('')
      const row = [`\`${field}\``, this.#type(property), usual, meaning]
      return nested ? [row, ...this.#nestedRows(property, field)] : [row]
    })
  }

  #nestedRows(property: JsonSchema, field: string): string[][] {
    if (property.$ref !== undefined) return []
    const items = property.items as JsonSchema | undefined
    if (items !== undefined) return items.$ref === undefined ? this.#nestedRows(items, `${field}[]`) : []
    if (property.properties !== undefined) return this.#rows(property, `${field}.`, true)
    return alternativesOf(property).flatMap((option) => this.#nestedRows(option, field))
  }

  #type(schema: JsonSchema): string {
    if (typeof schema.$ref === 'string') return this.#referenceType(schema.$ref)
    if (schema.const !== undefined) return code(schema.const)
    if (Array.isArray(schema.enum)) return schema.enum.map(code).join(', ')
    const options = alternativesOf(schema)
    if (options.length > 0) return [...new Set(options.map((option) => this.#type(option)))].join(' or ')
    if (schema.type === 'array') {
      const count =
        schema.maxItems === undefined
          ? ''
          : ` (${grouped(Number(schema.minItems ?? 0))} … ${grouped(Number(schema.maxItems))})`
      return `list of ${this.#type(schema.items as JsonSchema)}${count}`
    }
    if (schema.type === 'object' && schema.additionalProperties !== false) return 'object by name'
    if (schema.type === 'string') return schema.pattern === undefined ? 'text' : 'id'
    if (schema.type === 'boolean') return 'true or false'
    if (schema.type === 'number' || schema.type === 'integer') return numberType(schema)
    return String(schema.type)
  }

  #referenceType(ref: string): string {
    const name = ref.slice('#/$defs/'.length)
    if (name === 'duration') return '[duration](#durations)'
    if (name === 'keyDistribution') return 'word or object, [see below](#distributions-of-keys)'
    return name.startsWith('fault-') ? 'fault' : name
  }

  #resolved(schema: JsonSchema): JsonSchema {
    return typeof schema.$ref === 'string' ? this.definition(schema.$ref.slice('#/$defs/'.length)) : schema
  }
}

function numberType(schema: JsonSchema): string {
  const unit = typeof schema['x-unit'] === 'string' ? ` ${schema['x-unit']}` : ''
  const noun = schema.type === 'integer' ? 'whole number' : 'number'
  const [above, from, to] = [schema.exclusiveMinimum, schema.minimum, schema.maximum]
  if (typeof to !== 'number' || to === UNBOUNDED) return noun
  if (typeof above === 'number') return `${noun} above ${grouped(above)}, to ${grouped(to)}${unit}`
  return `${noun} ${grouped(Number(from))} … ${grouped(to)}${unit}`
}

/** Bounds of figures that only keep infinities out are not worth printing. */
const UNBOUNDED = 1e15

function grouped(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(value)
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function defaultOf({ default: usual }: JsonSchema): string {
  if (usual === undefined) return 'none'
  return JSON.stringify(usual) === '{}' ? 'as below' : code(usual)
}

/** What the choices of a parameter mean, where they say so. */
function choicesOf(property: JsonSchema): string[] {
  return alternativesOf(property)
    .filter((option) => option.const !== undefined && typeof option.description === 'string')
    .map((option) => `<br>${code(option.const)}: ${escaped(wordsOf(option.description))}`)
}

function alternativesOf(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[]
}

export function propertiesOf(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema.properties ?? {}) as Record<string, JsonSchema>
}

function requiredOf(schema: JsonSchema): string[] {
  return (schema.required ?? []) as string[]
}

export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}

export function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
