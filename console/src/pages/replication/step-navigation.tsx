// The steps with their states in words, as links; and what comes after them.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Steps, { type StepsProps } from '@cloudscape-design/components/steps'
import { useRef } from 'react'
import type { SetupStep } from '#domain/replica/setup-steps.js'
import { hrefOf } from '../../route.js'
import type { Replication } from './facts.js'

const VIEWS = ['key', 'issuer', 'region', 'checklist', 'state'] as const
export type View = (typeof VIEWS)[number]

const TITLES: Readonly<Record<View, string>> = {
  key: '1. Key',
  issuer: '2. Issuer',
  region: '3. Region',
  checklist: 'Checklist of regional settings',
  state: 'State of the replica',
}

const STATES: Readonly<
  Record<SetupStep['state'], { readonly type: StepsProps.Status; readonly word: string }>
> = {
  done: { type: 'success', word: 'Done' },
  started: { type: 'in-progress', word: 'Started' },
  open: { type: 'pending', word: 'Not started' },
  blocked: { type: 'stopped', word: 'Blocked' },
}

/**
 * What an address shows; without a step, the first that was not done when the page was opened. It
 * stays there when that is done, by whomever, so that a dialog is not taken from who types in it.
 */
export function useView(name: string | undefined, of: Replication | null | undefined): View {
  const first = useRef<View>(undefined)
  if (of) first.current ??= of.next ?? 'state'
  return VIEWS.find((view) => view === name) ?? first.current ?? 'state'
}

export function hrefOfView(poolId: string, view: View): string {
  return hrefOf('pools', poolId, 'replication', view)
}

export function StepNavigation({ of, view }: { readonly of: Replication; readonly view: View }) {
  const { pool, steps, replica } = of
  return (
    <Container header={<Header variant="h2">Steps</Header>}>
      <nav aria-label="Steps of replication">
        <SpaceBetween size="m">
          <Steps
            ariaLabel="Steps of replication"
            steps={steps.map(({ id, state, text }) => ({
              status: STATES[state].type,
              statusIconAriaLabel: STATES[state].word,
              header: <ViewLink poolId={pool.Id} view={id} isShown={view === id} />,
              details: (
                <Box color="text-body-secondary" fontSize="body-s">
                  {STATES[state].word}. {text}
                </Box>
              ),
            }))}
          />
          {replica !== undefined && (
            <SpaceBetween size="xs">
              <ViewLink poolId={pool.Id} view="checklist" isShown={view === 'checklist'} />
              <ViewLink poolId={pool.Id} view="state" isShown={view === 'state'} />
            </SpaceBetween>
          )}
        </SpaceBetween>
      </nav>
    </Container>
  )
}

/** The way to the next step, below one that is done. */
export function GoOn({
  of: { pool, steps, next },
  view,
}: {
  readonly of: Replication
  readonly view: View
}) {
  const isDone = steps.some(({ id, state }) => id === view && state === 'done')
  if (!isDone) return null
  const target = next ?? 'state'
  return <Button href={hrefOfView(pool.Id, target)}>Go on: {TITLES[target]}</Button>
}

function ViewLink({
  poolId,
  view,
  isShown,
}: {
  readonly poolId: string
  readonly view: View
  readonly isShown: boolean
}) {
  if (isShown) return <strong aria-current="step">{TITLES[view]}</strong>
  return <Link href={hrefOfView(poolId, view)}>{TITLES[view]}</Link>
}
