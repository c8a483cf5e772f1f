// `twinpool demo`: the story of the README, told live against a fresh stack with the clients that
// people use. Every promise is checked before, during and after the loss of the primary Region.
import { ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { Narrator } from './demo/narrator.js'
import { loseRegion } from './demo/outage.js'
import { replicate } from './demo/replicate.js'
import { type DemoStack, startDemoStack } from './demo/stack.js'
import { createStory, type Story, sdkClient } from './demo/story.js'
import { CommandError, endOnUnhandledErrors } from './failure.js'

const PRIMARY = 'us-west-2'
const SECONDARY = 'us-east-1'

export async function runDemo(flags: { users: number; json: boolean }): Promise<void> {
  const failed = new Promise<never>((_resolve, reject) => {
    // Not at once: the stack of the demo must be ended, too.
    endOnUnhandledErrors(() => reject(new CommandError('The demo failed; the error is above.')))
  })
  failed.catch(() => undefined)
  const interrupted = interruption()
  const narrator = new Narrator({ isQuiet: flags.json })
  narrator.chapter('Two Regions on this machine')
  const stack = await startDemoStack([PRIMARY, SECONDARY])
  try {
    narrator.say(`${PRIMARY} and ${SECONDARY} are up (${Math.round(stack.startedInMs)} ms)`)
    await Promise.race([tellStory(narrator, stack, flags.users), failed, interrupted])
  } finally {
    await stack.stop()
  }
}

/** Rejects at the first signal, so that the stack is stopped and its folder removed. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(name, () => reject(new CommandError('The demo was interrupted.')))
    }
  })
  // It may reject before anything waits for it.
  interrupted.catch(() => undefined)
  return interrupted
}

async function tellStory(narrator: Narrator, stack: DemoStack, users: number): Promise<void> {
  const story: Story = await createStory({
    narrator,
    stack,
    primaryRegion: PRIMARY,
    secondaryRegion: SECONDARY,
    users,
  })
  await replicate(story)
  await loseRegion(story)
  await narrator.promise('no user is lost in either Region', async () => {
    const counts = await Promise.all([PRIMARY, SECONDARY].map((region) => count(story, region)))
    const [here, there] = counts
    if (here !== there || here !== story.expectedUsers) {
      throw new CommandError(`${PRIMARY} has ${here} users, ${SECONDARY} ${there}`)
    }
    return `${here} users in both`
  })
  const holds = narrator.finish({ startMs: stack.startedInMs, ...story.measures })
  if (!holds) throw new CommandError('Not every promise held.')
}

async function count(story: Story, region: string): Promise<number> {
  const client = sdkClient(story, region)
  let users = 0
  let token: string | undefined
  do {
    const page = await client.send(
      new ListUsersCommand({
        UserPoolId: story.pool.userPoolId,
        PaginationToken: token,
        Limit: 60,
      }),
    )
    users += required(page.Users, 'users').length
    token = page.PaginationToken
  } while (token !== undefined)
  return users
}
