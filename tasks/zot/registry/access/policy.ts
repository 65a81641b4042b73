import { onlyAnonymous } from '../config/checks.ts'
import { compileGlob } from '../config/glob.ts'
import type { AccessControl, Policy } from '../config/shape.ts'
import { type Condition, compileCondition } from './condition.ts'

export type Action = 'read' | 'create' | 'update' | 'delete'

/** Who asks. The empty name is the anonymous. */
export interface Caller {
  name: string
  groups: string[]
}

export const anonymous: Caller = { name: '', groups: [] }

/** What a decision looks at beside the caller; `reference` is a tag or a digest, empty where the route has none. */
export interface Question {
  action: Action
  repository: string
  reference?: string
  method?: string
  userAgent?: string
}

export interface Verdict {
  allowed: boolean
  /** The message of the condition that refused, for the client to read. */
  reason?: string
}

interface Rule extends Policy {
  compiled: { test: Condition; message: string }[]
}

interface Area {
  pattern: string
  matches: RegExp
  rules: Rule[]
  defaultPolicy: string[]
  anonymousPolicy: string[]
}

/** zot's accessControl: the longest pattern that matches a repository decides alone; the admin policy comes after it. */
export class AccessPolicy {
  /** Whether any repository lets the anonymous do something. */
  readonly admitsAnonymous: boolean
  /** Whether rules for the anonymous stand next to rules for others. */
  readonly mixed: boolean
  private readonly areas: Area[]
  private readonly admin: Rule
  private readonly metrics: { users: string[]; anonymousPolicy: string[] }

  constructor(access: AccessControl) {
    this.areas = [...(access.repositories ?? [])].map(([pattern, group]) => ({
      pattern,
      matches: compileGlob(pattern) ?? /^\b$/,
      rules: (group.policies ?? []).map(toRule),
      defaultPolicy: group.defaultPolicy ?? [],
      anonymousPolicy: group.anonymousPolicy ?? [],
    }))
    this.admin = toRule(access.adminPolicy ?? { users: [], groups: [], actions: [], conditions: [] })
    this.metrics = { users: access.metrics?.users ?? [], anonymousPolicy: access.metrics?.anonymousPolicy ?? [] }
    this.admitsAnonymous = this.areas.some((area) => area.anonymousPolicy.length > 0)
    this.mixed = this.admitsAnonymous && !onlyAnonymous(access)
  }

  /** Whether `caller` may do what `question` asks. */
  decide(caller: Caller, question: Question): Verdict {
    const area = this.areas
      .filter((one) => one.matches.test(question.repository))
      .reduce<Area | undefined>(
        (best, one) => (best && best.pattern.length >= one.pattern.length ? best : one),
        undefined,
      )
    const local = area ? decideIn(area, caller, question) : { allowed: false }
    if (local.allowed) return local
    const asAdmin = grants(this.admin, caller, question)
    return asAdmin.allowed || asAdmin.reason !== undefined ? asAdmin : local
  }

  /** Whether `caller` may read the metrics; the name list holds for logged-in users only. */
  mayReadMetrics(caller: Caller): boolean {
    return caller.name === '' ? this.metrics.anonymousPolicy.includes('read') : this.metrics.users.includes(caller.name)
  }
}

function toRule(policy: Policy): Rule {
  const compiled = (policy.conditions ?? []).map((condition) => ({
    test: compileCondition(condition.expression ?? ''),
    message: condition.message ?? '',
  }))
  return { ...policy, compiled }
}

function decideIn(area: Area, caller: Caller, question: Question): Verdict {
  let reason: string | undefined
  for (const rule of area.rules) {
    const verdict = grants(rule, caller, question)
    if (verdict.allowed) return verdict
    reason = verdict.reason ?? reason
  }
  const general = caller.name === '' ? area.anonymousPolicy : area.defaultPolicy
  if (general.includes(question.action)) return { allowed: true }
  return reason === undefined ? { allowed: false } : { allowed: false, reason }
}

function grants(rule: Rule, caller: Caller, question: Question): Verdict {
  const named =
    (rule.users ?? []).includes(caller.name) || caller.groups.some((group) => (rule.groups ?? []).includes(group))
  if (!named || !(rule.actions ?? []).includes(question.action)) return { allowed: false }
  for (const condition of rule.compiled) {
    const outcome = evaluate(condition.test, caller, question)
    if (outcome === undefined) return { allowed: false }
    if (!outcome) return condition.message === '' ? { allowed: false } : { allowed: false, reason: condition.message }
  }
  return { allowed: true }
}

/** A condition that cannot be evaluated does not hold, and its message is kept back. */
function evaluate(test: Condition, caller: Caller, question: Question): boolean | undefined {
  const reference = question.reference ?? ''
  const isDigest = reference.includes(':')
  try {
    const outcome = test({
      method: question.method ?? '',
      userAgent: question.userAgent ?? '',
      action: question.action,
      repository: question.repository,
      reference,
      referenceType: reference === '' ? '' : isDigest ? 'digest' : 'tag',
      tag: isDigest ? '' : reference,
      digest: isDigest ? reference : '',
      user: { username: caller.name, groups: caller.groups },
      auth: { anonymous: caller.name === '' },
    })
    return typeof outcome === 'boolean' ? outcome : undefined
  } catch {
    return undefined
  }
}
