/** JUnit XML as a real parser (Python's expat) and the schema that Jenkins publishes (junit-10.xsd of its xunit plugin) read it. */
import { execFileSync } from 'node:child_process'

export interface Element {
  tag: string
  attributes: Record<string, string>
  text: string
  children: Element[]
}

const program = `
import json, sys
from xml.etree import ElementTree
def told(element):
    return {'tag': element.tag, 'attributes': element.attrib, 'text': element.text or '', 'children': [told(each) for each in element]}
print(json.dumps([told(ElementTree.fromstring(text.encode())) for text in json.load(sys.stdin)]))
`

/** What the schema allows in each element: attributes (those with a star must be there) and children. */
const schema: Record<string, { attributes: string; children: string[] }> = {
  testsuites: { attributes: 'name time tests failures errors', children: ['testsuite'] },
  testsuite: {
    attributes: 'name* tests* failures* errors* group time skipped timestamp hostname id package file log url',
    children: ['testsuite', 'properties', 'testcase', 'system-out', 'system-err'],
  },
  testcase: {
    attributes: 'name* time classname group',
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  skipped: { attributes: 'type message', children: [] },
  error: { attributes: 'type message', children: [] },
  failure: { attributes: 'type message', children: [] },
  'system-out': { attributes: '', children: [] },
}

/** @throws when one is no XML, or none of the schema, or its counts are not true. */
export function readAll(texts: readonly string[]): Element[] {
  const input = JSON.stringify(texts)
  const roots = JSON.parse(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' })) as Element[]
  for (const root of roots) {
    if (root.tag !== 'testsuites') throw new Error(`the root is ${root.tag}`)
    hold(root)
  }
  return roots
}

export function readJunit(text: string): Element {
  const [root] = readAll([text])
  if (!root) throw new Error('there is no report')
  return root
}

function hold(element: Element): void {
  const { tag, attributes, children } = element
  const rules = schema[tag]
  if (!rules) throw new Error(`no element of the schema: ${tag}`)
  const allowed = rules.attributes.split(' ')
  for (const name of Object.keys(attributes))
    if (!allowed.includes(name) && !allowed.includes(`${name}*`)) throw new Error(`${tag} has ${name}`)
  for (const name of allowed.filter((each) => each.endsWith('*')))
    if (!(name.slice(0, -1) in attributes)) throw new Error(`${tag} lacks ${name}`)
  if (attributes.time !== undefined && !/^\d*(?:\.\d*)?$/.test(attributes.time)) throw new Error(attributes.time)
  for (const child of children) {
    if (!rules.children.includes(child.tag)) throw new Error(`${child.tag} in ${tag}`)
    hold(child)
  }
  if (tag === 'testcase' && children.length > 1) throw new Error('Jenkins keeps one result of a case')
  if (!tag.startsWith('testsuite')) return
  const cases = casesIn(element)
  const count = (kind: string) => cases.filter(({ children: [result] }) => result?.tag === kind).length
  const told = [attributes.tests, attributes.failures, attributes.errors].map(Number)
  const counted = [cases.length, count('failure'), count('error')]
  if (String(told) !== String(counted)) throw new Error(`${tag} counts ${told}, and has ${counted}`)
}

export function casesIn({ tag, children }: Element): Element[] {
  return tag === 'testcase' ? [] : children.flatMap((child) => (child.tag === 'testcase' ? [child] : casesIn(child)))
}

/** Each case in a line: `class · name: result: message`. */
export function results(root: Element): string[] {
  return casesIn(root).map(({ attributes: { classname, name }, children: [result] }) => {
    const said = result ? `${result.tag}: ${result.attributes.message}` : 'passed'
    return `${classname} · ${name}: ${said}`
  })
}
