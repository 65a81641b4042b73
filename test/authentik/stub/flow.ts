/** authentik's flow executor: what a flow asks for, stage by stage, as its schema has the challenges. */
import { randomUUID } from 'node:crypto'
import { type Answer, type Question, redirect } from './answer.ts'
import type { Plan, Session, Sessions } from './sessions.ts'
import type { Fields, State } from './state.ts'

export const LOGIN = 'default-authentication-flow'
export const CONSENT = 'default-provider-authorization-explicit-consent'

/** Answers `GET` and `POST` of `/api/v3/flows/executor/<slug>/?query=…`. */
export function answerExecutor(state: State, sessions: Sessions, question: Question): Answer {
  const slug = question.url.pathname.split('/').at(-2) ?? ''
  if (!state.flows.some((flow) => flow.slug === slug)) return { status: 404, body: { detail: 'Not found.' } }
  const { session, cookies } = sessions.of(question)
  if (session.plan?.flow !== slug) session.plan = slug === LOGIN ? newPlan(LOGIN, 'identification') : null
  const { plan } = session
  const answer = plan ? execute(state, sessions, question, session, plan) : challenge(accessDenied('Unknown error'))
  const set = [...cookies, ...[answer.headers?.['set-cookie'] ?? []].flat()]
  return { ...answer, headers: { ...answer.headers, ...(set.length > 0 ? { 'set-cookie': set } : {}) } }
}

export function newPlan(flow: string, stage: Plan['stage'], target = ''): Plan {
  return { flow, stage, name: '', token: randomUUID(), target }
}

function execute(state: State, sessions: Sessions, question: Question, session: Session, plan: Plan): Answer {
  const { method, url, headers, body } = question
  if (method === 'GET') return ask(state, sessions, url, session, plan)
  // authentik checks this of sessions that are logged in.
  if (session.csrf !== null && headers['x-authentik-csrf'] !== session.csrf) {
    return { status: 403, body: { detail: 'CSRF Failed: CSRF token missing.' } }
  }
  const refusal = take(state, plan, JSON.parse(body) as Fields)
  if (!refusal) {
    const here = `${url.pathname}${url.search}`
    return state.redirectsByChallenge ? challenge({ component: 'xak-flow-redirect', to: here }) : redirect(here)
  }
  return refusal.component
    ? challenge(refusal)
    : challenge({ ...stageChallenge(state, plan), response_errors: refusal })
}

/** The challenge of the stage that the plan has come to; the last stage leads away. */
function ask(state: State, sessions: Sessions, url: URL, session: Session, plan: Plan): Answer {
  if (plan.stage === 'login') {
    const next = new URLSearchParams(url.searchParams.get('query') ?? '').get('next') ?? '/'
    session.plan = null
    const cookies = state.forgetsLogins ? [] : sessions.logIn(session, state.user(plan.name))
    return challenge({ component: 'xak-flow-redirect', to: next }, cookies)
  }
  if (plan.stage === 'authorize') {
    session.plan = null
    return challenge({ component: 'xak-flow-redirect', to: plan.target })
  }
  return challenge(stageChallenge(state, plan))
}

/** Takes what was answered, and goes on to the next stage; or says what is wrong with it. */
function take(state: State, plan: Plan, sent: Fields): Fields | undefined {
  const user = state.users.find(({ username }) => username === plan.name)
  switch (plan.stage) {
    case 'identification': {
      plan.name = String(sent.uid_field)
      const known = state.users.find(({ username }) => username === plan.name)
      if (!known) return errors('non_field_errors', 'Failed to authenticate.')
      if (state.passwordWithName && !state.accepts(known, String(sent.password))) {
        return errors('non_field_errors', 'Failed to authenticate.')
      }
      plan.stage = !state.passwordWithName ? 'password' : known.secondFactor ? 'second-factor' : 'login'
      return undefined
    }
    case 'password':
      if (!user || !state.accepts(user, String(sent.password))) return errors('password', 'Invalid password')
      if (!user.isActive) return accessDenied('Your account is not active.')
      plan.stage = user.secondFactor ? 'second-factor' : 'login'
      return undefined
    case 'consent':
      if (sent.token === plan.token) plan.stage = 'authorize'
      return undefined
    default:
      return errors('non_field_errors', 'Invalid token.')
  }
}

function stageChallenge(state: State, plan: Plan): Fields {
  const pending = { pending_user: plan.name, pending_user_avatar: '/static/avatar.png' }
  const flow_info = { title: 'The stub', background: '', cancel_url: '/flows/-/cancel/', layout: 'stacked' }
  switch (plan.stage) {
    case 'identification':
      return {
        flow_info,
        component: 'ak-stage-identification',
        user_fields: ['username', 'email'],
        password_fields: state.passwordWithName,
        allow_show_password: false,
        flow_designation: 'authentication',
        captcha_stage: null,
        primary_action: 'Log in',
        sources: [],
        show_source_labels: false,
        enable_remember_me: false,
      }
    case 'password':
      return { flow_info, component: 'ak-stage-password', ...pending, allow_show_password: false }
    case 'consent':
      return {
        flow_info,
        component: 'ak-stage-consent',
        ...pending,
        header_text: "You're about to sign into zot.",
        permissions: [{ id: 'profile', name: 'General Profile Information' }],
        additional_permissions: [],
        token: plan.token,
      }
    default: {
      const device = { device_class: 'totp', device_uid: '1', challenge: {}, last_used: null }
      const devices = { device_challenges: [device], configuration_stages: [] }
      return { flow_info, component: 'ak-stage-authenticator-validate', ...pending, ...devices }
    }
  }
}

function accessDenied(error_message: string): Fields {
  return { component: 'ak-stage-access-denied', pending_user: '', pending_user_avatar: '', error_message }
}

function errors(field: string, string: string): Fields {
  return { [field]: [{ string, code: 'invalid' }] }
}

function challenge(body: Fields, cookies: string[] = []): Answer {
  return { status: 200, ...(cookies.length > 0 ? { headers: { 'set-cookie': cookies } } : {}), body }
}
