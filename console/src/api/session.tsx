// The session of the page, for everything below it. When a call finds it ended, the sign-in shows
// again over the same address, so that a person goes on where they were. The cookie is that of the
// whole browser: when another tab signed in anew, the token here is of the session before, and the
// page goes on with the new one.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import {
  type Call,
  CallError,
  callRegion,
  type Members,
  readSession,
  type Session,
} from './client.js'

export interface SessionValue {
  readonly session: Session
  /** Calls an operation of a Region. Throws CallError. */
  call<Output = Members>(region: string, call: Call): Promise<Output>
}

const Context = createContext<SessionValue | undefined>(undefined)

export function SessionProvider({
  session,
  onEnded,
  onReplaced,
  children,
}: {
  readonly session: Session
  readonly onEnded: () => void
  /** The browser has another session by now. */
  readonly onReplaced: (session: Session) => void
  readonly children: ReactNode
}) {
  const call = useCallback(
    async <Output,>(region: string, what: Call): Promise<Output> => {
      try {
        return await callRegion<Output>(session, region, what).catch(async (error: unknown) => {
          if (!isOfOtherSession(error)) throw error
          const now = await readSession()
          if (now === undefined) onEnded()
          else onReplaced(now)
          // A call that somebody began with one access key is never made with another.
          if (now?.accessKeyId !== session.accessKeyId) throw error
          return callRegion<Output>(now, region, what)
        })
      } catch (error) {
        if (error instanceof CallError && error.status === 401) onEnded()
        throw error
      }
    },
    [session, onEnded, onReplaced],
  )
  const value = useMemo(() => ({ session, call }), [session, call])
  return <Context value={value}>{children}</Context>
}

function isOfOtherSession(error: unknown): boolean {
  return error instanceof CallError && error.type === 'InvalidCsrfTokenException'
}

/** The session and its calls. */
export function useSession(): SessionValue {
  const value = useContext(Context)
  if (value === undefined) throw new Error('there is no session')
  return value
}

/** The title of a Region, with its name: "US West (Oregon) us-west-2". */
export function useRegionTitle(): (region: string) => string {
  const { session } = useSession()
  const [titles] = useState(
    () => new Map(session.regions.map(({ name, title }) => [name, title] as const)),
  )
  return (region) => {
    const title = titles.get(region)
    return title === undefined || title === region ? region : `${title} ${region}`
  }
}
