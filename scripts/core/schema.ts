/** The frontmatter of a card as JSON Schema, for editors and other tools. */
import { type Key, keys } from './keys.ts'

/** The schema, draft 2020-12. It says what `lint` says of the values; what a card requires is more than a schema can see. */
export function cardSchema(): object {
  const properties = Object.entries<Key>(keys).map(([name, { schema, about, examples }]) => {
    return [name, { description: about, ...schema, examples }]
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'card.schema.json',
    title: 'Frontmatter of a card',
    description: 'What mikado reads in the frontmatter of a how-to document. Every other key is yours.',
    type: ['object', 'null'],
    properties: Object.fromEntries(properties),
    additionalProperties: true,
  }
}
